//! The text of a document, by its lines.

use std::ops::Range;
use std::sync::OnceLock;

/// A text, and the name that the user gave it.
#[derive(Clone, Debug)]
pub struct Source {
    /// The name.
    pub file: String,
    text: String,
    /// Where each line starts, in bytes: known once a line is asked for.
    starts: OnceLock<Vec<usize>>,
}

/// A stretch of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// In characters. What is longer than the rest of the line goes on in the next one.
    pub length: usize,
}

impl Span {
    /// Where a text starts.
    pub const START: Self = Self { line: 1, column: 1, length: 0 };
}

/// A line, or the part of a long one around the place in question.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Excerpt {
    /// The text, without the end of the line.
    pub text: String,
    /// How many characters of the line stand before it.
    pub skipped: usize,
    /// The stretch in question, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

impl Excerpt {
    /// The stretch in question.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// How many characters of a line are kept on either side of the place in question. A document
/// without line ends is one line of some millions.
const AROUND: usize = 200;

impl Source {
    /// The text of a file.
    pub fn new(file: impl Into<String>, text: impl Into<String>) -> Self {
        Self { file: file.into(), text: text.into(), starts: OnceLock::new() }
    }

    /// The text as it was given.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line that a stretch lies on; an empty one where the text is too short.
    #[must_use]
    pub fn excerpt(&self, span: Span) -> Excerpt {
        let line = self.line(span.line);
        let column = span.column.saturating_sub(1);
        let skipped = column.saturating_sub(AROUND);
        let cut: String = line.chars().skip(skipped).take(AROUND * 2).collect();
        let start = offset(&cut, column - skipped);
        let end = offset(&cut, (column - skipped).saturating_add(span.length));
        Excerpt { text: cut, skipped, start, end }
    }

    fn line(&self, number: usize) -> &str {
        let starts = self.starts.get_or_init(|| starts(&self.text));
        let index = number.saturating_sub(1);
        let start = starts.get(index).copied().unwrap_or(self.text.len());
        let end = starts.get(index + 1).copied().unwrap_or(self.text.len());
        self.text.get(start..end).unwrap_or_default().trim_end_matches(['\r', '\n'])
    }
}

/// A line ends as YAML has it: with a line feed, a carriage return, or both.
fn starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let ends = bytes.iter().enumerate().filter(|(index, byte)| match byte {
        b'\n' => true,
        b'\r' => bytes.get(index + 1) != Some(&b'\n'),
        _ => false,
    });
    std::iter::once(0).chain(ends.map(|(index, _)| index + 1)).collect()
}

/// Where the character of this number starts, in bytes; the end of the text if it has fewer.
fn offset(text: &str, characters: usize) -> usize {
    text.char_indices().nth(characters).map_or(text.len(), |(offset, _)| offset)
}

#[cfg(test)]
mod tests {
    use super::{Excerpt, Source, Span};

    fn excerpt(text: &str, line: usize, column: usize, length: usize) -> (String, String) {
        let excerpt = Source::new("a.yaml", text).excerpt(Span { line, column, length });
        let marked = excerpt.text.get(excerpt.range()).unwrap_or("out of bounds").to_owned();
        (excerpt.text, marked)
    }

    fn pair(line: &str, marked: &str) -> (String, String) {
        (line.to_owned(), marked.to_owned())
    }

    #[test]
    fn lines_end_in_three_ways() {
        let text = "a: 1\nb: 2\r\nc: 3\rd: 4";
        assert_eq!(excerpt(text, 1, 1, 1), pair("a: 1", "a"));
        assert_eq!(excerpt(text, 2, 4, 1), pair("b: 2", "2"));
        assert_eq!(excerpt(text, 3, 1, 1), pair("c: 3", "c"));
        assert_eq!(excerpt(text, 4, 4, 1), pair("d: 4", "4"));
        assert_eq!(excerpt(text, 5, 1, 1), pair("", ""));
    }

    #[test]
    fn columns_are_characters_and_a_stretch_ends_with_its_line() {
        assert_eq!(excerpt("größe: |\n  a\n", 1, 8, 7), pair("größe: |", "|"));
        assert_eq!(excerpt("größe: 1", 1, 1, 5), pair("größe: 1", "größe"));
        assert_eq!(excerpt("a", 1, 9, usize::MAX), pair("a", ""));
    }

    #[test]
    fn of_a_long_line_the_part_around_the_place_is_kept() {
        let text = format!("{}here{}", "<".repeat(3000), ">".repeat(3000));
        let source = Source::new("a.yaml", text);
        let Excerpt { text, skipped, start, end } =
            source.excerpt(Span { line: 1, column: 3001, length: 4 });
        assert_eq!(text, format!("{}here{}", "<".repeat(200), ">".repeat(196)));
        assert_eq!((skipped, start, end), (2800, 200, 204));
    }
}
