//! Limits the number of similar warnings in a report.

use std::collections::BTreeMap;

use annotate_snippets::Renderer;

use super::{Diagnostic, Diagnostics, Severity};

/// The number of similar warnings to show. If only one would be hidden, all are shown.
const SHOWN: usize = 3;

/// The problem and the fallback of a warning, both without the names in backticks. These are the same for similar
/// warnings.
type Kind = [String; 2];

impl Diagnostics {
    /// Renders the diagnostics. If the problems and fallbacks of more than four warnings differ only in the names in
    /// backticks, renders only the first three of these warnings. The third one states how many are hidden.
    #[must_use]
    pub fn render_briefly(&self, renderer: &Renderer) -> String {
        let mut totals: BTreeMap<Kind, usize> = BTreeMap::new();
        for diagnostic in self.iter() {
            *totals.entry(kind(diagnostic)).or_default() += 1;
        }
        let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
        let mut shown = Vec::new();
        for diagnostic in self.iter() {
            let kind = kind(diagnostic);
            let total = totals.get(&kind).copied().unwrap_or_default();
            let count = counts.entry(kind).or_default();
            *count += 1;
            let hidden = total.saturating_sub(SHOWN);
            if diagnostic.severity == Severity::Error || hidden <= 1 || *count < SHOWN {
                shown.push(diagnostic.render(renderer));
            } else if *count == SHOWN {
                let note = format!("{hidden} similar warnings are hidden; `--verbose` shows them");
                shown.push(diagnostic.render_with(Some(&note), renderer));
            }
        }
        shown.join("\n\n")
    }
}

fn kind(diagnostic: &Diagnostic) -> Kind {
    [&diagnostic.what, &diagnostic.fallback].map(|text| unquoted(text))
}

/// Returns the parts of `text` that are not in backticks.
fn unquoted(text: &str) -> String {
    text.split('`').step_by(2).collect::<Vec<_>>().join("`")
}
