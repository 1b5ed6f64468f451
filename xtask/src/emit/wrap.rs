//! Wraps the text of doc comments.

use textwrap::core::Word;
use textwrap::{WordSeparator, WordSplitter};

use super::fences::Code;

/// The maximum length of a line of text. With `/// ` and one indent, a line has at most 100
/// columns.
const WIDTH: usize = 92;

/// Wraps paragraphs. Lists, tables, headings, quotes and code are not wrapped.
pub(super) fn wrap(text: &str) -> String {
    let mut blocks: Vec<String> = Vec::new();
    let mut paragraph = String::new();
    let mut code = Code::default();
    for line in text.trim().lines() {
        let stands_alone = code.has(line)
            || line.trim().is_empty()
            || line.starts_with(['|', ' '])
            || starts_block(line);
        if stands_alone {
            flush(&mut paragraph, &mut blocks);
            blocks.push(line.trim_end().to_owned());
        } else {
            paragraph.push_str(line.trim());
            paragraph.push(' ');
            // A backslash at the end of a line breaks the line.
            if line.ends_with('\\') {
                flush(&mut paragraph, &mut blocks);
            }
        }
    }
    flush(&mut paragraph, &mut blocks);
    blocks.join("\n")
}

/// Returns whether the line starts an item of a numbered list.
fn is_numbered(line: &str) -> bool {
    let after = line.trim_start_matches(|it: char| it.is_ascii_digit());
    after.len() < line.len() && [". ", ") "].iter().any(|mark| after.starts_with(mark))
}

fn flush(paragraph: &mut String, blocks: &mut Vec<String>) {
    let text = std::mem::take(paragraph);
    if !text.is_empty() {
        blocks.push(textwrap::fill(text.trim(), wrap_options()));
    }
}

/// Formats a list item, with continuation lines indented.
pub(super) fn list_item(text: &str) -> String {
    let options = wrap_options().initial_indent("- ").subsequent_indent("  ");
    textwrap::fill(text, options) + "\n"
}

/// Returns options that break lines only at spaces, because a hyphen may be part of a pattern, a date or a media type.
fn wrap_options() -> textwrap::Options<'static> {
    textwrap::Options::new(WIDTH)
        .break_words(false)
        .word_splitter(WordSplitter::NoHyphenation)
        .word_separator(WordSeparator::Custom(words))
}

/// Splits a paragraph at spaces. A word that would start another block at the start of a line stays with the word before
/// it.
fn words(text: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let ends = rest.match_indices(' ').filter_map(|(at, _)| rest.split_at_checked(at + 1));
        let mut ends = ends.filter(|(_, next)| !next.starts_with(' ') && !starts_block(next));
        let (word, next) = ends.next().unwrap_or((rest, ""));
        words.push(Word::from(word));
        rest = next;
    }
    Box::new(words.into_iter())
}

/// Returns whether a line with this text would start a list item, a quote, a heading or code, or would be the line under
/// a heading or between two sections.
pub(super) fn starts_block(text: &str) -> bool {
    let word = text.split(' ').next().unwrap_or_default();
    let repeats = |mark| !word.is_empty() && word.trim_start_matches(mark).is_empty();
    word == "+"
        || ['-', '*', '_', '=', '#'].into_iter().any(repeats)
        || [">", "```", "~~~"].iter().any(|mark| word.starts_with(mark))
        || is_numbered(text)
}

#[cfg(test)]
mod tests {
    use super::{WIDTH, list_item, wrap};

    #[test]
    fn only_paragraphs_are_wrapped() {
        for (text, expected) in [
            ("a\nb", "a b"),
            ("> [!NOTE]\n> Read\n> this.\n\na\nb", "> [!NOTE]\n> Read\n> this.\n\na b"),
            ("1.0 - added\\\n2.0 - moved\\\nor so\non", "1.0 - added\\\n2.0 - moved\\\nor so on"),
            ("Steps:\n1. one\n2. two\n10) ten", "Steps:\n1. one\n2. two\n10) ten"),
            ("Items:\n+ one\n+ two", "Items:\n+ one\n+ two"),
            ("1. ```text\n   a\n   ```\nb\nc", "1. ```text\n   a\n   ```\nb c"),
            ("````text\n```\na\nb\n````\nc\nd", "````text\n```\na\nb\n````\nc d"),
            ("Title\n===\na\n---\nb", "Title\n===\na\n---\nb"),
            ("Use\n-1 for all\n#1 is\n**best**", "Use -1 for all #1 is **best**"),
            ("In\n1.5 of 2\n2026 and\n. so on", "In 1.5 of 2 2026 and . so on"),
        ] {
            assert_eq!(wrap(text), expected);
        }
    }

    #[test]
    fn no_line_of_a_wrapped_paragraph_starts_a_block() {
        for marker in [
            "-", "--", "+", "*", "***", "___", "=", "#", "###", ">", ">5", "1.", "10)", "```",
            "~~~x",
        ] {
            let text = format!("{} {marker} b", "a".repeat(WIDTH));
            assert_eq!(wrap(&text), format!("{} {marker}\nb", "a".repeat(WIDTH)));
            assert!(list_item(&text).ends_with(&format!("a {marker}\n  b\n")), "{text}");
        }
        for word in ["-1", "#1", "1.5", "a.", "**b**", "+b"] {
            let text = format!("{} {word} b", "a".repeat(WIDTH));
            assert_eq!(wrap(&text), format!("{}\n{word} b", "a".repeat(WIDTH)));
        }
        assert_eq!(wrap(&format!("{}  b", "a".repeat(WIDTH))), format!("{}\nb", "a".repeat(WIDTH)));
    }

    #[test]
    fn a_pattern_stays_on_one_line() {
        let pattern = "`^[a-zA-Z0-9][a-zA-Z0-9-]*$`";
        let text = format!(
            "The name of the cluster, unique within its project. Now it matches {pattern}."
        );
        assert!(wrap(&text).contains(pattern));
        assert!(list_item(&text).contains(pattern));
    }
}
