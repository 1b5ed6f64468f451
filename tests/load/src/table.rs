//! Figures, and whether they are within their bounds.

use std::{fmt::Display, io::Write, process::ExitCode};

/// A figure of a measurement.
#[derive(Debug)]
pub(crate) struct Figure {
    name: String,
    value: String,
    bound: String,
    held: bool,
}

impl Figure {
    /// A figure that is told, with no bound.
    pub(crate) fn told(name: impl Into<String>, value: impl Display) -> Self {
        Self { name: name.into(), value: value.to_string(), bound: String::new(), held: true }
    }

    /// A figure that must be `wanted`.
    pub(crate) fn exactly<T: Copy + PartialEq + Display>(
        name: impl Into<String>,
        value: T,
        wanted: T,
    ) -> Self {
        let (held, bound) = (value == wanted, wanted.to_string());
        Self { name: name.into(), value: value.to_string(), bound, held }
    }

    /// A figure that must not be over `most`.
    pub(crate) fn at_most<T: Copy + PartialOrd + Display>(
        name: impl Into<String>,
        value: T,
        most: T,
    ) -> Self {
        let (held, bound) = (value <= most, format!("≤ {most}"));
        Self { name: name.into(), value: value.to_string(), bound, held }
    }
}

/// Prints figures as a Markdown table. It is a failure if one is not within its bound.
pub(crate) fn print(out: &mut impl Write, figures: &[Figure]) -> anyhow::Result<ExitCode> {
    writeln!(out, "| figure | value | must be | |\n|---|--:|--:|---|")?;
    for Figure { name, value, bound, held } in figures {
        let verdict = match (bound.is_empty(), held) {
            (true, _) => "",
            (false, true) => "held",
            (false, false) => "**BROKEN**",
        };
        writeln!(out, "| {name} | {value} | {bound} | {verdict} |")?;
    }
    let all_held = figures.iter().all(|figure| figure.held);
    Ok(if all_held { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
