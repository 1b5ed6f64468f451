//! What a process takes: time on the clock, time of a processor, and memory.

use std::io::{Read as _, Seek as _};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use wait4::Wait4 as _;

/// What a process took, with all that it started and waited for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Usage {
    /// Seconds on the clock.
    pub(super) wall: f64,
    /// Seconds of processors, in the program and in the kernel.
    pub(super) cpu: f64,
    /// The most memory that one of the processes held at a time, in bytes.
    pub(super) peak: f64,
}

/// A process that has ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) usage: Usage,
    pub(super) success: bool,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

/// Runs a command to its end, whether that is good or bad.
pub(super) fn run(command: &mut Command) -> anyhow::Result<Ended> {
    let name = command.get_program().to_string_lossy().into_owned();
    // Files, not pipes: nobody has to read while the process runs.
    let (mut stdout, mut stderr) = (tempfile::tempfile()?, tempfile::tempfile()?);
    command.stdin(Stdio::null()).stdout(stdout.try_clone()?).stderr(stderr.try_clone()?);
    let start = Instant::now();
    let mut child = command.spawn().with_context(|| format!("cannot run `{name}`"))?;
    let ended = child.wait4().with_context(|| format!("cannot wait for `{name}`"))?;
    let wall = start.elapsed();
    let cpu = ended.rusage.utime + ended.rusage.stime;
    #[expect(clippy::cast_precision_loss, reason = "no process has 2^52 bytes")]
    let peak = ended.rusage.maxrss as f64;
    Ok(Ended {
        usage: Usage { wall: wall.as_secs_f64(), cpu: cpu.as_secs_f64(), peak },
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
    /// The process, or why it failed.
    pub(super) fn ok(self) -> anyhow::Result<Self> {
        anyhow::ensure!(self.success, "{}", self.complaint());
        Ok(self)
    }

    /// The line of its output that tells best what went wrong.
    pub(super) fn complaint(&self) -> String {
        let lines = || self.stderr.lines().chain(self.stdout.lines()).map(str::trim);
        let tells = |line: &&str| {
            let line = line.to_lowercase();
            ["error", "panicked", "overflowed", "fail"].iter().any(|word| line.contains(word))
        };
        let line = lines().find(tells).or_else(|| lines().find(|line| !line.is_empty()));
        line.unwrap_or("it failed, and said nothing").to_owned()
    }
}

impl Usage {
    /// The middle of each.
    pub(super) fn median(all: &[Self]) -> Self {
        let middle = |of: fn(&Self) -> f64| median(all.iter().map(of));
        Self { wall: middle(|it| it.wall), cpu: middle(|it| it.cpu), peak: middle(|it| it.peak) }
    }
}

/// The middle of some numbers; of none it is not a number.
pub(super) fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The middle of some times, in seconds.
pub(super) fn median_time(times: &[Duration]) -> f64 {
    median(times.iter().map(Duration::as_secs_f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_measured_with_what_it_starts() {
        let script = "echo out; echo 'error: it broke' >&2; sh -c 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done'; exit 3";
        let ended = run(Command::new("sh").args(["-c", script])).unwrap();
        assert_eq!((ended.success, ended.stdout.as_str()), (false, "out\n"));
        assert_eq!(ended.complaint(), "error: it broke");
        assert!(ended.usage.cpu > 0.0 && ended.usage.wall > 0.0, "{:?}", ended.usage);
        assert!(ended.usage.peak > 100_000.0, "{:?}", ended.usage);
        assert_eq!(ended.ok().unwrap_err().to_string(), "error: it broke");
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let error = run(&mut Command::new("no-such-program")).unwrap_err();
        assert_eq!(error.to_string(), "cannot run `no-such-program`");
    }

    #[test]
    fn the_median_is_one_of_the_numbers() {
        assert!((median([9.0, 1.0, 2.0].into_iter()) - 2.0).abs() < f64::EPSILON);
        assert!(median(std::iter::empty()).is_nan());
    }
}
