//! Measures the resource usage of a process: time, processor time and memory.

use std::io::{Read as _, Seek as _};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::Context as _;
use wait4::Wait4 as _;

use crate::measure::median;

/// The resource usage of a process and of all child processes that it waited for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Usage {
    /// The elapsed seconds.
    pub(crate) wall: f64,
    /// The seconds of processor time in user mode.
    pub(crate) user: f64,
    /// The seconds of processor time in user and kernel mode.
    pub(crate) processor: f64,
    /// The peak memory of the largest of these processes, in bytes.
    pub(crate) peak: f64,
}

/// A process that has ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) usage: Usage,
    pub(crate) success: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs a command and waits until it exits.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<Ended> {
    let name = command.get_program().to_string_lossy().into_owned();
    // Unlike pipes, files do not have to be read while the process runs.
    let (mut stdout, mut stderr) = (tempfile::tempfile()?, tempfile::tempfile()?);
    command.stdin(Stdio::null()).stdout(stdout.try_clone()?).stderr(stderr.try_clone()?);
    let start = Instant::now();
    let mut child = command.spawn().with_context(|| format!("cannot run `{name}`"))?;
    let ended = child.wait4().with_context(|| format!("cannot wait for `{name}`"))?;
    let wall = start.elapsed().as_secs_f64();
    let user = ended.rusage.utime.as_secs_f64();
    let processor = user + ended.rusage.stime.as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "no process has 2^52 bytes")]
    let peak = ended.rusage.maxrss as f64;
    Ok(Ended {
        usage: Usage { wall, user, processor, peak },
        success: ended.status.success(),
        stdout: text(&mut stdout)?,
        stderr: text(&mut stderr)?,
    })
}

fn text(file: &mut std::fs::File) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

impl Ended {
    /// Returns the process, or an error if it failed.
    pub(crate) fn ok(self) -> anyhow::Result<Self> {
        anyhow::ensure!(self.success, "{}", self.complaint());
        Ok(self)
    }

    /// Returns the line of the process's output that best describes the failure.
    pub(crate) fn complaint(&self) -> String {
        let lines = || self.stderr.lines().chain(self.stdout.lines()).map(str::trim);
        let tells = |line: &&str| {
            let line = line.to_lowercase();
            ["error", "panicked", "overflowed", "fail"].iter().any(|word| line.contains(word))
        };
        let line = lines().find(tells).or_else(|| lines().find(|line| !line.is_empty()));
        line.unwrap_or("the process printed no message").to_owned()
    }
}

impl Usage {
    /// Returns the median of each figure.
    pub(crate) fn median(all: &[Self]) -> Self {
        let of = |figure: fn(&Self) -> f64| median(all.iter().map(figure));
        Self {
            wall: of(|it| it.wall),
            user: of(|it| it.user),
            processor: of(|it| it.processor),
            peak: of(|it| it.peak),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_measured_with_its_children() {
        let script = "echo out; echo 'error: it broke' >&2; sh -c 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done'; exit 3";
        let ended = run(Command::new("sh").args(["-c", script])).unwrap();
        assert_eq!((ended.success, ended.stdout.as_str()), (false, "out\n"));
        assert_eq!(ended.complaint(), "error: it broke");
        let usage = ended.usage;
        assert!(usage.user > 0.0 && usage.processor >= usage.user && usage.wall > 0.0, "{usage:?}");
        assert!(usage.peak > 100_000.0, "{usage:?}");
        assert_eq!(ended.ok().unwrap_err().to_string(), "error: it broke");
    }

    #[test]
    fn the_error_for_a_missing_program_names_the_program() {
        let error = run(&mut Command::new("no-such-program")).unwrap_err();
        assert_eq!(error.to_string(), "cannot run `no-such-program`");
    }
}
