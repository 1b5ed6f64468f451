//! Marks the blocks of code in descriptions as text.
//!
//! Rustdoc would compile a block without a language, or with one of rustdoc's own words, such as `no_run`, as Rust.

/// The line that starts or ends a block of code.
struct Fence<'l> {
    /// The text before the mark: spaces, and the marks of quotes and list items.
    before: &'l str,
    mark: char,
    length: usize,
    language: &'l str,
}

impl<'l> Fence<'l> {
    fn of(line: &'l str) -> Option<Self> {
        let (before, rest) = split_marks(line);
        let mark = rest.chars().next().filter(|it| matches!(it, '`' | '~'))?;
        let language = rest.trim_start_matches(mark);
        let length = rest.len() - language.len();
        // Backticks after the mark would make it the start of a code span. A tag, as in ```</p>`, is not a language.
        let is_span = language.contains('<') || (mark == '`' && language.contains('`'));
        (length >= 3 && !is_span).then_some(Self { before, mark, length, language })
    }

    /// Returns whether the line ends a block that began with `length` marks.
    fn ends(&self, mark: char, length: usize) -> bool {
        let is_own_line = self.before.chars().all(|it| it == '>' || it.is_whitespace());
        let is_bare = self.language.trim().is_empty();
        self.mark == mark && self.length >= length && is_own_line && is_bare
    }
}

/// A block of code that has not ended.
struct Block {
    mark: char,
    length: usize,
    /// The text before each line of the block, as in [`Fence::before`], but with a space for each mark of a list item.
    before: String,
    /// The indent of the list item that the block began, if any. The end of the item ends the block.
    item: Option<usize>,
    /// The number of columns by which the block moves to the left.
    moved: usize,
}

impl Block {
    fn of(fence: &Fence<'_>, before: &str) -> Self {
        let kept = before.chars().map(|it| if it == '>' { it } else { ' ' });
        let width = fence.before.replace('\t', "    ").chars().count();
        Self {
            mark: fence.mark,
            length: fence.length,
            before: kept.collect(),
            item: (!before.trim().is_empty()).then(|| indent(fence.before)),
            moved: width.saturating_sub(before.len()),
        }
    }

    fn is_quote(&self) -> bool {
        self.before.contains('>')
    }

    /// Returns whether a line can be part of the block.
    fn contains(&self, line: &str) -> bool {
        if self.is_quote() {
            return line.trim_start().starts_with('>');
        }
        line.trim().is_empty() || self.item.is_none_or(|item| indent(line) > item)
    }

    /// Moves a line of the block as far as the block. A line with a smaller indent than the block would end it.
    fn line(&self, line: &str) -> String {
        if self.is_quote() {
            return outdented(line);
        }
        let column = indent(line);
        if line.trim().is_empty() || (self.moved == 0 && column >= self.before.len()) {
            return line.to_owned();
        }
        let column = column.saturating_sub(self.moved).max(self.before.len());
        " ".repeat(column) + line.trim_start()
    }

    fn fence(&self) -> String {
        self.before.clone() + &"`".repeat(self.length)
    }
}

/// Rewrites blocks of code so that all have backticks, the language `text`, an end, and an indent of at most three
/// spaces, because four would start a block of Rust.
pub(super) fn plain(text: &str) -> String {
    let mut open: Option<Block> = None;
    let mut lines = Vec::new();
    for line in text.split('\n') {
        let fence = Fence::of(line);
        if let Some(block) = open.take() {
            if !block.contains(line) {
                lines.push(block.fence());
            } else if fence.as_ref().is_some_and(|it| it.ends(block.mark, block.length)) {
                lines.push(block.fence());
                continue;
            } else {
                lines.push(block.line(line));
                open = Some(block);
                continue;
            }
        }
        let Some(fence) = fence else {
            lines.push(line.to_owned());
            continue;
        };
        let before = outdented(fence.before);
        let block = Block::of(&fence, &before);
        lines.push(format!("{before}{}text", "`".repeat(fence.length)));
        open = Some(block);
    }
    lines.extend(open.map(|block| block.fence()));
    lines.join("\n")
}

/// Tells lines of code from others, in text from [`plain`].
#[derive(Debug, Default)]
pub(super) struct Code {
    /// The number of backticks that began the current block.
    length: Option<usize>,
}

impl Code {
    /// Returns whether the next line is code or a fence.
    pub(super) fn has(&mut self, line: &str) -> bool {
        let fence = Fence::of(line).filter(|it| it.mark == '`');
        match (self.length, fence) {
            (None, None) => return false,
            (None, Some(fence)) => self.length = Some(fence.length),
            (Some(length), Some(fence)) if fence.ends('`', length) => self.length = None,
            (Some(_), _) => {}
        }
        true
    }
}

/// Removes the spaces that would start a block of code, at the start of a line and after the marks of quotes and list
/// items.
pub(super) fn outdented(line: &str) -> String {
    let mut text = " ".repeat(indent(line).min(3));
    let mut rest = line.trim_start();
    while let Some((mark, after)) = split_mark(rest) {
        let gap = indent(after);
        text.push_str(mark);
        text.push_str(&" ".repeat(if gap > 3 { 1 } else { gap }));
        rest = after.trim_start();
    }
    text + rest
}

/// Splits a line into its indent, with the marks of quotes and list items, and the rest.
fn split_marks(line: &str) -> (&str, &str) {
    let mut rest = line.trim_start();
    while let Some((_, after)) = split_mark(rest) {
        rest = after.trim_start();
    }
    line.split_at(line.len() - rest.len())
}

/// Splits text after the mark of a quote or a list item.
fn split_mark(text: &str) -> Option<(&str, &str)> {
    if text.starts_with('>') {
        return text.split_at_checked(1);
    }
    let unnumbered = text.trim_start_matches(|it: char| it.is_ascii_digit());
    let marks: &[char] = if unnumbered.len() < text.len() { &['.', ')'] } else { &['-', '*', '+'] };
    let after = unnumbered.strip_prefix(marks).filter(|it| it.starts_with([' ', '\t']))?;
    text.split_at_checked(text.len() - after.len())
}

/// Returns the number of columns before the text of a line.
fn indent(line: &str) -> usize {
    let spaces = line.chars().take_while(|it| it.is_whitespace());
    spaces.map(|it| if it == '\t' { 4 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn every_block_of_code_is_text_and_ends() {
        for (text, expected) in [
            ("```rust,no_run\nx\n```", "```text\nx\n```"),
            ("~~~ sh\nx", "```text\nx\n```"),
            ("````\n```\n````\ny", "````text\n```\n````\ny"),
            ("```\nx\n`````\ny", "```text\nx\n```\ny"),
            ("```\n~~~\n```\ny", "```text\n~~~\n```\ny"),
            ("```x``` y", "```x``` y"),
        ] {
            assert_eq!(plain(text), expected);
        }
    }

    #[test]
    fn a_block_can_be_part_of_a_quote_or_a_list_item() {
        for (text, expected) in [
            ("1. ```\n   x\n   ```\n2. y", "1. ```text\n   x\n   ```\n2. y"),
            ("- > ~~~~ sh\n  > x\n  > ~~~~", "- > ````text\n  > x\n  > ````"),
            ("> ```\n> x\n\ny", "> ```text\n> x\n> ```\n\ny"),
            ("- ```\n  - x\n- y", "- ```text\n  - x\n  ```\n- y"),
            ("-     ```\n      x\n      ```", "- ```text\n  x\n  ```"),
            ("    * ```\n        x\n      ```", "   * ```text\n       x\n     ```"),
        ] {
            assert_eq!(plain(text), expected);
        }
    }

    #[test]
    fn a_block_has_an_indent_of_at_most_three_spaces() {
        for (text, expected) in [
            (
                "1. a\n\n\t```\n\tx\n\t\ty\n z\n\t```",
                "1. a\n\n   ```text\n   x\n       y\n   z\n   ```",
            ),
            ("  ```\n\tx\n  ```", "  ```text\n\tx\n  ```"),
        ] {
            assert_eq!(plain(text), expected);
        }
    }
}
