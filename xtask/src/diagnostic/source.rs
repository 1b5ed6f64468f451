//! The source texts of diagnostics, split into lines.

use std::ops::Range;
use std::sync::OnceLock;

/// A source text with its file name.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file name as the user gave it.
    pub file: String,
    text: String,
    /// The byte offset of each line, computed on first use.
    starts: OnceLock<Vec<usize>>,
}

/// A part of a line in a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The index of the source: 0 is the document, and overlays follow.
    pub source: u32,
    /// The line, counted from 1.
    pub line: u32,
    /// The column in characters, counted from 1.
    pub column: u32,
    /// The length in characters. If the span extends beyond the end of the line, an excerpt marks only the part within
    /// the line.
    pub length: u32,
}

impl Span {
    /// Returns an empty span at the start of a source.
    pub(crate) const fn start_of(source: u32) -> Self {
        Self { source, line: 1, column: 1, length: 0 }
    }
}

/// A line, or the part of a long line around a span.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Excerpt {
    /// The text, without its line ending.
    pub text: String,
    /// The number of characters that precede the text in its line.
    pub skipped: usize,
    /// The start of the span in the text, in bytes.
    pub start: usize,
    /// The end of the span in the text, in bytes.
    pub end: usize,
}

impl Excerpt {
    /// Returns the byte range of the span in the text.
    pub(crate) fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// The maximum number of characters before the span in an excerpt. The whole excerpt has at most twice as many
/// characters. Without a limit, an excerpt of minified JSON could have millions of characters.
const CONTEXT: usize = 200;

impl Source {
    /// Creates a source. Removes a byte order mark from the text.
    pub fn new(file: impl Into<String>, text: impl Into<String>) -> Self {
        let mut text = text.into();
        if text.starts_with('\u{feff}') {
            text.remove(0);
        }
        Self { file: file.into(), text, starts: OnceLock::new() }
    }

    /// Returns the text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Returns the line that contains a span, or a part of a long line. Returns an empty excerpt if the text has no
    /// such line.
    pub(crate) fn excerpt(&self, span: Span) -> Excerpt {
        let line = self.line(to_usize(span.line));
        let column = to_usize(span.column).saturating_sub(1);
        let skipped = column.saturating_sub(CONTEXT);
        let text: String = line.chars().skip(skipped).take(CONTEXT * 2).collect();
        let start = offset(&text, column - skipped);
        let end = offset(&text, (column - skipped).saturating_add(to_usize(span.length)));
        Excerpt { text, skipped, start, end }
    }

    fn line(&self, number: usize) -> &str {
        let starts = self.starts.get_or_init(|| starts(&self.text));
        let index = number.saturating_sub(1);
        let start = starts.get(index).copied().unwrap_or(self.text.len());
        let end = starts.get(index + 1).copied().unwrap_or(self.text.len());
        self.text.get(start..end).unwrap_or_default().trim_end_matches(['\r', '\n'])
    }
}

fn to_usize(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Returns the byte offset of each line. YAML lines end with a line feed, a carriage return, or both.
fn starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let ends = bytes.iter().enumerate().filter(|(index, byte)| match byte {
        b'\n' => true,
        b'\r' => bytes.get(index + 1) != Some(&b'\n'),
        _ => false,
    });
    std::iter::once(0).chain(ends.map(|(index, _)| index + 1)).collect()
}

/// Returns the byte offset after the given number of characters, or the length of the text if the text is shorter.
fn offset(text: &str, characters: usize) -> usize {
    text.char_indices().nth(characters).map_or(text.len(), |(offset, _)| offset)
}

#[cfg(test)]
mod tests {
    use super::{Excerpt, Source, Span};

    fn excerpt(text: &str, line: u32, column: u32, length: u32) -> (String, String) {
        let excerpt = Source::new("a.yaml", text).excerpt(Span { source: 0, line, column, length });
        let marked = excerpt.text.get(excerpt.range()).unwrap_or("out of bounds").to_owned();
        (excerpt.text, marked)
    }

    fn pair(line: &str, marked: &str) -> (String, String) {
        (line.to_owned(), marked.to_owned())
    }

    #[test]
    fn all_three_line_endings_are_recognized() {
        let text = "a: 1\nb: 2\r\nc: 3\rd: 4";
        assert_eq!(excerpt(text, 1, 1, 1), pair("a: 1", "a"));
        assert_eq!(excerpt(text, 2, 4, 1), pair("b: 2", "2"));
        assert_eq!(excerpt(text, 3, 1, 1), pair("c: 3", "c"));
        assert_eq!(excerpt(text, 4, 4, 1), pair("d: 4", "4"));
        assert_eq!(excerpt(text, 5, 1, 1), pair("", ""));
    }

    #[test]
    fn columns_count_characters_and_a_span_ends_with_its_line() {
        assert_eq!(excerpt("größe: |\n  a\n", 1, 8, 7), pair("größe: |", "|"));
        assert_eq!(excerpt("größe: 1", 1, 1, 5), pair("größe: 1", "größe"));
        assert_eq!(excerpt("a", 1, 9, u32::MAX), pair("a", ""));
    }

    #[test]
    fn a_long_line_is_shortened_around_the_span() {
        let text = format!("{}here{}", "<".repeat(3000), ">".repeat(3000));
        let source = Source::new("a.yaml", text);
        let Excerpt { text, skipped, start, end } =
            source.excerpt(Span { source: 0, line: 1, column: 3001, length: 4 });
        assert_eq!(text, format!("{}here{}", "<".repeat(200), ">".repeat(196)));
        assert_eq!((skipped, start, end), (2800, 200, 204));
    }
}
