//! Counts instructions with valgrind. The counts do not depend on the load of the machine.

use std::process::Command;

use anyhow::{Context as _, ensure};

use crate::measure::median;
use crate::work::Work;

/// Returns whether valgrind is installed.
#[must_use]
pub fn can_be_counted() -> bool {
    Command::new("valgrind").arg("--version").output().is_ok_and(|it| it.status.success())
}

/// Returns the median number of instructions for one repetition of the work, over `rounds` rounds. Each round counts
/// the instructions of `11 * few` and of `few` repetitions. This number is the difference in instructions divided by
/// the difference in repetitions, so it excludes the startup of the program. The server at `--url` runs in another
/// process, so its instructions are not counted either.
///
/// # Errors
///
/// Returns an error if valgrind cannot be run, or if the work fails.
pub fn of_one(work: Work, arguments: &[&str], few: u32, rounds: usize) -> anyhow::Result<f64> {
    let many = few * 11;
    let counts: anyhow::Result<Vec<f64>> = (0..rounds)
        .map(|_| {
            let more =
                of_many(work, arguments, many)?.saturating_sub(of_many(work, arguments, few)?);
            #[expect(
                clippy::cast_precision_loss,
                reason = "the counts need far fewer than 52 bits"
            )]
            Ok(more as f64 / f64::from(many - few))
        })
        .collect();
    Ok(median(counts?))
}

fn of_many(work: Work, arguments: &[&str], count: u32) -> anyhow::Result<u64> {
    let name = clap::ValueEnum::to_possible_value(&work).context("the work has no name")?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .args(["work", name.get_name(), "--count", &count.to_string()])
        .args(arguments)
        .output()
        .context("cannot run `valgrind`")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "`valgrind` failed: {said}");
    let collected =
        said.split("Collected : ").nth(1).and_then(|rest| rest.split_whitespace().next());
    Ok(collected.context("`valgrind` printed no instruction count")?.parse()?)
}
