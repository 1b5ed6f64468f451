//! The styles of values in a path, a query, a header or a cookie (OpenAPI 3.0.3, "Style Values").

mod value;

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::ser::Serialize;
use serde_json::Value;

pub(super) use self::value::text;
use self::value::{Content, Properties};
use super::{At, InvalidInput};

/// All characters except the unreserved characters of RFC 3986, section 2.3, so that a value stays
/// one segment.
pub(crate) const RESERVED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The characters that a cookie cannot contain (RFC 6265, section 4.1.1). Most servers do not decode cookies, so all
/// other ASCII characters are sent unchanged, except `%` in a parameter.
pub(crate) const NOT_IN_COOKIES: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b',').add(b';').add(b'\\');

/// The characters that are encoded even with `allowReserved`, such as `#`, `&` and `+`, which would end or change a
/// value.
const DELIMITERS: &AsciiSet = &RESERVED
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'[')
    .remove(b']')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b';')
    .remove(b'=');

/// The style of a parameter's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Style {
    kind: Kind,
    explode: bool,
    reserved: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Matrix,
    Label,
    Form,
    Simple,
    Space,
    Pipe,
    Deep,
    Json,
}

impl Style {
    /// The style `matrix`, as in `;color=blue,black`.
    pub(crate) const MATRIX: Self = Self::new(Kind::Matrix);
    /// The style `label`, as in `.blue.black`.
    pub(crate) const LABEL: Self = Self::new(Kind::Label);
    /// The style `form`, as in `color=blue,black`.
    pub(crate) const FORM: Self = Self::new(Kind::Form);
    /// The style `simple`, as in `blue,black`.
    pub(crate) const SIMPLE: Self = Self::new(Kind::Simple);
    /// The style `spaceDelimited`, as in `color=blue%20black`.
    pub(crate) const SPACE_DELIMITED: Self = Self::new(Kind::Space);
    /// The style `pipeDelimited`, as in `color=blue%7Cblack`.
    pub(crate) const PIPE_DELIMITED: Self = Self::new(Kind::Pipe);
    /// The style `deepObject`, as in `color[R]=100&color[G]=200` and `color[0]=blue&color[1]=black`, with encoded
    /// brackets.
    pub(crate) const DEEP_OBJECT: Self = Self::new(Kind::Deep);
    /// JSON text, for a parameter with `content`.
    pub(crate) const JSON: Self = Self::new(Kind::Json);

    const fn new(kind: Kind) -> Self {
        Self { kind, explode: false, reserved: false }
    }

    /// Writes each item of a list and each property of an object separately (`explode`).
    pub(crate) const fn exploded(mut self) -> Self {
        self.explode = true;
        self
    }

    /// Leaves reserved characters in a query unencoded (`allowReserved`), except those that would end or change a
    /// value.
    pub(crate) const fn reserved(mut self) -> Self {
        self.reserved = true;
        self
    }
}

/// A value as a primitive, a list or an object. OpenAPI's styles write these three differently. All text is already
/// encoded as its location requires.
enum Shape {
    Primitive(String),
    List(Vec<String>),
    Object(Vec<(String, String)>),
}

/// The encoding of the text in a value.
#[derive(Clone, Copy)]
enum Encoding {
    /// No encoding, for headers.
    Plain,
    Percent(&'static AsciiSet),
}

impl Encoding {
    fn of(self, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Percent(set) => utf8_percent_encode(text, set).to_string(),
        }
    }
}

/// A parameter that is present, with its style.
pub(crate) struct Styled {
    name: &'static str,
    style: Style,
    json: String,
    content: Content,
}

impl Styled {
    /// Returns the parameter, or `None` if its value is absent.
    ///
    /// # Errors
    /// Returns an error if the value cannot be encoded as JSON, such as a map whose keys are not strings.
    pub(crate) fn new(
        name: &'static str,
        style: Style,
        value: &impl Serialize,
    ) -> Result<Option<Self>, InvalidInput> {
        let fault = |error: serde_json::Error| {
            InvalidInput::unreadable(At::parameter(name), &format!("must be JSON: {error}"))
        };
        let json = serde_json::to_string(value).map_err(fault)?;
        if json == "null" {
            return Ok(None);
        }
        let content = Content::read(&json).map_err(fault)?;
        Ok(Some(Self { name, style, json, content }))
    }

    /// Returns the text that replaces `{name}` in a path.
    pub(crate) fn in_path(&self) -> String {
        let name = utf8_percent_encode(self.name, RESERVED);
        let shape = self.shape(Encoding::Percent(RESERVED));
        match (self.style.kind, shape) {
            (Kind::Label, shape) => format!(".{}", unnamed(&shape, ".", self.style.explode)),
            (Kind::Matrix, Shape::Primitive(text)) if text.is_empty() => format!(";{name}"),
            (Kind::Matrix, Shape::Primitive(text)) => format!(";{name}={text}"),
            (Kind::Matrix, Shape::List(items)) if self.style.explode => {
                items.iter().map(|item| format!(";{name}={item}")).collect::<Vec<_>>().concat()
            }
            (Kind::Matrix, Shape::Object(pairs)) if self.style.explode => pairs
                .iter()
                .map(|(key, value)| format!(";{key}={value}"))
                .collect::<Vec<_>>()
                .concat(),
            (Kind::Matrix, shape) => format!(";{name}={}", joined(&shape, ",")),
            (_, shape) => unnamed(&shape, ",", self.style.explode),
        }
    }

    /// Returns the key-value pairs of a query, joined by `&`. An empty list or object has no pairs, unless it is
    /// written as JSON.
    pub(crate) fn in_query(&self) -> String {
        let set = if self.style.reserved { DELIMITERS } else { RESERVED };
        self.pairs(Encoding::Percent(set)).join("&")
    }

    /// Returns the key-value pairs of a cookie.
    pub(crate) fn in_cookie(&self) -> Vec<String> {
        const ENCODED: &AsciiSet = &NOT_IN_COOKIES.add(b'%');
        self.pairs(Encoding::Percent(ENCODED))
    }

    /// Returns the value of a header, or `None` for an empty list or object that is not written as JSON.
    pub(crate) fn in_header(&self) -> Option<String> {
        let text = unnamed(&self.shape(Encoding::Plain), ",", self.style.explode);
        (!self.content.is_empty() || self.style.kind == Kind::Json).then_some(text)
    }

    fn pairs(&self, encoding: Encoding) -> Vec<String> {
        let name = utf8_percent_encode(self.name, RESERVED).to_string();
        if self.style.kind == Kind::Deep {
            return self.deep_pairs(&name, encoding);
        }
        // A space and a `|` are not allowed in a URI, so these delimiters are encoded.
        let delimiter = match self.style.kind {
            Kind::Space => "%20",
            Kind::Pipe => "%7C",
            _ => ",",
        };
        match self.shape(encoding) {
            Shape::Primitive(text) => vec![format!("{name}={text}")],
            Shape::List(items) if self.style.explode => {
                items.iter().map(|item| format!("{name}={item}")).collect()
            }
            Shape::Object(pairs) if self.style.explode => {
                pairs.iter().map(|(key, value)| format!("{key}={value}")).collect()
            }
            Shape::List(items) if items.is_empty() => Vec::new(),
            Shape::Object(pairs) if pairs.is_empty() => Vec::new(),
            shape => vec![format!("{name}={}", joined(&shape, delimiter))],
        }
    }

    fn deep_pairs(&self, name: &str, encoding: Encoding) -> Vec<String> {
        let mut pairs = Vec::new();
        match &self.content {
            Content::Text(text) => pairs.push(format!("{name}={}", encoding.of(text))),
            Content::List(items) => deep_items(name, items, encoding, &mut pairs),
            Content::Object(Properties(properties)) => {
                for (key, value) in properties {
                    deep(&key_within(name, key), value, encoding, &mut pairs);
                }
            }
        }
        pairs
    }

    fn shape(&self, encoding: Encoding) -> Shape {
        let of = |value: &Value| encoding.of(&text(value));
        match &self.content {
            _ if self.style.kind == Kind::Json => Shape::Primitive(encoding.of(&self.json)),
            Content::Text(text) => Shape::Primitive(encoding.of(text)),
            Content::List(items) => Shape::List(items.iter().map(of).collect()),
            Content::Object(Properties(properties)) => {
                let present = properties.iter().filter(|(_, value)| !value.is_null());
                Shape::Object(present.map(|(key, it)| (encoding.of(key), of(it))).collect())
            }
        }
    }
}

fn joined(shape: &Shape, delimiter: &str) -> String {
    match shape {
        Shape::Primitive(text) => text.clone(),
        Shape::List(items) => items.join(delimiter),
        Shape::Object(pairs) => {
            let parts: Vec<&str> = pairs.iter().flat_map(|(key, it)| [&**key, &**it]).collect();
            parts.join(delimiter)
        }
    }
}

/// Returns the properties as `key=value`, joined by `delimiter`.
fn equations(pairs: &[(String, String)], delimiter: &str) -> String {
    let pairs: Vec<String> = pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
    pairs.join(delimiter)
}

/// Writes a value without the name of its parameter.
fn unnamed(shape: &Shape, delimiter: &str, explode: bool) -> String {
    match shape {
        Shape::Object(pairs) if explode => equations(pairs, delimiter),
        shape => joined(shape, delimiter),
    }
}

/// Adds the pairs of a value. `name` already contains the key or the index of the value, as in `color[R]`. Skips `null`.
/// The specification defines neither lists nor nested values. Here, as in many servers, each level adds a key or an
/// index, as in `color[dark][0]`.
fn deep(name: &str, value: &Value, encoding: Encoding, pairs: &mut Vec<String>) {
    match value {
        Value::Null => {}
        Value::Object(object) => {
            for (key, value) in object {
                deep(&key_within(name, key), value, encoding, pairs);
            }
        }
        Value::Array(items) => deep_items(name, items, encoding, pairs),
        value => pairs.push(format!("{name}={}", encoding.of(&text(value)))),
    }
}

fn deep_items(name: &str, items: &[Value], encoding: Encoding, pairs: &mut Vec<String>) {
    for (index, item) in items.iter().enumerate() {
        deep(&key_within(name, &index.to_string()), item, encoding, pairs);
    }
}

/// Returns `name[key]` with encoded brackets and an encoded key.
fn key_within(name: &str, key: &str) -> String {
    format!("{name}%5B{}%5D", utf8_percent_encode(key, RESERVED))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A value of the specification's table.
    #[derive(serde::Serialize)]
    #[serde(untagged)]
    enum Color {
        Text(&'static str),
        List([&'static str; 3]),
        #[serde(rename_all = "UPPERCASE")]
        Object {
            r: u8,
            g: u8,
            b: u8,
        },
    }

    const VALUES: [Color; 4] = [
        Color::Text(""),
        Color::Text("blue"),
        Color::List(["blue", "black", "brown"]),
        Color::Object { r: 100, g: 200, b: 150 },
    ];

    fn styled(style: Style, value: &impl Serialize) -> Styled {
        Styled::new("color", style, value).unwrap().unwrap()
    }

    /// Checks a row of the table in OpenAPI 3.0.3, except for the cells that are `n/a`.
    fn row(style: Style, write: impl Fn(&Styled) -> String, cells: [&str; 4]) {
        for (value, cell) in VALUES.iter().zip(cells).filter(|(_, cell)| *cell != "n/a") {
            assert_eq!(write(&styled(style, value)), cell, "{style:?}");
        }
    }

    #[test]
    fn paths_match_the_table_of_the_specification() {
        let path = Styled::in_path;
        row(
            Style::MATRIX,
            path,
            [";color", ";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"],
        );
        row(
            Style::MATRIX.exploded(),
            path,
            [";color", ";color=blue", ";color=blue;color=black;color=brown", ";R=100;G=200;B=150"],
        );
        row(Style::LABEL, path, [".", ".blue", ".blue.black.brown", ".R.100.G.200.B.150"]);
        row(
            Style::LABEL.exploded(),
            path,
            [".", ".blue", ".blue.black.brown", ".R=100.G=200.B=150"],
        );
        row(Style::SIMPLE, path, ["n/a", "blue", "blue,black,brown", "R,100,G,200,B,150"]);
        row(
            Style::SIMPLE.exploded(),
            path,
            ["n/a", "blue", "blue,black,brown", "R=100,G=200,B=150"],
        );
    }

    /// `|`, `[` and `]` are not allowed in a query (RFC 3986, section 3.4), so they are encoded.
    #[test]
    fn queries_match_the_table_of_the_specification() {
        let query = Styled::in_query;
        row(
            Style::FORM,
            query,
            ["color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"],
        );
        row(
            Style::FORM.exploded(),
            query,
            ["color=", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"],
        );
        row(
            Style::SPACE_DELIMITED,
            query,
            ["n/a", "n/a", "color=blue%20black%20brown", "color=R%20100%20G%20200%20B%20150"],
        );
        row(
            Style::PIPE_DELIMITED,
            query,
            ["n/a", "n/a", "color=blue%7Cblack%7Cbrown", "color=R%7C100%7CG%7C200%7CB%7C150"],
        );
        row(
            Style::DEEP_OBJECT.exploded(),
            query,
            ["n/a", "n/a", "n/a", "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"],
        );
    }

    #[test]
    fn headers_and_cookies_match_the_table_of_the_specification() {
        let header = |it: &Styled| it.in_header().unwrap_or_default();
        row(Style::SIMPLE, header, ["", "blue", "blue,black,brown", "R,100,G,200,B,150"]);
        row(
            Style::SIMPLE.exploded(),
            header,
            ["", "blue", "blue,black,brown", "R=100,G=200,B=150"],
        );
        let cookie = |it: &Styled| it.in_cookie().join("; ");
        row(
            Style::FORM,
            cookie,
            ["color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"],
        );
        row(
            Style::FORM.exploded(),
            cookie,
            ["color=", "color=blue", "color=blue; color=black; color=brown", "R=100; G=200; B=150"],
        );
    }

    #[test]
    fn a_value_cannot_escape_its_parameter() {
        let odd = json!(["a,b", "c&d=e#f g", "é/?"]);
        let query = styled(Style::FORM, &odd).in_query();
        assert_eq!(query, "color=a%2Cb,c%26d%3De%23f%20g,%C3%A9%2F%3F");
        let reserved = styled(Style::FORM.reserved(), &odd).in_query();
        assert_eq!(reserved, "color=a,b,c%26d=e%23f%20g,%C3%A9/?");
        assert_eq!(styled(Style::MATRIX, &json!("a;b/c")).in_path(), ";color=a%3Bb%2Fc");
    }

    #[test]
    fn a_name_cannot_escape_its_parameter() {
        let named = |style| Styled::new("a&b[c]", style, &[1, 2]).unwrap().unwrap();
        let list = "a%26b%5Bc%5D=1,2";
        assert_eq!(named(Style::FORM).in_query(), list);
        let repeated = named(Style::FORM.exploded()).in_query();
        assert_eq!(repeated, "a%26b%5Bc%5D=1&a%26b%5Bc%5D=2");
        assert_eq!(named(Style::FORM).in_cookie(), [list]);
    }

    #[test]
    fn a_cookie_is_encoded_only_where_necessary() {
        let cookie = |value| styled(Style::FORM, &json!(value)).in_cookie().concat();
        assert_eq!(cookie("a/b+c=="), "color=a/b+c==");
        assert_eq!(cookie("a b;c,\"d\\é%"), "color=a%20b%3Bc%2C%22d%5C%C3%A9%25");
    }

    #[test]
    fn json_is_the_text_of_the_whole_value() {
        let value = json!({"a": [1, null]});
        assert_eq!(styled(Style::JSON, &value).in_header().unwrap(), r#"{"a":[1,null]}"#);
        let query = styled(Style::JSON, &value).in_query();
        assert_eq!(query, "color=%7B%22a%22%3A%5B1%2Cnull%5D%7D");
    }

    #[test]
    fn an_absent_value_is_not_written() {
        assert!(Styled::new("color", Style::FORM, &None::<bool>).unwrap().is_none());
        assert_eq!(styled(Style::FORM, &json!([])).in_query(), "");
        assert_eq!(styled(Style::FORM.exploded(), &json!({"a": null, "b": 1})).in_query(), "b=1");
        assert_eq!(styled(Style::SIMPLE, &json!({})).in_header(), None);
        assert_eq!(styled(Style::JSON, &json!([])).in_header().as_deref(), Some("[]"));
    }

    #[test]
    fn a_deep_object_writes_the_keys_and_indices_of_nested_values() {
        for (value, expected) in [
            (json!({"a": {"b": 1}, "c": null}), "color[a][b]=1"),
            (json!({"a": [2, [3]]}), "color[a][0]=2&color[a][1][0]=3"),
            (json!(["b&", null, "c"]), "color[0]=b%26&color[2]=c"),
            (json!([{"a": 1, "b": 2}, {"a": 3}]), "color[0][a]=1&color[0][b]=2&color[1][a]=3"),
            (json!([]), ""),
            (json!("blue"), "color=blue"),
        ] {
            let query = styled(Style::DEEP_OBJECT.exploded(), &value).in_query();
            assert_eq!(query.replace("%5B", "[").replace("%5D", "]"), expected, "{value}");
        }
    }
}
