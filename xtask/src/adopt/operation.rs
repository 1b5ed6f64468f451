//! Adopted operations, with their keys in the order of `spec/atlas.yaml`.

use serde_json::{Map, Value, json};

use super::components::{Components, content, response};
use super::facts::copy;
use crate::document::TODO;
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
    let responses = it.responses().into_iter().map(|(status, vendor)| {
        let written = if status.starts_with(['4', '5']) {
            components.error(&status, &vendor)
        } else {
            response(&vendor.resolved(), components)
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

/// The parameters that many operations share. They follow the operation's own parameters, in this order.
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
