//! What there is to say about a document: what is wrong, where, and what to do.

use std::fmt;

use annotate_snippets::{
    AnnotationKind, Level, Origin, Renderer, Snippet, normalize_untrusted_str,
};

use crate::source::{Excerpt, Source, Span};

/// Whether a run goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is emitted.
    Error,
    /// What is emitted is less than it could be.
    Warning,
}

/// One complaint. Displayed in one line, as `spec/atlas.yaml:12:7: what; help`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The document's name as the user gave it.
    pub file: String,
    /// Where it stands.
    pub span: Span,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub help: String,
    /// The line of the document.
    pub excerpt: Excerpt,
}

impl Diagnostic {
    /// A complaint about a place in a text.
    pub fn new(
        source: &Source,
        span: Span,
        what: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            file: source.file.clone(),
            span,
            severity: Severity::Error,
            what: what.into(),
            help: help.into(),
            excerpt: source.excerpt(span),
        }
    }

    /// The complaint with the line that it is about, the place in question underlined, as rustc
    /// prints its own.
    #[must_use]
    pub fn render(&self, renderer: &Renderer) -> String {
        let Self { file, span, severity, what, help, excerpt } = self;
        let place = AnnotationKind::Primary.span(excerpt.range());
        let line = Snippet::source(&excerpt.text).line_start(span.line).annotation(place);
        let help = Level::HELP.message(normalize_untrusted_str(help));
        let level = match severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level.primary_title(what);
        // The renderer counts the columns of what it is given, which may be a part of the line.
        let group = if excerpt.skipped == 0 {
            title.element(line.path(file))
        } else {
            let origin = Origin::path(file).line(span.line).char_column(span.column);
            title.element(origin).element(line)
        };
        renderer.render(&[group.element(help)])
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, span, severity, what, help, .. } = self;
        let severity = match severity {
            Severity::Error => "",
            Severity::Warning => "warning: ",
        };
        write!(f, "{file}:{}:{}: {severity}{what}; {help}", span.line, span.column)
    }
}

/// All complaints about a document, in the order of its lines, none twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Sorts the complaints by file and position.
    #[must_use]
    pub fn new(mut complaints: Vec<Diagnostic>) -> Self {
        complaints.sort();
        complaints.dedup();
        Self(complaints)
    }

    /// These complaints and others, in order.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        Self::new(self.0)
    }

    /// The same as warnings.
    #[must_use]
    pub fn as_warnings(mut self) -> Self {
        self.0.iter_mut().for_each(|it| it.severity = Severity::Warning);
        self
    }

    /// The complaints in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// Every complaint with its excerpt.
    #[must_use]
    pub fn render(&self, renderer: &Renderer) -> String {
        let all: Vec<String> = self.iter().map(|it| it.render(renderer)).collect();
        all.join("\n\n")
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(complaint: Diagnostic) -> Self {
        Self(vec![complaint])
    }
}

/// One complaint a line.
impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, complaint) in self.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{complaint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

#[cfg(test)]
mod tests {
    use annotate_snippets::Renderer;

    use super::Diagnostic;
    use crate::source::{Source, Span};

    fn rendered(text: &str, span: Span) -> String {
        let source = Source::new("a.yaml", text);
        Diagnostic::new(&source, span, "it is wrong", "make it right").render(&Renderer::plain())
    }

    #[test]
    fn columns_are_those_of_the_document() {
        let shown = rendered("a: 1\n\tgröße: 2\n", Span { line: 2, column: 2, length: 5 });
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
    fn a_long_line_is_cut_and_keeps_its_column() {
        let text = format!("{}here{}", "<".repeat(3000), ">".repeat(3000));
        let shown = rendered(&text, Span { line: 1, column: 3001, length: 4 });
        assert!(shown.contains("--> a.yaml:1:3001\n"), "{shown}");
        assert!(shown.contains("<<<here>>>"), "{shown}");
        assert!(shown.lines().all(|line| line.chars().count() <= 150), "{shown}");
        let under = shown.lines().find(|line| line.contains("^^^^")).map(str::trim_end);
        let above = shown.lines().find(|line| line.contains("here"));
        assert_eq!(under.and_then(|it| it.find('^')), above.and_then(|it| it.find("here")));
    }
}
