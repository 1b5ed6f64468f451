//! Parses YAML into a tree with locations.
//!
//! `serde_yaml` is unsuitable, because it does not report the locations of values. A test checks that this parser and
//! `serde_yaml` read the same values.

mod surrogates;
mod syntax;

use std::borrow::Cow;
use std::collections::HashMap;

use indexmap::IndexMap;
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, StrInput, Tag};
use serde_json::{Map, Value};

use self::surrogates::Joined;
use super::tree::{Below, Spans, Tree};
use crate::diagnostic::{Finding, Place, Source, Span};

/// The maximum depth of values, which is below the limit of `serde_json` (128).
const MAX_DEPTH: usize = 100;

/// The maximum number of values that aliases may copy. Without a limit, a few nested aliases could exhaust the memory.
const MAX_COPIES: usize = 1_000_000;

/// Parses a document. All spans contain `number`, the index of the source.
pub(super) fn read(
    source: &Source,
    number: u32,
    findings: &mut Vec<Finding>,
) -> Result<Tree, Vec<Finding>> {
    let joined = Joined::new(source.text());
    let mut reader = Reader {
        parser: Parser::new_from_str(&joined.text),
        joined: &joined,
        number,
        findings,
        anchors: HashMap::new(),
        copies: 0,
        has_alias: false,
    };
    match reader.document() {
        Ok((value, spans)) => Ok(Tree { value, spans }),
        Err(Fault::Syntax(error)) => {
            let at = reader.span(saphyr_parser::Span::empty(*error.marker()));
            Err(syntax::explain(source.text(), at, error.info()))
        }
        Err(Fault::Content(finding)) => Err(vec![finding]),
    }
}

/// The reason why parsing stops.
enum Fault {
    Syntax(ScanError),
    Content(Finding),
}

impl From<ScanError> for Fault {
    fn from(error: ScanError) -> Self {
        Self::Syntax(error)
    }
}

impl Fault {
    fn at(span: Span, what: impl Into<String>, help: &str) -> Self {
        Self::Content(Finding::error(Place::Text(span), what, help))
    }
}

type Node = (Value, Spans);

struct Reader<'t, 'f> {
    parser: Parser<'t, StrInput<'t>>,
    joined: &'t Joined<'t>,
    number: u32,
    findings: &'f mut Vec<Finding>,
    /// The value of each anchor, by the parser's number for the anchor.
    anchors: HashMap<usize, Node>,
    /// The number of values that aliases have copied so far.
    copies: usize,
    has_alias: bool,
}

impl<'t> Reader<'t, '_> {
    fn document(&mut self) -> Result<Node, Fault> {
        loop {
            match self.next()? {
                (Event::StreamStart | Event::DocumentStart(_), _) => {}
                (event, at) => {
                    let node = self.node(event, at, 0)?;
                    self.end()?;
                    return Ok(node);
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
                    let what = "a second YAML document starts here";
                    let help = "keep only one document in the file";
                    self.warn(at, what, "the second document is ignored", help);
                    return Ok(());
                }
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'t>, Span), Fault> {
        match self.parser.next_event() {
            Some(event) => {
                let (event, span) = event?;
                Ok((event, self.span(span)))
            }
            None => Ok((Event::StreamEnd, Span::start_of(self.number))),
        }
    }

    fn node(&mut self, event: Event<'t>, at: Span, depth: usize) -> Result<Node, Fault> {
        if depth > MAX_DEPTH {
            let what = format!("values are nested more than {MAX_DEPTH} levels deep");
            let help = "move the inner values to `components`, and refer to them with `$ref`";
            return Err(Fault::at(at, what, help));
        }
        let (anchor, node) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = self.tag(tag.as_deref(), at);
                let style = if is_text { ScalarStyle::DoubleQuoted } else { style };
                let spans = Spans { key: at, value: at, below: Below::Nothing };
                (anchor, (scalar(text, style), spans))
            }
            Event::SequenceStart(anchor, tag) => {
                self.tag(tag.as_deref(), at);
                (anchor, self.sequence(at, depth)?)
            }
            Event::MappingStart(anchor, tag) => {
                self.tag(tag.as_deref(), at);
                (anchor, self.mapping(at, depth)?)
            }
            Event::Alias(anchor) => (0, self.alias(anchor, at, depth)?),
            _ => {
                let help = "start the document with `openapi: 3.0.3`";
                return Err(Fault::at(at, "the document is empty", help));
            }
        };
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn sequence(&mut self, at: Span, depth: usize) -> Result<Node, Fault> {
        let (mut values, mut children) = (Vec::new(), Vec::<Spans>::new());
        loop {
            match self.next()? {
                (Event::SequenceEnd, end) => {
                    let value = collection(at, children.first().map(|it| it.value), end);
                    let below = Below::List(children);
                    return Ok((Value::Array(values), Spans { key: at, value, below }));
                }
                (event, at) => {
                    let (value, spans) = self.node(event, at, depth + 1)?;
                    values.push(value);
                    children.push(Spans { key: spans.value, ..spans });
                }
            }
        }
    }

    fn mapping(&mut self, at: Span, depth: usize) -> Result<Node, Fault> {
        let (mut fields, mut children) = (Map::new(), IndexMap::<String, Spans>::new());
        let mut merged = Vec::new();
        loop {
            let (key, key_at) = match self.next()? {
                (Event::MappingEnd, end) => {
                    let value = collection(at, children.first().map(|(_, it)| it.key), end);
                    for node in merged {
                        merge(node, &mut fields, &mut children);
                    }
                    let below = Below::Map(children);
                    return Ok((Value::Object(fields), Spans { key: at, value, below }));
                }
                (Event::Scalar(key, style, _, tag), at) => {
                    self.tag(tag.as_deref(), at);
                    let is_merge = key == "<<" && style == ScalarStyle::Plain;
                    ((!is_merge).then(|| key.into_owned()), at)
                }
                (_, at) => {
                    let what = "the key of a mapping is a list, a mapping or an alias";
                    return Err(Fault::at(at, what, "use a string as the key"));
                }
            };
            let (event, value_at) = self.next()?;
            let (value, spans) = self.node(event, value_at, depth + 1)?;
            let Some(key) = key else {
                if !is_mergeable(&value) {
                    let what = "the value of the merge key `<<` is neither a mapping nor a list of mappings";
                    let help = "write the alias of a mapping, as in `<<: *name`, or remove the key";
                    return Err(Fault::at(key_at, what, help));
                }
                merged.push((value, spans));
                continue;
            };
            let spans = Spans { key: key_at, ..spans };
            if fields.insert(key.clone(), value).is_some() {
                let earlier = children.shift_remove(&key).map(|it| it.key.line);
                self.warn(
                    key_at,
                    format!("the key `{key}` is already on line {}", earlier.unwrap_or_default()),
                    "the last value is used",
                    "remove or rename one of the two keys",
                );
            }
            children.insert(key, spans);
        }
    }

    fn alias(&mut self, anchor: usize, at: Span, depth: usize) -> Result<Node, Fault> {
        let Some((value, spans)) = self.anchors.get(&anchor) else {
            let help = "move the shared part to `components` and refer to it with `$ref`";
            return Err(Fault::at(at, "a YAML alias refers to the value that contains it", help));
        };
        let (size, height) = size(value);
        self.copies += size;
        if self.copies > MAX_COPIES || depth + height > MAX_DEPTH {
            let help = "move the shared parts to `components` and refer to them with `$ref`";
            let what = format!(
                "YAML aliases make the document too large: more than {MAX_COPIES} copied values, or {MAX_DEPTH} levels"
            );
            return Err(Fault::at(at, what, help));
        }
        let node = (value.clone(), spans.clone());
        if !std::mem::replace(&mut self.has_alias, true) {
            self.warn(
                at,
                "the document uses YAML aliases, which other OpenAPI tools may not support",
                "each alias is replaced by a copy of its value",
                "move the shared part to `components` and refer to it with `$ref`",
            );
        }
        Ok(node)
    }

    /// Returns whether the tag marks the value as a string, and warns about any other tag.
    fn tag(&mut self, tag: Option<&Tag>, at: Span) -> bool {
        let Some(tag) = tag else { return false };
        if tag.is_yaml_core_schema() && tag.suffix == "str" {
            return true;
        }
        let name =
            if tag.is_yaml_core_schema() { format!("!!{}", tag.suffix) } else { tag.to_string() };
        let help = "remove the tag, and quote the value if it is a string";
        let what = format!("the YAML tag `{name}` is not supported");
        self.warn(at, what, "the tag is ignored", help);
        false
    }

    fn warn(&mut self, at: Span, what: impl Into<String>, fallback: &str, help: &str) {
        self.findings.push(Finding::warning(Place::Text(at), what, fallback, help));
    }

    /// Converts a span from saphyr, which counts lines from 1 and columns from 0.
    fn span(&self, span: saphyr_parser::Span) -> Span {
        let number = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
        let line = number(span.start.line());
        let start = number(span.start.col()).saturating_add(1);
        let column = self.joined.column(line, start);
        let end = self.joined.column(line, start.saturating_add(number(span.len())));
        Span { source: self.number, line, column, length: end.saturating_sub(column) }
    }
}

/// Returns whether a value is a mapping or a list of mappings, as a merge key requires.
fn is_mergeable(value: &Value) -> bool {
    value.is_object() || value.as_array().is_some_and(|items| items.iter().all(Value::is_object))
}

/// Adds the entries of the mapping, or of the list of mappings, under a merge key (`<<`). Existing keys take
/// precedence.
fn merge((value, spans): Node, fields: &mut Map<String, Value>, to: &mut IndexMap<String, Spans>) {
    match (value, spans.below) {
        (Value::Array(values), Below::List(children)) => {
            values.into_iter().zip(children).for_each(|node| merge(node, fields, to));
        }
        (Value::Object(values), Below::Map(mut children)) => {
            for (key, value) in values {
                if !fields.contains_key(&key)
                    && let Some(spans) = children.swap_remove(&key)
                {
                    fields.insert(key.clone(), value);
                    to.insert(key, spans);
                }
            }
        }
        _ => {}
    }
}

/// Returns the number of values in a tree, including its root, and the number of levels below the root.
fn size(value: &Value) -> (usize, usize) {
    let below: Vec<_> = match value {
        Value::Array(items) => items.iter().map(size).collect(),
        Value::Object(fields) => fields.values().map(size).collect(),
        _ => Vec::new(),
    };
    let size = below.iter().map(|(size, _)| size).sum::<usize>();
    (size + 1, below.iter().map(|(_, height)| height + 1).max().unwrap_or_default())
}

fn scalar(text: Cow<'_, str>, style: ScalarStyle) -> Value {
    let plain = if style == ScalarStyle::Plain { resolve(&text) } else { None };
    plain.unwrap_or_else(|| Value::String(text.into_owned()))
}

/// Parses a plain scalar by the rules of `serde_yaml`. Returns `None` for a string.
fn resolve(text: &str) -> Option<Value> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Some(Value::Null),
        "true" | "True" | "TRUE" => Some(Value::Bool(true)),
        "false" | "False" | "FALSE" => Some(Value::Bool(false)),
        plain if plain.starts_with(|it: char| it.is_ascii_digit() || "+-.".contains(it)) => {
            let number: serde_yaml::Number = plain.parse().ok()?;
            serde_json::to_value(number).ok()
        }
        _ => None,
    }
}

/// Returns the span of a flow collection, or of the first entry of a block collection.
fn collection(start: Span, first: Option<Span>, end: Span) -> Span {
    let is_flow = end.length > 0;
    let length = match first {
        Some(first) if !is_flow => first.length,
        _ if end.line > start.line => u32::MAX,
        _ => (end.column + end.length).saturating_sub(start.column),
    };
    Span { length, ..start }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::Value;

    use super::read;
    use crate::diagnostic::Source;

    /// Values that some YAML libraries interpret differently.
    const SCALARS: &str = "
        - [0x1F, 0o17, 010, 1_000, +5, -0, 1e3, 1.5e-3, .5, 5., 18446744073709551615, 1e999, .inf, .nan]
        - [yes, no, on, off, y, n, True, FALSE, ~, Null, NULL, 'null', \"5\", 5 , 1.0.0, 2024-01-01, 12:30]
        - {'<<': {a: 1}}
        - {1: a, true: b, null: c, 1.0: d, ? e : f}
        - |
          a block
            of text
        - >-
          a folded

          text
        - \"tab\\tline\\nunicode\\u00e9\\U0001F600\"
        - !!str 5
        - plain text
          over lines
        - []
        - {}
        -
    ";

    /// Returns the names and the texts of the documents in a folder, or nothing if the folder does not exist.
    fn texts(folder: &str) -> Vec<(String, String)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let paths = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|it| it.path());
        let documents = paths
            .filter(|path| path.extension().is_some_and(|kind| kind == "yaml" || kind == "json"));
        let texts = documents.map(|path| {
            let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{error}"));
            (path.display().to_string(), text)
        });
        texts.collect()
    }

    /// Also reads the third-party documents in `../shared`, if that folder exists.
    #[test]
    fn values_match_serde_yaml() {
        let mut all = vec![("scalars".to_owned(), SCALARS.to_owned())];
        for folder in
            ["../spec", "../spec/overlays", "tests/passes", "../../shared", "../../shared/corpus"]
        {
            all.extend(texts(folder));
        }
        assert!(all.len() > 60, "only {} documents", all.len());
        for (name, text) in all {
            let mut findings = Vec::new();
            let tree = read(&Source::new(&name, &text), 0, &mut findings)
                .unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
            assert!(findings.is_empty(), "{name}: {findings:?}");
            let expected: Value =
                serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(tree.value == expected, "{name}");
        }
    }
}
