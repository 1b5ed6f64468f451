//! Errors and warnings about documents: the problem, its location, the fallback, and a suggestion.
//!
//! A check or a lowering pass reports a [`Finding`] about a location in the document. Once the finding is located in
//! the source text, it becomes a [`Diagnostic`] with a file, a line and an excerpt. This module is the bottom layer: it
//! imports no other module of the generator.

mod pointer;
mod similar;
mod source;
mod suggest;

use std::fmt;
use std::ops::Deref;

use annotate_snippets::{
    AnnotationKind, Level, Origin, Renderer, Snippet, normalize_untrusted_str,
};

pub use self::pointer::Pointer;
pub use self::source::{Excerpt, Source, Span};
pub(crate) use self::suggest::{did_you_mean, nearest, suggestion};

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is emitted.
    Error,
    /// An operation is left out, but the others are emitted.
    Omission,
    /// The client is emitted with a fallback.
    Warning,
}

/// The location of a finding.
#[derive(Clone, Debug)]
pub enum Place {
    /// The value at the pointer if it is a scalar; otherwise, the key of that value.
    Value(Pointer),
    /// The key of the value at the pointer.
    Key(Pointer),
    /// A span of text.
    Text(Span),
}

/// A problem that a check or a lowering pass reports, before the problem is located in the text.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The location.
    pub place: Place,
    /// The severity.
    pub severity: Severity,
    /// The problem.
    pub what: String,
    /// What the generator does instead. May be empty.
    pub fallback: String,
    /// How to fix the problem.
    pub help: String,
}

impl Finding {
    /// Creates an error.
    pub fn error(place: Place, what: impl Into<String>, help: impl Into<String>) -> Self {
        let (what, help) = (what.into(), help.into());
        Self { place, severity: Severity::Error, what, fallback: String::new(), help }
    }

    /// Creates a warning about an operation that is left out.
    pub fn omission(place: Place, what: impl Into<String>, help: impl Into<String>) -> Self {
        let warning = Self::warning(place, what, "the operation is left out", help);
        Self { severity: Severity::Omission, ..warning }
    }

    /// Creates a warning.
    pub fn warning(
        place: Place,
        what: impl Into<String>,
        fallback: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let (what, fallback, help) = (what.into(), fallback.into(), help.into());
        Self { place, severity: Severity::Warning, what, fallback, help }
    }
}

/// A located error or warning.
///
/// Formats on one line: `spec/atlas.yaml:12:7: what; help` for an error, and
/// `spec/atlas.yaml:12:7: warning: what; fallback; help` for a warning.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The span in the source file.
    pub span: Span,
    /// The file name as the user gave it.
    pub file: String,
    /// The severity.
    pub severity: Severity,
    /// The problem.
    pub what: String,
    /// What the generator does instead. May be empty.
    pub fallback: String,
    /// How to fix the problem.
    pub help: String,
    /// The line that contains the span, or the part of a long line around the span.
    pub excerpt: Excerpt,
}

impl Diagnostic {
    /// Locates a finding at `span`. If `sources` lacks the span's source, the file name and the excerpt are empty.
    pub(crate) fn new(finding: Finding, span: Span, sources: &[Source]) -> Self {
        let Finding { place: _, severity, what, fallback, help } = finding;
        let source = usize::try_from(span.source).ok().and_then(|index| sources.get(index));
        let file = source.map(|source| source.file.clone()).unwrap_or_default();
        let excerpt = source.map(|source| source.excerpt(span)).unwrap_or_default();
        Self { span, file, severity, what, fallback, help, excerpt }
    }

    /// Renders the diagnostic with its excerpt, in the style of rustc.
    #[must_use]
    pub fn render(&self, renderer: &Renderer) -> String {
        self.render_with(None, renderer)
    }

    /// Renders the diagnostic, with the `note` at the end if there is one.
    fn render_with(&self, note: Option<&str>, renderer: &Renderer) -> String {
        let Self { span, file, severity, what, fallback, help, excerpt } = self;
        let marked = AnnotationKind::Primary.span(excerpt.range());
        let line = usize::try_from(span.line).unwrap_or(usize::MAX);
        let snippet = Snippet::source(&excerpt.text).line_start(line).annotation(marked);
        let level = match severity {
            Severity::Error => Level::ERROR,
            Severity::Omission | Severity::Warning => Level::WARNING,
        };
        let title = level.primary_title(what);
        // The renderer counts columns from the start of the excerpt. If the excerpt starts in the middle of a line, an
        // `Origin` states the column.
        let mut group = if excerpt.skipped == 0 {
            title.element(snippet.path(file))
        } else {
            let column = usize::try_from(span.column).unwrap_or(usize::MAX);
            title.element(Origin::path(file).line(line).char_column(column)).element(snippet)
        };
        if !fallback.is_empty() {
            group = group.element(Level::NOTE.message(normalize_untrusted_str(fallback)));
        }
        group = group.element(Level::HELP.message(normalize_untrusted_str(help)));
        if let Some(note) = note {
            group = group.element(Level::NOTE.message(note));
        }
        renderer.render(&[group])
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { span, file, severity, what, fallback, help, .. } = self;
        let severity = match severity {
            Severity::Error => "",
            Severity::Omission | Severity::Warning => "warning: ",
        };
        let fallback = if fallback.is_empty() { String::new() } else { format!("; {fallback}") };
        write!(f, "{file}:{}:{}: {severity}{what}{fallback}; {help}", span.line, span.column)
    }
}

/// Diagnostics, sorted by location, without duplicates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Sorts diagnostics and removes duplicates.
    pub(crate) fn new(mut diagnostics: Vec<Diagnostic>) -> Self {
        diagnostics.sort();
        diagnostics.dedup();
        Self(diagnostics)
    }

    /// Adds other diagnostics, sorts all of them, and removes duplicates.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        Self::new(self.0)
    }

    /// Returns the number of diagnostics with the given severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.iter().filter(|it| it.severity == severity).count()
    }

    /// Renders all diagnostics with their excerpts.
    #[must_use]
    pub fn render(&self, renderer: &Renderer) -> String {
        let all: Vec<String> = self.iter().map(|it| it.render(renderer)).collect();
        all.join("\n\n")
    }
}

impl Deref for Diagnostics {
    type Target = [Diagnostic];

    fn deref(&self) -> &[Diagnostic] {
        &self.0
    }
}

/// Formats one line per diagnostic.
impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for Diagnostics {}

#[cfg(test)]
mod tests {
    use annotate_snippets::Renderer;

    use super::{Diagnostic, Finding, Place, Source, Span};

    fn rendered(text: &str, line: u32, column: u32, length: u32) -> String {
        let span = Span { source: 0, line, column, length };
        let finding = Finding::error(Place::Text(span), "it is wrong", "make it right");
        let diagnostic = Diagnostic::new(finding, span, &[Source::new("a.yaml", text)]);
        diagnostic.render(&Renderer::plain())
    }

    #[test]
    fn a_tab_counts_as_one_column_and_is_shown_as_spaces() {
        let shown = rendered("a: 1\n\tgröße: 2\n", 2, 2, 5);
        let expected = [
            "error: it is wrong",
            " --> a.yaml:2:2",
            "  |",
            "2 |     größe: 2",
            "  |     ^^^^^",
            "  |",
            "  = help: make it right",
        ];
        assert_eq!(shown, expected.join("\n"));
    }

    #[test]
    fn a_long_line_is_shortened_and_keeps_its_column() {
        let text = format!("{}here{}", "<".repeat(3000), ">".repeat(3000));
        let shown = rendered(&text, 1, 3001, 4);
        assert!(shown.contains("--> a.yaml:1:3001\n"), "{shown}");
        assert!(shown.contains("<<<here>>>"), "{shown}");
        assert!(shown.lines().all(|line| line.chars().count() <= 150), "{shown}");
        let under = shown.lines().find(|line| line.contains("^^^^")).map(str::trim_end);
        let above = shown.lines().find(|line| line.contains("here"));
        assert_eq!(under.and_then(|it| it.find('^')), above.and_then(|it| it.find("here")));
    }
}
