//! The contents of `spec/atlas.yaml`, read without the generator.

use serde_json::Value;

/// The text of the document.
pub const TEXT: &str = include_str!("../../spec/atlas.yaml");

/// An example and its schema.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// The location in the document, for messages.
    pub place: String,
    /// The name of the schema.
    pub schema: String,
    /// The value of the example.
    pub value: Value,
}

/// A method of the client: an operation in one version.
#[derive(Debug, Clone, PartialEq)]
pub struct Method {
    /// The name of the method.
    pub name: String,
    /// The `operationId`.
    pub operation_id: String,
    /// The version of the response. `None` if the operation has no versions.
    pub version: Option<String>,
    /// The HTTP method, in lower case.
    pub http_method: String,
    /// An example of the request body. `None` if the operation has no body in this version, or if that body has no
    /// example.
    pub body: Option<Value>,
}

/// Returns all methods that the client must have.
///
/// # Errors
///
/// Returns an error if the document is not valid YAML.
pub fn methods() -> Result<Vec<Method>, serde_yaml::Error> {
    let document: Value = serde_yaml::from_str(TEXT)?;
    let items = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    let operations = items.filter_map(|(_, item)| item.as_object()).flatten();
    let methods = operations.flat_map(|(http_method, operation)| {
        versions(operation).into_iter().filter_map(|(version, name)| {
            Some(Method {
                name,
                operation_id: operation.get("operationId")?.as_str()?.to_owned(),
                body: request_example(&document, operation, version.as_deref()),
                version,
                http_method: http_method.clone(),
            })
        })
    });
    Ok(methods.collect())
}

/// The manifest of the client, which contains the date of plain method names.
const MANIFEST: &str = include_str!("../../generated-client/Cargo.toml");

/// Returns the versions of an operation with the names of their methods. The name has no date for the newest version up
/// to the date in the manifest, or else for the oldest version.
fn versions(operation: &Value) -> Vec<(Option<String>, String)> {
    let Some(id) = operation.get("operationId").and_then(Value::as_str) else { return Vec::new() };
    let plain = snake_case(id);
    let responses = operation.get("responses").and_then(Value::as_object).into_iter().flatten();
    let success = responses.filter(|(status, _)| status.starts_with('2')).map(|(_, it)| it);
    let content = success.filter_map(|it| it.get("content")?.as_object()).flatten();
    let mut dates = content.filter_map(|(name, _)| version_of(name)).collect::<Vec<_>>();
    dates.sort_unstable();
    dates.dedup();
    let Some(oldest) = dates.first() else { return vec![(None, plain)] };
    let limit = MANIFEST.split("\napi-version = \"").nth(1).and_then(|it| it.get(..10));
    let undated = dates.iter().rfind(|date| Some(**date) <= limit).unwrap_or(oldest);
    let name = |date: &&str| match date {
        date if date == undated => plain.clone(),
        date => format!("{plain}_v{}", date.replace('-', "_")),
    };
    dates.iter().map(|date| (Some((*date).to_owned()), name(date))).collect()
}

/// Returns the version in a media type.
pub(crate) fn version_of(media_type: &str) -> Option<&str> {
    media_type.strip_prefix("application/vnd.atlas.")?.strip_suffix("+json")
}

fn snake_case(camel_case: &str) -> String {
    let mut name = String::new();
    for letter in camel_case.chars() {
        if letter.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

fn request_example(document: &Value, operation: &Value, version: Option<&str>) -> Option<Value> {
    let content = operation.pointer("/requestBody/content")?.as_object()?;
    let (_, media_type) = content.iter().find(|(name, _)| version_of(name) == version)?;
    let named = media_type.get("examples").and_then(Value::as_object);
    let named = named.and_then(|it| resolve(document, it.values().next()?).get("value"));
    named.or_else(|| media_type.get("example")).cloned()
}

/// Returns the value of a numeric keyword in the schema of a shared parameter, such as the `maximum` of `itemsPerPage`.
/// Returns `None` if the schema has no such keyword.
///
/// # Errors
///
/// Returns an error if the document is not valid YAML.
pub fn bound(parameter: &str, keyword: &str) -> Result<Option<u32>, serde_yaml::Error> {
    let document: Value = serde_yaml::from_str(TEXT)?;
    let bound = document.pointer(&format!("/components/parameters/{parameter}/schema/{keyword}"));
    Ok(bound.and_then(Value::as_u64).and_then(|bound| bound.try_into().ok()))
}

/// Returns an object with every property of a schema, from the examples of its properties. A property without an example
/// is `null`.
///
/// # Errors
///
/// Returns an error if the document is not valid YAML.
pub fn complete(schema: &str) -> Result<Value, serde_yaml::Error> {
    let document: Value = serde_yaml::from_str(TEXT)?;
    let schema = document.pointer(&format!("/components/schemas/{schema}"));
    Ok(schema.map(|schema| complete_value(&document, schema)).unwrap_or_default())
}

fn complete_value(document: &Value, schema: &Value) -> Value {
    let schema = resolve(document, schema);
    if let Some(example) = schema.get("example") {
        return example.clone();
    }
    let value = |schema| complete_value(document, schema);
    let items = schema.get("items").map(|items| Value::Array(vec![value(items)]));
    let properties = schema.get("properties").and_then(Value::as_object);
    let object = properties
        .map(|properties| properties.iter().map(|(name, it)| (name.clone(), value(it))).collect());
    items.or(object).unwrap_or_default()
}

/// Returns the URLs of the servers.
///
/// # Errors
///
/// Returns an error if the document is not valid YAML.
pub fn servers() -> Result<Vec<String>, serde_yaml::Error> {
    let document: Value = serde_yaml::from_str(TEXT)?;
    let servers = document.get("servers").and_then(Value::as_array).into_iter().flatten();
    let urls = servers.filter_map(|server| Some(server.get("url")?.as_str()?.to_owned()));
    Ok(urls.collect())
}

/// Returns all examples of request and response bodies.
///
/// # Errors
///
/// Returns an error if the document is not valid YAML.
pub fn examples() -> Result<Vec<Example>, serde_yaml::Error> {
    let document: Value = serde_yaml::from_str(TEXT)?;
    let mut found = Vec::new();
    collect(&document, &document, "", &mut found);
    Ok(found)
}

/// Collects the examples of all media types. Treats each object with a `schema` reference as a
/// media type.
fn collect(document: &Value, value: &Value, place: &str, found: &mut Vec<Example>) {
    let schema = value.pointer("/schema/$ref").and_then(Value::as_str);
    if let Some(schema) = schema {
        let schema = schema.trim_start_matches("#/components/schemas/");
        let single = value.get("example").map(|example| ("example".to_owned(), example));
        let named = value.get("examples").and_then(Value::as_object).into_iter().flatten();
        let named = named.filter_map(|(name, example)| {
            Some((name.clone(), resolve(document, example).get("value")?))
        });
        found.extend(single.into_iter().chain(named).map(|(name, value)| Example {
            place: format!("{place}/{name}"),
            schema: schema.to_owned(),
            value: value.clone(),
        }));
    }
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                collect(document, value, &format!("{place}/{key}"), found);
            }
        }
        Value::Array(items) => {
            for value in items {
                collect(document, value, place, found);
            }
        }
        _ => {}
    }
}

fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let reference = value.get("$ref").and_then(Value::as_str).and_then(|it| it.strip_prefix('#'));
    reference.and_then(|pointer| document.pointer(pointer)).unwrap_or(value)
}
