//! The summary that people read.

use std::fmt::Write as _;

use super::{Changes, Effect};

/// How many changes are told without `-v`.
const SHORT: usize = 40;

/// One thing that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What it means to callers.
    pub effect: Effect,
    /// What it is, in one line.
    pub text: String,
}

/// How changes stand together, by what they ask of callers.
const GROUPS: [(&str, &[Effect]); 3] = [
    ("Breaks callers:", &[Effect::Compile, Effect::Call]),
    ("Compiles as before, but something else is sent or received:", &[Effect::Wire]),
    ("Breaks no caller:", &[Effect::Nothing]),
];

impl Changes {
    /// The summary, with all changes or the first of them; empty where nothing has changed.
    #[must_use]
    pub fn report(&self, whole: bool) -> String {
        let mut text = String::new();
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
        for line in self.remarks() {
            let _ = writeln!(text, "{line}");
        }
        text.push_str(&self.conclusion());
        text
    }

    /// What is said of whole files.
    fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        if self.documentation > 0 {
            let files = files(self.documentation);
            remarks.push(format!("In {files} nothing differs but documentation and layout."));
        }
        if self.inner > 0 {
            let files = files(self.inner);
            remarks.push(format!("In {files} nothing differs that callers see."));
        }
        for path in &self.unreadable {
            let path = path.display();
            remarks.push(format!("`{path}` is not as a run writes it, so it is not compared."));
        }
        if !self.beside.is_empty() {
            let names: Vec<String> =
                self.beside.iter().map(|path| format!("`{}`", path.display())).collect();
            let names = names.join(", ");
            remarks.push(format!("What is not generated is not compared: {names}."));
        }
        remarks
    }

    fn conclusion(&self) -> String {
        let breaking = self.changes.iter().filter(|change| change.effect.breaks()).count();
        let others = self.changes.len() - breaking;
        let (count, version) = match (breaking, others) {
            (0, 0) if self.documentation + self.inner == 0 => return String::new(),
            (0, 0) => ("no change of the API".to_owned(), "patch"),
            (0, others) => (format!("{}, none breaking", plural(others, "change")), "minor"),
            (breaking, 0) => (plural(breaking, "breaking change"), "major"),
            (breaking, others) => {
                let breaking = plural(breaking, "breaking change");
                (format!("{breaking}, {}", plural(others, "other")), "major")
            }
        };
        let least = if self.unreadable.is_empty() { "" } else { "at least " };
        format!("{least}{count}: a {version} version\n")
    }
}

fn files(count: usize) -> String {
    plural(count, "file")
}

fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
