//! Tables of measured values and their limits.

use std::{fmt::Display, io::Write, process::ExitCode};

/// A measured value.
#[derive(Debug)]
pub(crate) struct Figure {
    name: String,
    value: String,
    bound: String,
    held: bool,
}

impl Figure {
    /// Creates a figure without a limit.
    pub(crate) fn told(name: impl Into<String>, value: impl Display) -> Self {
        Self { name: name.into(), value: value.to_string(), bound: String::new(), held: true }
    }

    /// Creates a figure that must equal `wanted`.
    pub(crate) fn exactly<T: Copy + PartialEq + Display>(
        name: impl Into<String>,
        value: T,
        wanted: T,
    ) -> Self {
        let (held, bound) = (value == wanted, wanted.to_string());
        Self { name: name.into(), value: value.to_string(), bound, held }
    }

    /// Creates a figure that must not exceed `most`.
    pub(crate) fn at_most<T: Copy + PartialOrd + Display>(
        name: impl Into<String>,
        value: T,
        most: T,
    ) -> Self {
        let (held, bound) = (value <= most, format!("≤ {most}"));
        Self { name: name.into(), value: value.to_string(), bound, held }
    }
}

/// Prints figures as a Markdown table. Returns a failure if a value violates its limit.
pub(crate) fn print(out: &mut impl Write, figures: &[Figure]) -> anyhow::Result<ExitCode> {
    writeln!(out, "| metric | value | limit | |\n|---|--:|--:|---|")?;
    for Figure { name, value, bound, held } in figures {
        let verdict = match (bound.is_empty(), held) {
            (true, _) => "",
            (false, true) => "ok",
            (false, false) => "**FAILED**",
        };
        writeln!(out, "| {name} | {value} | {bound} | {verdict} |")?;
    }
    let all_held = figures.iter().all(|figure| figure.held);
    Ok(if all_held { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
