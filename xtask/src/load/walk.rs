//! Goes through the tree by the grammar: complains about what does not fit, lists what does.

use super::grammar::{Field, Kind, Shape};
use super::outline::{Object, Outline, Reference};
use super::report::Report;
use super::suggest::nearest;
use super::tree::{Entry, Mapping, Node, Value};
use crate::source::Span;

/// Lists the objects and references of a document.
pub(super) fn outline<'t>(root: &'t Mapping, report: &mut Report) -> Outline<'t> {
    let outline = Outline { root, objects: Vec::new(), references: Vec::new() };
    let mut walk = Walk { outline, report };
    walk.object(Object { kind: Kind::Document, name: "", at: Span::START, fields: root });
    walk.outline
}

struct Walk<'t, 'r> {
    outline: Outline<'t>,
    report: &'r mut Report,
}

/// The key over a value, and where it stands.
#[derive(Clone, Copy)]
struct Label<'t> {
    name: &'t str,
    at: Span,
}

impl<'t> Walk<'t, '_> {
    fn object(&mut self, object: Object<'t>) {
        self.outline.objects.push(object);
        let mut slips = Vec::new();
        for (key, entry) in object.fields.iter() {
            match shape_of(object.kind, key) {
                Some(shape) => self.value(Label::of(key, entry), &entry.node, shape),
                None if key.starts_with("x-") => {}
                None => slips.extend(self.unknown_key(object, key, entry.at)),
            }
        }
        for field in object.kind.fields() {
            let absent = field.required && !object.fields.contains(field.name);
            if absent && !slips.contains(&field.name) {
                self.missing_key(object, field.name);
            }
        }
    }

    fn value(&mut self, label: Label<'t>, node: &'t Node, shape: Shape) {
        match (shape, &node.value) {
            (Shape::Any, _)
            | (Shape::Text, Value::Text(_))
            | (Shape::Flag | Shape::FlagOrSchema, Value::Flag(_)) => {}
            (Shape::Number, Value::Number(number)) if number.is_finite() => {}
            (Shape::Count, Value::Number(number)) if number.is_u64() => {}
            (Shape::Object(kind), Value::Mapping(fields)) => self.object(label.over(kind, fields)),
            (Shape::Reference(kind), Value::Mapping(fields)) => {
                self.object_or_reference(label.over(kind, fields));
            }
            (Shape::FlagOrSchema, Value::Mapping(fields)) => {
                self.object_or_reference(label.over(Kind::Schema, fields));
            }
            (Shape::List(item), Value::Sequence(items)) => {
                for node in items {
                    let label = Label { at: node.at, ..label };
                    self.value(label, node, *item);
                }
            }
            (Shape::Map(value), Value::Mapping(fields)) => {
                for (key, entry) in fields.iter() {
                    self.text_key(key, entry);
                    self.value(Label::of(key, entry), &entry.node, *value);
                }
            }
            (_, found) => self.mismatch(label, node, shape, found),
        }
    }

    fn object_or_reference(&mut self, object: Object<'t>) {
        let Some(entry) = object.fields.entry("$ref") else {
            return self.object(object);
        };
        self.value(Label::of("$ref", entry), &entry.node, Shape::Text);
        if let Some(target) = entry.node.text() {
            self.outline.references.push(Reference {
                kind: object.kind,
                at: entry.node.at,
                target,
            });
        }
        for (key, sibling) in object.fields.iter().filter(|(key, _)| *key != "$ref") {
            self.report.add(
                sibling.at,
                format!("`{key}` beside a `$ref` has no effect"),
                "remove it, or move it to what the `$ref` points at",
            );
        }
    }

    /// Returns the key that the author probably meant.
    fn unknown_key(&mut self, object: Object<'t>, key: &str, at: Span) -> Option<&'static str> {
        let described = object.kind.described();
        let meant = nearest(key, object.kind.fields().iter().map(|field| field.name));
        let help = match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None if key == "const" => "write `enum` with this one value".to_owned(),
            None if key == "$ref" => "write the object out in this place".to_owned(),
            None => format!("remove it, or name it `x-{key}` if it is an extension"),
        };
        self.report.add(at, format!("{described} of OpenAPI 3.0 has no key `{key}`"), help);
        meant
    }

    fn missing_key(&mut self, object: Object<'t>, key: &str) {
        let described = object.kind.described();
        self.report.add(
            object.at,
            format!("{described} needs a `{key}`, and this one has none"),
            format!("add `{key}`"),
        );
    }

    fn text_key(&mut self, key: &str, entry: &Entry) {
        if entry.bare {
            self.report.add(
                entry.at,
                format!("YAML does not read the key `{key}` as a text"),
                format!("put it in quotes: `\"{key}\"`"),
            );
        }
    }

    fn mismatch(&mut self, label: Label<'t>, node: &Node, shape: Shape, found: &Value) {
        let at = if node.value == Value::Null { label.at } else { node.at };
        let what = format!("`{}` must be {}, not {}", label.name, wanted(shape), found.described());
        let help = match (shape, found) {
            (_, Value::Null) => "fill it in, or remove the key",
            (Shape::Text, Value::Flag(_) | Value::Number(_)) => "put the value in quotes",
            (Shape::Flag, Value::Text(_) | Value::Number(_)) => {
                "write `true` or `false`, without quotes"
            }
            (Shape::Number | Shape::Count, Value::Text(_)) => "write the number without quotes",
            _ => "change the value, or check the indent",
        };
        self.report.add(at, what, help);
    }
}

impl<'t> Label<'t> {
    fn of(name: &'t str, entry: &Entry) -> Self {
        Self { name, at: entry.at }
    }

    fn over(self, kind: Kind, fields: &'t Mapping) -> Object<'t> {
        Object { kind, name: self.name, at: self.at, fields }
    }
}

fn shape_of(kind: Kind, key: &str) -> Option<Shape> {
    let field: Option<&Field> = kind.fields().iter().find(|field| field.name == key);
    match field {
        Some(field) => Some(field.shape),
        None if key.starts_with("x-") => None,
        None => kind.others(),
    }
}

const fn wanted(shape: Shape) -> &'static str {
    match shape {
        Shape::Any => "a value",
        Shape::Text => "a text",
        Shape::Flag => "true or false",
        Shape::Number => "a number",
        Shape::Count => "a whole number from 0",
        Shape::Object(kind) | Shape::Reference(kind) => kind.described(),
        Shape::FlagOrSchema => "true, false or a schema",
        Shape::List(_) => "a list",
        Shape::Map(_) => "a mapping",
    }
}

impl Value {
    /// What kind of value it is, with its article.
    pub(super) fn described(&self) -> String {
        match self {
            Self::Null => "empty".to_owned(),
            Self::Flag(flag) => format!("the boolean `{flag}`"),
            Self::Number(number) => format!("the number `{number}`"),
            Self::Text(_) => "a text".to_owned(),
            Self::Sequence(_) => "a list".to_owned(),
            Self::Mapping(_) => "a mapping".to_owned(),
        }
    }
}
