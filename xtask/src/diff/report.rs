//! The report of the changes.

use std::fmt::Write as _;

use super::{Changes, Effect, compare, from_json};
use crate::api::types::Api;
use crate::text::count;

/// The maximum number of changes in the short report.
const SHORT: usize = 40;

const LACKS_PACKAGE: &str = "cannot compare servers and credentials: the previous `api.json` contains neither; read the \
     changes in `src/servers.rs` and `src/credentials/schemes.rs`\n";

const GROUPS: [(&str, &[Effect]); 3] = [
    ("Breaks callers:", &[Effect::Compile, Effect::Call]),
    (
        "Compiles, but sends or receives something different:",
        &[Effect::Wire, Effect::Variant, Effect::Field],
    ),
    ("Breaks no callers:", &[Effect::Compatible]),
];

/// Reports the changes since `previous`, the text of an `api.json`.
///
/// If the text is invalid, the report says so. This function returns no error, because an invalid file must not prevent
/// code generation.
#[must_use]
pub fn report(previous: &str, new: &Api, whole: bool) -> String {
    match from_json(previous) {
        Ok(old) => compare(&old, new).report(whole),
        Err(error) => format!("cannot compare: {error:#}; changes are not reported\n"),
    }
}

impl Changes {
    /// Formats all changes if `whole` is true, and otherwise only the first `SHORT`. Adds the kind of version (patch,
    /// minor or major) that all changes together require.
    ///
    /// Returns an empty string if nothing changes.
    #[must_use]
    pub fn report(&self, whole: bool) -> String {
        let mut text = if self.lacks_package { LACKS_PACKAGE.to_owned() } else { String::new() };
        let mut left = if whole { usize::MAX } else { SHORT };
        for (heading, effects) in GROUPS {
            let of_group = self.changes.iter().filter(|it| effects.contains(&it.effect));
            let lines: Vec<_> = of_group.take(left).map(|it| format!("  {}\n", it.text)).collect();
            left -= lines.len();
            if !lines.is_empty() {
                let _ = write!(text, "{heading}\n{}", lines.concat());
            }
        }
        let hidden = self.changes.len().saturating_sub(SHORT);
        if hidden > 0 && !whole {
            let _ = writeln!(text, "… and {hidden} more; `-v` prints them all");
        }
        if self.documentation > 0 {
            let count = self.documentation;
            let noun = if count == 1 { "method or model" } else { "methods and models" };
            let _ = writeln!(text, "Only the documentation changes in {count} {noun}.");
        }
        if self.differs {
            let _ = writeln!(text, "{}", self.advice());
        }
        text
    }

    fn advice(&self) -> String {
        let number = |effects: &[Effect]| {
            self.changes.iter().filter(|change| effects.contains(&change.effect)).count()
        };
        let breaking = number(&[Effect::Compile, Effect::Call]);
        let (wire, variants) = (number(&[Effect::Wire]), number(&[Effect::Variant]));
        let (fields, others) = (number(&[Effect::Field]), number(&[Effect::Compatible]));
        let version = match (breaking, wire, variants + fields + others) {
            (0, 0, 0) if self.lacks_package => return "no other change for callers".to_owned(),
            (0, 0, 0) => return "no change for callers: a patch version".to_owned(),
            (0, 0, _) if self.lacks_package => "at least a minor version",
            (0, 0, _) => "a minor version",
            (0, ..) => "a minor version if the document was wrong before, otherwise a major one",
            _ => "a major version",
        };
        let instead = if fields == 1 {
            " instead of an additional property"
        } else {
            " instead of additional properties"
        };
        let counts = [
            (breaking, "breaking change", ""),
            (wire, "change", " on the wire"),
            (variants, "new variant", " in responses"),
            (fields, "new field", instead),
            (others, "compatible change", ""),
        ];
        let counts = counts.into_iter().filter(|(number, ..)| *number > 0);
        let counts: Vec<_> =
            counts.map(|(number, noun, place)| count(number, noun) + place).collect();
        format!("{}: {version}", counts.join(", "))
    }
}
