//! Replaces pairs of surrogate escapes in JSON, such as `\ud83d\udc4d`. YAML does not combine such a pair into one
//! character, so the pair becomes one escape, such as `\U0001f44d`, before the text is parsed.

use std::borrow::Cow;

/// The number of characters that a replacement saves: a pair of surrogates has 12 characters, and the replacement has
/// 10.
const SAVED: usize = 2;

/// Text in which pairs of surrogates are replaced, with the locations of the replacements.
pub(super) struct Joined<'t> {
    pub(super) text: Cow<'t, str>,
    /// The line of each replacement, and its column in the new text. Both are counted from 1.
    replaced: Vec<(u32, u32)>,
}

impl<'t> Joined<'t> {
    /// Replaces the pairs of surrogates if the text is a JSON object. Leaves other YAML unchanged, because a backslash
    /// in it is often not an escape.
    pub(super) fn new(text: &'t str) -> Self {
        let mut joined = Self { text: Cow::Borrowed(text), replaced: Vec::new() };
        let is_json = text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
        if is_json && (text.contains("\\ud") || text.contains("\\uD")) {
            joined.replace(text);
        }
        joined
    }

    fn replace(&mut self, text: &str) {
        let mut new = String::with_capacity(text.len());
        let (mut line, mut start) = (1, 0);
        let mut rest = text;
        while let Some(index) = rest.find(['\\', '\n']) {
            let (before, escape) = rest.split_at(index);
            new.push_str(before);
            let length = if let Some(character) = pair(escape) {
                let column = new.get(start..).map_or(1, |line| line.chars().count() + 1);
                self.replaced.push((line, u32::try_from(column).unwrap_or(u32::MAX)));
                let escape = format!("\\U{:08x}", u32::from(character));
                new.push_str(&escape);
                12
            } else {
                // Copies a line feed, or a backslash and the character after it, which can be another backslash.
                let count = if escape.starts_with('\\') { 2 } else { 1 };
                let length = escape.chars().take(count).map(char::len_utf8).sum();
                new.push_str(escape.get(..length).unwrap_or_default());
                length
            };
            if escape.starts_with('\n') {
                (line, start) = (line + 1, new.len());
            }
            rest = escape.get(length..).unwrap_or_default();
        }
        new.push_str(rest);
        self.text = Cow::Owned(new);
    }

    /// Returns the column in the original text for a location in the new text.
    pub(super) fn column(&self, line: u32, column: u32) -> u32 {
        let first = self.replaced.partition_point(|(it, _)| *it < line);
        let on_line = self.replaced.iter().skip(first).take_while(|(it, _)| *it == line);
        let before = on_line.take_while(|(_, it)| *it < column).count();
        column.saturating_add(u32::try_from(before * SAVED).unwrap_or(u32::MAX))
    }
}

/// Returns the character that the two escapes at the start of the text represent, if they are a pair of surrogates.
fn pair(escape: &str) -> Option<char> {
    let unit = |at: usize| {
        let digits = escape.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let mut characters = char::decode_utf16([unit(0)?, unit(6)?]);
    characters.next()?.ok().filter(|it| u32::from(*it) > 0xffff)
}

#[cfg(test)]
mod tests {
    use super::Joined;
    use crate::diagnostic::{Place, Pointer, Source, Span};
    use crate::document::yaml::read;

    #[test]
    fn a_surrogate_pair_in_json_becomes_one_character() {
        for text in [
            r#"{"a": "Hello! \ud83d\udc4d", "\uD83D\uDE00": "\u00e9\\ud83d\\udc4d\ufffd"}"#,
            "{\"a\": \"\\\\\\ud83d\\udc4d\"}",
            "{\n  \"é\": \"\\ud83d\\udc4d\\ud83d\\udc4d\"\n}",
        ] {
            let tree = read(&Source::new("a.json", text), 0, &mut Vec::new());
            let tree = tree.unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
            let expected: serde_json::Value =
                serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(tree.value, expected);
        }
    }

    #[test]
    fn columns_count_characters_of_the_original_text() {
        let text = "{\"é\": \"x\",\n\"a\": \"\\ud83d\\udc4d\\ud83d\\udc4d\", \"b\": [}";
        let errors = read(&Source::new("a.json", text), 0, &mut Vec::new());
        let errors = errors.err().unwrap_or_default();
        let lone = text.lines().nth(1).and_then(|line| line.find('}')).unwrap_or_default();
        assert!(
            errors
                .iter()
                .any(|it| format!("{:?}", it.place).contains(&format!("column: {}", lone + 1))),
            "{errors:?}"
        );
    }

    #[test]
    fn spans_refer_to_the_original_text() {
        let pair = "\\ud83d\\udc4d";
        let values = [
            pair.to_owned(),
            format!("\"{pair}\""),
            format!("{pair}{pair}"),
            format!("é{pair}"),
            "\"x\"".to_owned(),
            pair.to_owned(),
        ];
        let text = format!("{{\"a\": [{}]}}", values.join(", "));
        let tree = read(&Source::new("a.json", text.as_str()), 0, &mut Vec::new());
        let tree = tree.unwrap_or_else(|errors| panic!("{errors:?}"));
        for (index, value) in values.iter().enumerate() {
            let place = Place::Value(Pointer::new(["a".to_owned(), index.to_string()]));
            let Span { column, length, .. } = tree.spans.span(&place);
            let found = text.chars().skip(column as usize - 1).take(length as usize);
            assert_eq!(found.collect::<String>(), *value);
        }
    }

    #[test]
    fn text_without_surrogate_pairs_in_json_is_unchanged() {
        for text in
            ["pattern: '\\ud83d\\udc4d'", "{\"a\": \"\\ud83d\"}", "{\"a\": \"\\\\ud83d\\\\udc4d\"}"]
        {
            assert_eq!(Joined::new(text).text, text);
        }
    }
}
