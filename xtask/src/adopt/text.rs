//! Additions to a document that leave all existing lines unchanged.

use serde_json::Value;

use crate::diagnostic::{Place, Pointer};
use crate::document::Raw;

/// Lines to add to a document.
pub(super) struct Additions<'d> {
    document: &'d Raw,
    /// The added texts, each with the number of document lines before it.
    lines: Vec<(usize, String)>,
}

impl<'d> Additions<'d> {
    pub(super) fn new(document: &'d Raw) -> Self {
        Self { document, lines: Vec::new() }
    }

    /// Adds lines after the value at a location. Additions at the same location keep their order.
    pub(super) fn after(&mut self, place: &Pointer, text: String) {
        self.lines.push((self.end(place), text));
    }

    /// Returns the document with the additions, which use the line ending of the document's first line.
    pub(super) fn apply(self) -> String {
        let mut whole = self.document.text().to_owned();
        let ends_with_cr =
            whole.split_inclusive('\n').next().is_some_and(|line| line.ends_with("\r\n"));
        // Without a final line break, an addition at the end would continue the last line.
        if !whole.ends_with('\n') {
            whole.push_str(if ends_with_cr { "\r\n" } else { "\n" });
        }
        let mut lines: Vec<&str> = whole.split_inclusive('\n').collect();
        let mut additions = self.lines;
        if ends_with_cr {
            for (_, text) in &mut additions {
                *text = text.replace('\n', "\r\n");
            }
        }
        additions.sort_by_key(|(line, _)| *line);
        for (line, text) in additions.iter().rev() {
            lines.insert((*line).min(lines.len()), text);
        }
        lines.concat()
    }

    /// Returns the number of document lines up to the end of a value. Blank lines and comments after the value belong
    /// to the next value.
    fn end(&self, place: &Pointer) -> usize {
        let lines: Vec<&str> = self.document.text().lines().collect();
        let mut end = self.next(place).unwrap_or(lines.len());
        let is_part = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with('#');
        while end > 0 && lines.get(end - 1).is_some_and(|line| !is_part(line)) {
            end -= 1;
        }
        end
    }

    /// Returns the number of document lines before the key or item that follows a value, or `None` if nothing follows.
    fn next(&self, place: &Pointer) -> Option<usize> {
        let (key, parent) = place.keys().split_last()?;
        let parent = Pointer::new(parent);
        let sibling = match self.document.get(&parent)? {
            Value::Object(fields) => {
                fields.keys().skip_while(|it| *it != key).nth(1).map(ToOwned::to_owned)
            }
            Value::Array(items) => {
                let next = key.parse::<usize>().ok()? + 1;
                (next < items.len()).then(|| next.to_string())
            }
            _ => None,
        };
        match sibling {
            Some(sibling) => {
                let span = self.document.span(&Place::Key(parent.join([sibling])));
                usize::try_from(span.line).ok()?.checked_sub(1)
            }
            None => self.next(&parent),
        }
    }
}
