//! Each parameter can be sent, and an operation's parameters differ; a header is described like one.

use std::collections::HashMap;

use heck::ToSnakeCase as _;

use crate::load::grammar::Kind;
use crate::load::outline::{Object, Operation, Outline};
use crate::load::report::Report;
use crate::load::tree::{Mapping, Node};
use crate::source::Span;

/// Where a parameter is sent, and the one style in which the client writes it there.
const PLACES: &[(&str, &str)] = &[("path", "simple"), ("query", "form"), ("header", "simple")];

pub(super) fn check(outline: &Outline<'_>, report: &mut Report) {
    for parameter in outline.all(Kind::Parameter) {
        place(parameter, report);
        content(parameter, report);
    }
    for valued in outline.all(Kind::Parameter).chain(outline.all(Kind::Header)) {
        schema(valued, report);
    }
    for parameter in outline.all(Kind::Parameter) {
        name(parameter, report);
    }
    for operation in outline.operations() {
        arguments(&of_operation(outline, operation), report);
    }
}

/// A parameter where an operation or a path item lists it.
#[derive(Clone, Copy)]
pub(super) struct Listed<'t> {
    pub(super) at: Span,
    pub(super) name: &'t str,
    pub(super) place: &'t str,
}

/// The parameters of an operation: its own, and the path item's that it does not override.
pub(super) fn of_operation<'t>(outline: &Outline<'t>, operation: Operation<'t>) -> Vec<Listed<'t>> {
    let mut all = listed(outline, operation.fields);
    for shared in listed(outline, operation.path_item) {
        let overridden = all.iter().any(|own| (own.name, own.place) == (shared.name, shared.place));
        if !overridden {
            all.push(shared);
        }
    }
    all
}

fn listed<'t>(outline: &Outline<'t>, holder: &'t Mapping) -> Vec<Listed<'t>> {
    let items = holder.items("parameters").iter();
    items.filter_map(|node| parameter(outline, node)).collect()
}

fn parameter<'t>(outline: &Outline<'t>, node: &'t Node) -> Option<Listed<'t>> {
    let fields = outline.resolve(Kind::Parameter, node)?;
    Some(Listed { at: node.at, name: fields.text("name")?, place: fields.text("in")? })
}

fn place(parameter: Object<'_>, report: &mut Report) {
    let Some(node) = parameter.fields.get("in") else {
        return;
    };
    let Some(place) = node.text() else { return };
    match PLACES.iter().find(|(known, _)| *known == place) {
        Some((_, style)) => {
            required_in_path(parameter, place, report);
            written_in(parameter, place, style, report);
        }
        None if place == "cookie" => report.add(
            node.at,
            "a cookie parameter cannot be emitted",
            "send the value in the query or in a header, or leave the parameter out",
        ),
        None => report.add(
            node.at,
            format!("a parameter cannot be in `{place}`"),
            "write one of path, query, header",
        ),
    }
}

fn required_in_path(parameter: Object<'_>, place: &str, report: &mut Report) {
    if place == "path" && !parameter.fields.is_true("required") {
        report.add(parameter.at, "a path parameter is always required", "add `required: true`");
    }
}

fn written_in(parameter: Object<'_>, place: &str, style: &str, report: &mut Report) {
    let Some(node) = parameter.fields.get("style") else {
        return;
    };
    if let Some(other) = node.text().filter(|found| *found != style) {
        report.add(
            node.at,
            format!("a {place} parameter in the style `{other}` cannot be emitted"),
            format!("write `style: {style}`, or leave it out"),
        );
    }
}

/// The engine and the client must make the same identifier of it.
fn name(parameter: Object<'_>, report: &mut Report) {
    let Some(node) = parameter.fields.get("name") else { return };
    let Some(name) = node.text() else { return };
    let argument = name.to_snake_case();
    let is_plain = name.is_ascii() && !name.contains('\'');
    if !is_plain || !argument.starts_with(|first: char| first.is_ascii_alphabetic()) {
        report.add(
            node.at,
            format!("the parameter name `{name}` makes no name of an argument"),
            "write one of ASCII letters, digits and signs other than `'` that begins with a letter",
        );
    }
}

fn content(parameter: Object<'_>, report: &mut Report) {
    if let Some(content) = parameter.fields.entry("content") {
        report.add(
            content.at,
            "a parameter with `content` cannot be emitted",
            "describe the value with `schema` instead",
        );
    }
}

fn schema(valued: Object<'_>, report: &mut Report) {
    if !valued.fields.contains("schema") && !valued.fields.contains("content") {
        report.add(
            valued.at,
            format!(
                "{} without a `schema` does not say what its values are",
                valued.kind.described()
            ),
            "add a `schema`",
        );
    }
}

/// The parameters of an operation become arguments of one method.
fn arguments(parameters: &[Listed<'_>], report: &mut Report) {
    let mut taken: HashMap<String, Listed<'_>> = HashMap::new();
    for parameter in parameters {
        let argument = parameter.name.to_snake_case();
        match taken.get(&argument) {
            Some(other) => clash(*parameter, *other, &argument, report),
            None => _ = taken.insert(argument, *parameter),
        }
    }
}

fn clash(parameter: Listed<'_>, other: Listed<'_>, argument: &str, report: &mut Report) {
    let Listed { at, name, place } = parameter;
    let line = other.at.line;
    let what = if (other.name, other.place) == (name, place) {
        format!("the {place} parameter `{name}` stands on line {line} already")
    } else {
        format!(
            "the {place} parameter `{name}` gives the same argument `{argument}` as the {} parameter `{}` on line {line}",
            other.place, other.name
        )
    };
    report.add(at, what, "remove or rename one of the two");
}
