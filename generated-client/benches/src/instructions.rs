//! Counting the instructions of a piece of work, which no other program disturbs.

use std::process::Command;

use anyhow::{Context as _, ensure};

use crate::work::Work;

/// How many instructions `work` takes once it is warm: what 2200 times take more than 200 times,
/// divided by 2000. The server is at `url`, if one is needed, and is not counted.
///
/// # Errors
///
/// If there is no valgrind, or the work fails.
pub fn of_one(work: Work, arguments: &[&str], few: u32) -> anyhow::Result<f64> {
    let many = few * 11;
    let more = of_many(work, arguments, many)?.saturating_sub(of_many(work, arguments, few)?);
    // Counts of instructions are far from where a float loses digits.
    #[expect(clippy::cast_precision_loss, reason = "such counts have far fewer than 52 bits")]
    Ok(more as f64 / f64::from(many - few))
}

fn of_many(work: Work, arguments: &[&str], count: u32) -> anyhow::Result<u64> {
    let name = clap::ValueEnum::to_possible_value(&work).context("the work has no name")?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .args(["work", name.get_name(), "--count", &count.to_string()])
        .args(arguments)
        .output()
        .context("cannot run `valgrind`, which counts instructions")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "valgrind has failed: {said}");
    let collected =
        said.split("Collected : ").nth(1).and_then(|rest| rest.split_whitespace().next());
    Ok(collected.context("valgrind does not say what it has collected")?.parse()?)
}
