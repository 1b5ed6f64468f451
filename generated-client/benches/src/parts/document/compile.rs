//! Runs `cargo check` on a crate, and measures the crate without its dependencies.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use serde_json::Value;

use crate::process::scratch::Bench;
use crate::process::usage::{self, Usage};

/// The result of compiling a crate.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Checked {
    pub(super) usage: Usage,
    pub(super) errors: usize,
    pub(super) warnings: usize,
    pub(super) first_error: Option<String>,
}

impl Checked {
    /// Returns a result with the median usage of several rounds, or `None` if there are no rounds. The other fields
    /// come from the first round, because all rounds compile the same code.
    pub(super) fn median(rounds: &[Self]) -> Option<Self> {
        let usages: Vec<Usage> = rounds.iter().map(|round| round.usage).collect();
        Some(Self { usage: Usage::median(&usages), ..rounds.first()?.clone() })
    }
}

/// Runs `cargo check` on the crate in a folder. First checks its dependencies, with an empty `src/lib.rs`, so that only
/// the crate itself is measured.
pub(super) fn check(bench: &Bench, folder: &Path, more: &[&str]) -> anyhow::Result<Checked> {
    const TARGET: &str = "document/target";
    let crate_ = bench.found(folder, TARGET);
    let root = folder.join("src/lib.rs");
    let text =
        fs::read_to_string(&root).context("cannot read `src/lib.rs` of the generated crate")?;
    if !folder.join("Cargo.lock").exists() {
        crate_.lock(&bench.root)?;
    }
    let arguments = [&["check", "--lib", "--quiet", "--message-format=json"], more].concat();
    crate_.write("src/lib.rs", "")?;
    let prepared = usage::run(&mut crate_.cargo(&arguments));
    // The new modification time makes cargo build the crate again.
    crate_.write("src/lib.rs", &text)?;
    prepared?.ok().context("the dependencies of the generated crate do not build")?;
    let ended = usage::run(&mut crate_.cargo(&arguments))?;
    let said = read(&ended.stdout);
    let ended = if said.errors == 0 { ended.ok()? } else { ended };
    Ok(Checked { usage: ended.usage, ..said })
}

/// Counts the compiler's errors and warnings in the JSON lines that cargo prints.
fn read(lines: &str) -> Checked {
    let usage = Usage { wall: 0.0, user: 0.0, processor: 0.0, peak: 0.0 };
    let mut said = Checked { usage, errors: 0, warnings: 0, first_error: None };
    for line in lines.lines() {
        let Ok(line) = serde_json::from_str::<Value>(line) else { continue };
        let Some(message) = line.get("message") else { continue };
        let field = |name| message.get(name).and_then(Value::as_str).unwrap_or_default();
        // A summary message has no spans and only counts the other messages.
        let counts = message.get("spans").and_then(Value::as_array).is_some_and(Vec::is_empty);
        match field("level") {
            "error" if !(counts && field("message").starts_with("aborting due to")) => {
                said.errors += 1;
                said.first_error.get_or_insert_with(|| field("message").to_owned());
            }
            "warning" if !(counts && field("message").ends_with("emitted")) => said.warnings += 1,
            _ => {}
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn compiler_messages_are_counted_without_the_summary() {
        let said = read(concat!(
            r#"{"reason":"compiler-artifact","target":{}}"#,
            "\n",
            r#"{"reason":"compiler-message","message":{"level":"warning","message":"unused","spans":[{}]}}"#,
            "\n",
            r#"{"reason":"compiler-message","message":{"level":"error","message":"no such type","spans":[{}]}}"#,
            "\n",
            r#"{"reason":"compiler-message","message":{"level":"error","message":"mismatch","spans":[{}]}}"#,
            "\n",
            r#"{"reason":"compiler-message","message":{"level":"error","message":"aborting due to 2 previous errors; 1 warning emitted","spans":[]}}"#,
            "\nnot JSON\n",
            r#"{"reason":"compiler-message","message":{"level":"warning","message":"1 warning emitted","spans":[]}}"#,
        ));
        assert_eq!((said.errors, said.warnings), (2, 1));
        assert_eq!(said.first_error.as_deref(), Some("no such type"));
    }
}
