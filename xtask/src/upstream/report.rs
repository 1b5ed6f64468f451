//! The report of differences, as text or as JSON.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::compare::{Difference, State};
use super::effect::Effect;
use crate::diagnostic::{Place, Pointer};
use crate::document::Raw;
use crate::text::count;

/// The result of a comparison.
#[derive(Clone, Debug)]
pub struct Report {
    /// The differences without a mark or with an outdated mark, and the marks that are no longer needed, sorted by
    /// position in the spec.
    pub entries: Vec<Entry>,
    /// The number of deliberate differences whose mark is up to date.
    pub deliberate: usize,
}

/// A difference or an unnecessary mark, with its position in the file.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// The file of the spec.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
    /// The column in characters, counted from 1.
    pub column: u32,
    /// The location in the spec, as a JSON pointer. The location may not exist yet.
    pub pointer: String,
    /// The operation or component, and the place within it.
    pub subject: String,
    /// The value in the spec, or `null` if there is none.
    pub ours: Value,
    /// The value in the vendor's document, or `null` if there is none.
    pub vendor: Value,
    /// The vendor's value at the time the difference was marked, if the vendor has since changed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded: Option<Value>,
    /// Whether the difference is marked as deliberate although the two documents now agree.
    pub agreed: bool,
    /// The effect on callers if the spec followed the vendor.
    pub callers: Effect,
}

impl Report {
    pub(super) fn new(ours: &Raw, differences: Vec<Difference>) -> Self {
        let is_deliberate = |it: &Difference| it.state == State::Deliberate;
        let deliberate = differences.iter().filter(|it| is_deliberate(it)).count();
        let others = differences.into_iter().filter(|it| !is_deliberate(it));
        let mut entries: Vec<Entry> = others.map(|it| Entry::new(ours, it)).collect();
        entries.sort_by(|one, other| {
            let key = |it: &Entry| (it.line, it.column, it.pointer.clone());
            key(one).cmp(&key(other))
        });
        Self { entries, deliberate }
    }

    /// Returns the differences as JSON.
    ///
    /// # Errors
    ///
    /// Returns an error if an entry cannot be represented as JSON. No entry contains such a value.
    pub fn json(&self) -> serde_json::Result<String> {
        Ok(serde_json::to_string_pretty(&self.entries)? + "\n")
    }
}

impl Entry {
    fn new(ours: &Raw, difference: Difference) -> Self {
        let Difference { pointer, ours: is, vendor, effect, state } = difference;
        let span = ours.span(&Place::Key(pointer.clone()));
        Self {
            file: ours.file().to_owned(),
            line: span.line,
            column: span.column,
            subject: subject(ours, &pointer),
            pointer: pointer.to_string(),
            ours: is,
            vendor,
            agreed: state == State::Agreed,
            recorded: if let State::Changed(recorded) = state { Some(recorded) } else { None },
            callers: effect,
        }
    }
}

/// Formats the operation or component at a location and the keys below it, such as `ExportJob, prefix, pattern` or
/// `listGroupClusterBackupExports, responses, 400`. Omits indices and keys such as `properties`.
fn subject(ours: &Raw, pointer: &Pointer) -> String {
    let keys = pointer.keys();
    let owner = pointer.keys().get(..3).map(Pointer::new);
    let operation = owner.and_then(|it| ours.get(&it)?.get("operationId")?.as_str());
    let (name, below) = match keys {
        [section, _, _, below @ ..] if section == "paths" => (operation.unwrap_or(section), below),
        [section, _, name, below @ ..] if section == "components" => (name.as_str(), below),
        _ => ("document", keys),
    };
    let silent = ["properties", "allOf", "schema", "content"];
    let is_index = |key: &str| key.parse::<usize>().is_ok() && key.len() < 3;
    let below = below.iter().map(String::as_str);
    let below = below.filter(|key| !silent.contains(key) && !is_index(key));
    std::iter::once(name).chain(below).collect::<Vec<_>>().join(", ")
}

/// Formats one line for each difference, and a line with the totals.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for entry in &self.entries {
            writeln!(f, "{entry}")?;
        }
        let unneeded = self.entries.iter().filter(|it| it.agreed).count();
        let breaking = self.entries.iter().filter(|it| it.callers == Effect::Breaks).count();
        match self.entries.len() - unneeded {
            0 => write!(f, "no new differences")?,
            new => write!(
                f,
                "{}, of which {breaking} would break callers",
                count(new, "new difference")
            )?,
        }
        if unneeded > 0 {
            write!(f, "; {}", count(unneeded, "unnecessary mark"))?;
        }
        writeln!(f, "; {}", count(self.deliberate, "deliberate difference"))
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, subject, ours, vendor, recorded, callers, .. } = self;
        write!(f, "{file}:{line}:{column}: {subject}: ")?;
        if self.agreed {
            return write!(f, "the vendor's document now agrees; remove the mark");
        }
        match (vendor, ours) {
            (Value::Null, _) => write!(f, "the vendor's document has no value here")?,
            (vendor, Value::Null) => write!(f, "the vendor's document has `{}`", Shown(vendor))?,
            (vendor, ours) => write!(
                f,
                "the vendor's document has `{}` instead of `{}`",
                Shown(vendor),
                Shown(ours)
            )?,
        }
        if let Some(recorded) = recorded {
            write!(f, " (it had `{}` when the difference was marked)", Shown(recorded))?;
        }
        write!(f, "; {}", callers.described())
    }
}

/// A value that is formatted on one line, without quotes around a string.
struct Shown<'a>(&'a Value);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::String(text) => f.write_str(&text.replace(char::is_control, "\u{fffd}")),
            Value::Null => f.write_str("nothing"),
            value => value.fmt(f),
        }
    }
}
