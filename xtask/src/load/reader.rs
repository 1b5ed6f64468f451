//! Text in, tree out: only YAML that means the same to every reader of the document.

use std::borrow::Cow;

use indexmap::map::Entry as Slot;
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, StrInput, Tag};

use super::report::Report;
use super::tree::{Entry, Mapping, Node, Value};
use crate::source::Span;

/// The YAML library behind the next step gives up at 128; no sane document comes near.
const DEEPEST: usize = 100;

/// The document as a tree, or nothing where the report says why.
pub(super) fn read(text: &str, report: &mut Report) -> Option<Node> {
    let parser = Parser::new_from_str(text);
    let tree = Reader { parser, report }.document();
    match tree {
        Ok(tree) => report.is_empty().then_some(tree),
        Err(Fault { at, what, help }) => {
            report.add(at, what, help);
            None
        }
    }
}

/// A fault after which reading cannot go on.
struct Fault {
    at: Span,
    what: String,
    help: &'static str,
}

impl From<ScanError> for Fault {
    fn from(error: ScanError) -> Self {
        Self {
            at: place(saphyr_parser::Span::empty(*error.marker())),
            what: format!("this is not valid YAML: {}", error.info()),
            help: "look here and on the line above for a wrong indent, a tab, or a missing quote, colon or bracket",
        }
    }
}

struct Reader<'t, 'r> {
    parser: Parser<'t, StrInput<'t>>,
    report: &'r mut Report,
}

impl<'t> Reader<'t, '_> {
    fn document(&mut self) -> Result<Node, Fault> {
        loop {
            match self.next()? {
                (Event::StreamStart | Event::DocumentStart(_), _) => {}
                (event, at) => {
                    let tree = self.node(event, at, 0)?;
                    self.end()?;
                    return Ok(tree);
                }
            }
        }
    }

    fn end(&mut self) -> Result<(), Fault> {
        loop {
            match self.next()? {
                (Event::DocumentEnd, _) => {}
                (Event::StreamEnd, _) => return Ok(()),
                (_, at) => {
                    return Err(Fault {
                        at,
                        what: "a second YAML document starts here".into(),
                        help: "keep one document in the file",
                    });
                }
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'t>, Span), Fault> {
        match self.parser.next_event() {
            Some(event) => {
                let (event, span) = event?;
                Ok((event, place(span)))
            }
            None => Ok((Event::StreamEnd, Span::START)),
        }
    }

    fn node(&mut self, event: Event<'t>, at: Span, depth: usize) -> Result<Node, Fault> {
        if depth > DEEPEST {
            return Err(Fault {
                at,
                what: format!("values are nested deeper than {DEEPEST} levels"),
                help: "give the inner parts a name under `components` and refer to them",
            });
        }
        match event {
            Event::Scalar(text, style, _, tag) => {
                self.refuse_tag(tag.as_deref(), at);
                Ok(Node { at, value: scalar(text, style) })
            }
            Event::SequenceStart(_, tag) => {
                self.refuse_tag(tag.as_deref(), at);
                let (items, end) = self.sequence(depth)?;
                let first = items.first().map(|item| item.at);
                Ok(Node { at: collection(at, first, end), value: Value::Sequence(items) })
            }
            Event::MappingStart(_, tag) => {
                self.refuse_tag(tag.as_deref(), at);
                let (mapping, end) = self.mapping(depth)?;
                let first = mapping.0.values().next().map(|entry| entry.at);
                Ok(Node { at: collection(at, first, end), value: Value::Mapping(mapping) })
            }
            Event::Alias(_) => {
                self.report.add(
                    at,
                    "YAML aliases (`*name`) are not supported",
                    "name the shared part under `components` and refer to it with `$ref`, or write it out",
                );
                Ok(Node { at, value: Value::Null })
            }
            _ => Err(Fault {
                at,
                what: "the document is empty".into(),
                help: "start it with `openapi: 3.0.3`",
            }),
        }
    }

    /// The items, and where the list ends.
    fn sequence(&mut self, depth: usize) -> Result<(Vec<Node>, Span), Fault> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, end) => return Ok((items, end)),
                (event, at) => items.push(self.node(event, at, depth + 1)?),
            }
        }
    }

    /// The entries, and where the mapping ends.
    fn mapping(&mut self, depth: usize) -> Result<(Mapping, Span), Fault> {
        let mut mapping = Mapping::default();
        loop {
            let (key, at, bare) = match self.next()? {
                (Event::MappingEnd, end) => return Ok((mapping, end)),
                (Event::Scalar(key, style, _, tag), at) => {
                    self.refuse_tag(tag.as_deref(), at);
                    let bare = resolve(&key, style).is_some();
                    (key.into_owned(), at, bare)
                }
                (_, at) => {
                    return Err(Fault {
                        at,
                        what: "a key of a mapping is a list, a mapping or an alias".into(),
                        help: "write a plain text as the key",
                    });
                }
            };
            self.refuse_merge(&key, at);
            let (event, value_at) = self.next()?;
            let node = self.node(event, value_at, depth + 1)?;
            self.insert(&mut mapping, key, Entry { at, bare, node });
        }
    }

    fn insert(&mut self, mapping: &mut Mapping, key: String, entry: Entry) {
        match mapping.0.entry(key) {
            Slot::Vacant(slot) => {
                slot.insert(entry);
            }
            Slot::Occupied(slot) => self.report.add(
                entry.at,
                format!("the key `{}` stands on line {} already", slot.key(), slot.get().at.line),
                "remove one of the two, or rename it",
            ),
        }
    }

    fn refuse_merge(&mut self, key: &str, at: Span) {
        if key == "<<" {
            self.report.add(
                at,
                "YAML merge keys (`<<`) are not supported",
                "write the keys out, or combine schemas with `allOf`",
            );
        }
    }

    fn refuse_tag(&mut self, tag: Option<&Tag>, at: Span) {
        if let Some(tag) = tag {
            self.report.add(
                at,
                format!("the YAML tag `{}` is not supported", shown(tag)),
                "remove it, and put the value in quotes if it is meant as a text",
            );
        }
    }
}

fn scalar(text: Cow<'_, str>, style: ScalarStyle) -> Value {
    resolve(&text, style).unwrap_or_else(|| Value::Text(text.into_owned()))
}

/// What a scalar is other than a text, exactly as `serde_yaml` has it, so that both see the same document.
fn resolve(text: &str, style: ScalarStyle) -> Option<Value> {
    if style != ScalarStyle::Plain {
        return None;
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Some(Value::Null),
        "true" | "True" | "TRUE" => Some(Value::Flag(true)),
        "false" | "False" | "FALSE" => Some(Value::Flag(false)),
        plain if plain.starts_with(|it: char| it.is_ascii_digit() || "+-.".contains(it)) => {
            plain.parse().ok().map(Value::Number)
        }
        _ => None,
    }
}

/// The tag as it is usually written: saphyr expands the handle of `!!str`.
fn shown(tag: &Tag) -> String {
    if tag.is_yaml_core_schema() {
        return format!("!!{}", tag.suffix);
    }
    tag.to_string()
}

/// Where a collection stands: in braces or brackets as a whole, in a block its first entry.
fn collection(start: Span, first: Option<Span>, end: Span) -> Span {
    let is_flow = end.length > 0;
    let length = match first {
        Some(first) if !is_flow => first.length,
        _ if end.line > start.line => usize::MAX,
        _ => (end.column + end.length).saturating_sub(start.column),
    };
    Span { length, ..start }
}

/// saphyr counts lines from 1 and columns from 0.
fn place(span: saphyr_parser::Span) -> Span {
    Span { line: span.start.line(), column: span.start.col() + 1, length: span.len() }
}
