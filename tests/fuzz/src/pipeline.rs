//! The complete pipeline: a document built from the input becomes files that parse as Rust.
//!
//! Random text is rarely a valid document. Here, each byte selects a keyword or a value, so that many inputs reach the
//! passes and the emitters.

use serde_json::{Map, Value, json};
use xtask::codegen::{self, Failure};
use xtask::document;
use xtask::lower::{Naming, Options};

/// Checks an input: bytes that select the parts of a document.
pub fn check(data: &[u8]) {
    generate(&document(data));
}

/// Generates a client if the document can be read, and asserts that the client's files parse as Rust.
pub(crate) fn generate(text: &str) {
    let Ok(document) = document::parse("fuzz.json", text) else { return };
    let operations = document.operations;
    let package = (operations % 2 == 1).then(Naming::default);
    let api_version = (operations % 3 == 1).then(|| "2023-06-01".to_owned());
    let options = Options { preview: true, package, api_version, ..Options::default() };
    match codegen::generate(document.openapi, &options) {
        Ok(generated) => {
            generated.files.iter().for_each(|file| assert_rust(&file.path, &file.text))
        }
        Err(Failure::Document(errors)) => {
            assert!(!errors.is_empty(), "rejected without a reason: {text}")
        }
        Err(Failure::Emission(error)) => panic!("{error:#}: {text}"),
    }
}

/// Builds a document from bytes.
fn document(data: &[u8]) -> String {
    Choices(data).document().to_string()
}

/// Asserts that an emitted `.rs` file parses as Rust.
pub fn assert_rust(path: &str, text: &str) {
    if path.ends_with(".rs") {
        syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}\n{text}"));
    }
}

/// Names that are keywords, collide, or are not identifiers.
pub(crate) const NAMES: &[&str] = &[
    "a", "A", "id", "_id", "type", "self", "Self", "new", "body", "é", "", "a b", "a-b", "a_b",
    "2", "next", "+1", "'", "\"", "\\", "*/", "#", "{x}", "日", "Request", "Option", "x.y",
    "results", "client", "send",
];
pub(crate) const TYPES: &[&str] =
    &["string", "integer", "number", "boolean", "array", "object", "null", "text"];
const FORMATS: &[&str] = &[
    "uuid",
    "date",
    "date-time",
    "byte",
    "binary",
    "int8",
    "int32",
    "int64",
    "uint64",
    "float",
    "double",
    "odd",
];
const MEDIA_TYPES: &[&str] = &[
    "application/json",
    "application/vnd.atlas.2023-01-01+json",
    "application/vnd.atlas.2024-01-01+json",
    "*/*",
    "application/vnd.atlas.preview+json",
    "application/vnd.atlas.2024-01-01+csv",
    "multipart/form-data",
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/octet-stream",
    "application/x-ndjson",
    "application/xml",
    "application/json; charset=utf-8",
    "image/*",
    "",
    "text/html",
];
const STATUSES: &[&str] =
    &["200", "201", "204", "202", "404", "2XX", "default", "302", "5XX", "600"];
const STYLES: &[&str] =
    &["form", "simple", "matrix", "label", "spaceDelimited", "pipeDelimited", "deepObject", "odd"];

/// The names of the schemas in `components`.
const SCHEMAS: &[&str] = &["A", "B", "C", "D", "a", "Self", "Request", "1"];

/// The part of the input that has not been read yet. Each byte selects a part of the document.
pub(crate) struct Choices<'d>(pub(crate) &'d [u8]);

impl Choices<'_> {
    pub(crate) fn byte(&mut self) -> usize {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(*first)
    }

    pub(crate) fn one_of<'a>(&mut self, texts: &[&'a str]) -> &'a str {
        texts[self.byte() % texts.len()]
    }

    /// Makes up to three values.
    fn some<T>(&mut self, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let count = self.byte() % 4;
        (0..count).map(|_| make(self)).collect()
    }

    fn map(&mut self, names: &[&str], mut make: impl FnMut(&mut Self) -> Value) -> Value {
        let entries = self.some(|it| (it.one_of(names).to_owned(), make(it)));
        Value::Object(entries.into_iter().collect())
    }

    fn document(&mut self) -> Value {
        let mut schemas = Map::new();
        for name in SCHEMAS {
            schemas.insert((*name).to_owned(), self.schema(4));
        }
        let mut paths = Map::new();
        for path in ["/a", "/{id}", "/{id}/{a}.{b}", "a#x", "/a#y"] {
            let methods =
                self.map(&["get", "post", "put", "patch", "delete", "head"], Self::operation);
            paths.insert(path.to_owned(), methods);
        }
        let schemes = self.map(NAMES, Self::scheme);
        json!({
            "openapi": if self.byte() % 4 == 0 { "3.1.0" } else { "3.0.3" },
            "info": { "title": self.one_of(NAMES), "version": self.one_of(NAMES) },
            "servers": self.some(|it| json!({ "url": it.one_of(&["https://a.b/{x}", "/c", "", "{x}", "a b"]) })),
            "security": self.some(|it| json!({ it.one_of(NAMES): [] })),
            "paths": paths,
            "components": { "schemas": schemas, "securitySchemes": schemes },
        })
    }

    fn scheme(&mut self) -> Value {
        json!({
            "type": self.one_of(&["http", "apiKey", "oauth2", "openIdConnect"]),
            "scheme": self.one_of(&["bearer", "basic", "digest", "odd"]),
            "in": self.one_of(&["header", "query", "cookie"]),
            "name": self.one_of(NAMES),
            "flows": { "clientCredentials": { "tokenUrl": self.one_of(NAMES), "scopes": {} } },
        })
    }

    fn operation(&mut self) -> Value {
        let mut operation = json!({
            "operationId": self.one_of(NAMES),
            "tags": self.some(|it| it.one_of(NAMES)),
            "parameters": self.some(Self::parameter),
            "responses": self.map(STATUSES, |it| json!({ "description": it.one_of(NAMES), "content": it.content() })),
        });
        if self.byte() % 2 == 1 {
            operation["requestBody"] =
                json!({ "required": self.byte() % 2 == 1, "content": self.content() });
        }
        operation
    }

    fn content(&mut self) -> Value {
        self.map(MEDIA_TYPES, |it| match it.byte() % 8 {
            0 => json!({}),
            1 => json!({ "schema": it.schema(3), "example": it.value(2) }),
            _ => json!({ "schema": it.schema(3) }),
        })
    }

    fn parameter(&mut self) -> Value {
        let mut parameter = json!({
            "name": self.one_of(NAMES),
            "in": self.one_of(&["query", "path", "header", "cookie"]),
            "required": self.byte() % 2 == 1,
            "explode": self.byte() % 2 == 1,
        });
        if self.byte() % 2 == 1 {
            parameter["style"] = self.one_of(STYLES).into();
        }
        if self.byte() % 8 == 0 {
            parameter["content"] = self.content();
        } else {
            parameter["schema"] = self.schema(2);
        }
        parameter
    }

    fn schema(&mut self, depth: usize) -> Value {
        if depth == 0 || self.byte() % 4 == 0 {
            return json!({ "$ref": format!("#/components/schemas/{}", self.one_of(SCHEMAS)) });
        }
        let mut schema = Map::new();
        for _ in 0..=self.byte() % 4 {
            let (key, value) = self.keyword(depth - 1);
            schema.insert(key.to_owned(), value);
        }
        Value::Object(schema)
    }

    fn keyword(&mut self, depth: usize) -> (&'static str, Value) {
        match self.byte() % 26 {
            0..4 => ("type", self.one_of(TYPES).into()),
            4 | 5 => ("properties", self.map(NAMES, |it| it.schema(depth))),
            6 => ("type", json!([self.one_of(TYPES), "null"])),
            7 => ("required", json!(self.some(|it| it.one_of(NAMES)))),
            8 => ("items", self.schema(depth)),
            9 => ("additionalProperties", self.schema(depth)),
            10 => ("additionalProperties", json!(self.byte() % 2 == 1)),
            11 => ("oneOf", json!(self.some(|it| it.schema(depth)))),
            12 => ("anyOf", json!(self.some(|it| it.schema(depth)))),
            13 | 14 => ("allOf", json!(self.some(|it| it.schema(depth)))),
            15 => ("enum", json!(self.some(|it| it.value(1)))),
            16 => ("format", self.one_of(FORMATS).into()),
            17 => ("nullable", json!(self.byte() % 2 == 1)),
            18 => ("default", self.value(2)),
            19 => ("example", self.value(2)),
            20 => (
                "discriminator",
                json!({ "propertyName": self.one_of(NAMES), "mapping": self.map(NAMES, |it| it.one_of(SCHEMAS).into()) }),
            ),
            21 => (self.bound(), self.number()),
            22 => {
                ("pattern", self.one_of(&["^a", "(?!a)", "[", "\\p{L}", "^([a-f0-9]{24})$"]).into())
            }
            23 => (self.flag(), json!(self.byte() % 2 == 1)),
            24 => ("description", self.one_of(NAMES).into()),
            _ => ("not", self.schema(depth)),
        }
    }

    fn bound(&mut self) -> &'static str {
        const BOUNDS: &[&str] = &[
            "minimum",
            "maximum",
            "minLength",
            "maxLength",
            "minItems",
            "maxItems",
            "multipleOf",
            "maxProperties",
        ];
        BOUNDS[self.byte() % BOUNDS.len()]
    }

    fn flag(&mut self) -> &'static str {
        const FLAGS: &[&str] = &[
            "readOnly",
            "writeOnly",
            "uniqueItems",
            "deprecated",
            "exclusiveMinimum",
            "exclusiveMaximum",
        ];
        FLAGS[self.byte() % FLAGS.len()]
    }

    fn number(&mut self) -> Value {
        const NUMBERS: &[f64] = &[0.0, 1.0, -1.0, 0.5, 3.0, 5e9, 1e19, -1e300, 255.0, 1e-7];
        json!(NUMBERS[self.byte() % NUMBERS.len()])
    }

    pub(crate) fn value(&mut self, depth: usize) -> Value {
        match self.byte() % 8 {
            0 => Value::Null,
            1 => json!(self.byte() % 2 == 1),
            2 => self.number(),
            3 => json!(self.byte()),
            4 if depth > 0 => json!(self.some(|it| it.value(depth - 1))),
            5 if depth > 0 => self.map(NAMES, |it| it.value(depth - 1)),
            _ => self.one_of(NAMES).into(),
        }
    }
}
