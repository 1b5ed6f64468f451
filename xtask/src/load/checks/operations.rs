//! Every operation names a method of the client, each another one.

use std::collections::HashMap;

use heck::ToSnakeCase as _;

use crate::load::outline::{Operation, Outline};
use crate::load::report::Report;
use crate::load::tree::Node;
use crate::source::Span;

pub(super) fn check(outline: &Outline<'_>, report: &mut Report) {
    let mut methods = HashMap::new();
    for operation in outline.operations() {
        match operation.fields.get("operationId") {
            Some(node) => method(node, &mut methods, report),
            None => missing(operation, report),
        }
    }
}

fn missing(operation: Operation<'_>, report: &mut Report) {
    report.add(
        operation.at,
        format!("`{} {}` has no `operationId`", operation.method, operation.path),
        "add one: the client's method is named after it",
    );
}

fn method<'t>(node: &'t Node, methods: &mut HashMap<String, (&'t str, Span)>, report: &mut Report) {
    let Some(id) = node.text() else { return };
    let method = id.to_snake_case();
    // Others are spelt in one way by the engine and in another by the client.
    let is_plain = id.is_ascii() && !id.contains('\'');
    if !is_plain || !method.starts_with(|first: char| first.is_ascii_alphabetic()) {
        report.add(
            node.at,
            format!("no method can be named after the operationId `{id}`"),
            "start it with a letter from a to z, and write ASCII without `'`",
        );
        return;
    }
    let Some((other, at)) = methods.get(&method) else {
        methods.insert(method, (id, node.at));
        return;
    };
    let what = if *other == id {
        format!("the operationId `{id}` is taken on line {}", at.line)
    } else {
        format!(
            "the operationId `{id}` gives the same method `{method}` as `{other}` on line {}",
            at.line
        )
    };
    report.add(node.at, what, "rename one of the two operations");
}
