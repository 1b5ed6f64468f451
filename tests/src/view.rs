//! Views of `spec/atlas.yaml` as of a date, in plain OpenAPI for third-party tools.
//!
//! Third-party tools do not support resource versions. If a schema has a `discriminator`, these tools validate a value
//! only against this schema, the base, and not against the child schema that the value selects. They also accept
//! unknown properties in requests, which Atlas rejects. A view expresses the versions, the children and the rejection
//! of unknown properties in plain schemas. Views are created without the generator.

use serde_json::{Map, Value, json};

use crate::spec::{TEXT, version_of};

/// HTTP errors that any request can receive (RFC 9110, section 15.5). The document does not list them.
const REFUSALS: [(u16, &str); 2] = [(406, "Not Acceptable"), (415, "Unsupported Media Type")];

/// Returns the document as of a date. Each body has the newest version up to that date, or else the
/// oldest version.
///
/// # Errors
///
/// Returns an error if the document is not valid YAML.
pub fn on(date: &str) -> Result<Value, serde_yaml::Error> {
    let document: Value = serde_yaml::from_str(TEXT)?;
    let mut view = document.clone();
    for answers in answers(&mut view) {
        // A 204 response has no body. The media types of such a response only define versions.
        if let Some(empty) = answers.get_mut("204").and_then(Value::as_object_mut) {
            empty.remove("content");
        }
        for (status, reason) in REFUSALS {
            answers.insert(status.to_string(), refusal(status, reason));
        }
    }
    for (part, is_answer) in [("/paths", false), ("/components/responses", true)] {
        if let Some(part) = view.pointer_mut(part) {
            each_content(part, is_answer, &mut |content, is_answer| {
                keep_newest(content, date);
                for media_type in content.values_mut() {
                    if let Some(schema) = media_type.get_mut("schema") {
                        let plain = plain(&document, schema, is_answer);
                        *schema = if is_answer { maybe_enveloped(&plain) } else { plain };
                    }
                }
            });
        }
    }
    Ok(view)
}

/// Returns all resource versions of the document, oldest first.
#[must_use]
pub fn dates() -> Vec<&'static str> {
    let dates = TEXT.split("application/vnd.atlas.").skip(1);
    let mut dates = dates.filter_map(|it| Some(it.split_once("+json:")?.0)).collect::<Vec<_>>();
    dates.retain(|date| date.starts_with(|it: char| it.is_ascii_digit()));
    dates.sort_unstable();
    dates.dedup();
    dates
}

/// Calls `change` with each `content`, and with whether it belongs to a response.
fn each_content(
    value: &mut Value,
    is_answer: bool,
    change: &mut impl FnMut(&mut Map<String, Value>, bool),
) {
    let Value::Object(map) = value else { return };
    for (key, value) in map {
        match value {
            Value::Object(content) if key == "content" => change(content, is_answer),
            value => each_content(value, is_answer || key == "responses", change),
        }
    }
}

fn keep_newest(content: &mut Map<String, Value>, date: &str) {
    let mut versions = content.keys().filter_map(|name| version_of(name)).collect::<Vec<_>>();
    versions.sort_unstable();
    let newest = versions.iter().rfind(|version| **version <= date).or(versions.first());
    let newest = newest.map(|version| (*version).to_owned());
    content.retain(|name, _| version_of(name).is_none_or(|it| Some(it) == newest.as_deref()));
}

/// Replaces a base, which is a schema with a `discriminator`, with a choice between its children. Limits each child to
/// its own value of the tag, which is the discriminator property. Makes request objects reject unknown properties.
fn plain(document: &Value, schema: &Value, is_answer: bool) -> Value {
    let child = if is_answer { tagged } else { closed };
    let reference = schema.get("$ref").and_then(Value::as_str).unwrap_or_default();
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    for (name, base) in schemas.into_iter().flatten() {
        let children = Child::all(base);
        if children.iter().any(|_| reference == format!("#/components/schemas/{name}")) {
            return json!({ "oneOf": children.iter().map(|it| child(document, it)).collect::<Value>() });
        }
        if let Some(it) = children.iter().find(|it| it.reference == reference) {
            return child(document, it);
        }
    }
    if is_answer { schema.clone() } else { closed_object(document, schema, Map::new()) }
}

/// A child of a base, and the value of the tag that selects it.
struct Child<'a> {
    reference: &'a str,
    tag: &'a str,
    value: &'a str,
}

impl<'a> Child<'a> {
    fn all(base: &'a Value) -> Vec<Self> {
        let tag = base.pointer("/discriminator/propertyName").and_then(Value::as_str);
        let mapping = base.pointer("/discriminator/mapping").and_then(Value::as_object);
        let mapping = mapping.into_iter().flatten();
        let child = |(value, reference): (&'a String, &'a Value)| {
            Some(Self { reference: reference.as_str()?, tag: tag?, value })
        };
        mapping.filter_map(child).collect()
    }

    fn tag(&self) -> Value {
        json!({ self.tag: { "type": "string", "enum": [self.value] } })
    }
}

/// Returns the schema of a child in responses, which can have unknown properties.
fn tagged(_: &Value, child: &Child) -> Value {
    json!({ "allOf": [{ "$ref": child.reference }, { "properties": child.tag() }] })
}

/// Returns the schema of a child in requests, which must not have unknown properties.
fn closed(document: &Value, child: &Child) -> Value {
    let tag = child.tag().as_object().cloned().unwrap_or_default();
    closed_object(document, &json!({ "$ref": child.reference }), tag)
}

/// Merges the parts of a schema into one object without additional properties. The properties in `replaced` take
/// precedence over the schema's properties with the same names.
fn closed_object(document: &Value, schema: &Value, replaced: Map<String, Value>) -> Value {
    let resolve = |schema: &'_ Value| {
        let reference = schema.get("$ref").and_then(Value::as_str);
        let target = reference.and_then(|it| document.pointer(it.trim_start_matches('#')));
        target.unwrap_or(schema).clone()
    };
    let whole = resolve(schema);
    let parts = whole.get("allOf").and_then(Value::as_array).into_iter().flatten().map(resolve);
    let (mut required, mut properties) = (Vec::new(), Map::new());
    for part in parts.chain([whole.clone()]) {
        required
            .extend(part.get("required").and_then(Value::as_array).into_iter().flatten().cloned());
        let own = part.get("properties").and_then(Value::as_object).into_iter().flatten();
        properties.extend(own.map(|(name, schema)| (name.clone(), schema.clone())));
    }
    properties.extend(replaced);
    json!({
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": false,
    })
}

/// Allows an envelope, which responses to requests with `envelope=true` have.
fn maybe_enveloped(schema: &Value) -> Value {
    let envelope = json!({
        "type": "object",
        "required": ["status", "content"],
        "properties": { "status": { "type": "integer" }, "content": schema },
    });
    json!({ "anyOf": [schema, envelope] })
}

fn answers(view: &mut Value) -> impl Iterator<Item = &mut Map<String, Value>> {
    let paths = view.get_mut("paths").and_then(Value::as_object_mut).into_iter().flatten();
    let items = paths.filter_map(|(_, item)| item.as_object_mut()).flatten();
    items.filter_map(|(_, operation)| operation.get_mut("responses")?.as_object_mut())
}

fn refusal(status: u16, reason: &str) -> Value {
    let schema = json!({ "$ref": "#/components/schemas/ApiError" });
    let code = reason.to_ascii_uppercase().replace(' ', "_");
    let example = json!({ "error": status, "errorCode": code, "reason": reason });
    let content = json!({ "application/json": { "schema": schema, "example": example } });
    json!({ "description": reason, "content": content })
}
