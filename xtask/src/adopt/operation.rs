//! Writes operations in the order of `spec/atlas.yaml`.

use serde_json::{Map, Value, json};

use super::TODO;
use super::components::Components;
use super::schema::copy;
use crate::upstream::{Node, Operation, ROLES};

/// Returns an operation without its path parameters.
pub(super) fn written(it: &Operation<'_>, components: &mut Components<'_>) -> Value {
    let mut operation = Map::new();
    copy(&it.node, &["operationId", "deprecated", "tags"], &mut operation);
    operation.insert("summary".to_owned(), json!(TODO));
    operation.insert("description".to_owned(), json!(TODO));
    copy(&it.node, &[ROLES], &mut operation);
    let parameters = query(it, components);
    if !parameters.is_empty() {
        operation.insert("parameters".to_owned(), parameters.into());
    }
    if let Some(body) = it.body() {
        operation.insert("requestBody".to_owned(), request(&body.resolved(), components));
    }
    let responses = it.responses().into_iter().map(|(status, response)| {
        let written = if status.starts_with(['4', '5']) {
            components.error(&status, &response)
        } else {
            self::response(&response.resolved(), components)
        };
        (status, written)
    });
    let responses: Map<String, Value> = responses.collect();
    operation.insert("responses".to_owned(), responses.into());
    Value::Object(operation)
}

/// Returns the path parameters, in the order of the path.
pub(super) fn path(it: &Operation<'_>, components: &mut Components<'_>) -> Vec<Value> {
    let mut parameters: Vec<_> =
        it.parameters().into_iter().filter(|(key, _)| key.starts_with("path ")).collect();
    parameters
        .sort_by_key(|(key, _)| it.path.find(&format!("{{{}}}", key.trim_start_matches("path "))));
    parameters.iter().map(|(_, node)| components.parameter(node)).collect()
}

/// Parameters that most operations share. They follow the operation's own parameters.
const SHARED: [&str; 5] = ["includeCount", "itemsPerPage", "pageNum", "envelope", "pretty"];

fn query(it: &Operation<'_>, components: &mut Components<'_>) -> Vec<Value> {
    let mut parameters: Vec<_> =
        it.parameters().into_iter().filter(|(key, _)| !key.starts_with("path ")).collect();
    parameters.sort_by_key(|(key, _)| {
        let name = key.split_once(' ').map_or("", |(_, name)| name);
        SHARED.iter().position(|it| *it == name).map_or(0, |position| position + 1)
    });
    parameters.iter().map(|(_, node)| components.parameter(node)).collect()
}

fn request(node: &Node<'_>, components: &mut Components<'_>) -> Value {
    let mut body = Map::from_iter([("description".to_owned(), json!(TODO))]);
    copy(node, &["required"], &mut body);
    body.insert("content".to_owned(), content(node, components).into());
    Value::Object(body)
}

/// Returns a response. If a version is deprecated, it has the headers for that.
pub(super) fn response(node: &Node<'_>, components: &mut Components<'_>) -> Value {
    let mut response = Map::from_iter([("description".to_owned(), json!(TODO))]);
    let headers = node.children("headers");
    let mut headers: Map<String, Value> =
        headers.map(|(name, header)| (name.clone(), components.header(&name, &header))).collect();
    // Atlas sends these headers, although its document does not list them.
    if node.children("content").any(|(_, media)| media.value.get("x-sunset").is_some()) {
        let sent = ["Deprecation", "Sunset"].into_iter();
        headers.extend(sent.filter_map(|it| Some((it.to_owned(), components.known_header(it)?))));
    }
    if !headers.is_empty() {
        response.insert("headers".to_owned(), headers.into());
    }
    let content = content(node, components);
    if !content.is_empty() {
        response.insert("content".to_owned(), content.into());
    }
    Value::Object(response)
}

fn content(node: &Node<'_>, components: &mut Components<'_>) -> Map<String, Value> {
    let content = node.children("content").map(|(name, media)| {
        let mut written = Map::new();
        copy(&media, &["x-xgen-version", "x-sunset"], &mut written);
        if let Some(schema) = media.child("schema") {
            written.insert("schema".to_owned(), components.schema(&schema));
        }
        if let Some(example) = media.value.get("example") {
            written.insert("example".to_owned(), Components::example(example));
        }
        let examples = media.children("examples").filter_map(|(name, example)| {
            let value = Components::example(example.resolved().value.get("value")?);
            Some((name, json!({"summary": TODO, "value": value})))
        });
        let examples: Map<String, Value> = examples.collect();
        if !examples.is_empty() {
            written.insert("examples".to_owned(), examples.into());
        }
        (name, written.into())
    });
    content.collect()
}
