//! The addition of operations from the vendor's document to the spec.
//!
//! This module copies facts: names, types, rules, versions, roles and short examples. It replaces prose with a `TODO`
//! note. If the spec has a component that is equivalent to a part of the vendor's document, the new lines refer to that
//! component. The existing lines of the spec stay the same, byte for byte.

mod components;
mod facts;
mod operation;
mod text;
mod yaml;

use anyhow::{Context as _, bail};
use indexmap::{IndexMap, IndexSet};
use serde_json::{Map, Value, json};

use self::components::Components;
use self::text::Additions;
use crate::diagnostic::{self, Place, Pointer};
use crate::document::{self, Raw, TODO, operation_names};
use crate::text::count;
use crate::upstream::{self, Matcher, Operation, Operations};

/// The spec with the adopted operations, and a report.
#[derive(Debug)]
pub struct Adopted {
    /// The whole text of the new spec.
    pub text: String,
    /// The adopted operations, the new and the reused components, and the remaining work.
    pub report: String,
}

/// Adds operations from the vendor's document to the spec.
///
/// # Errors
///
/// Returns an error in these cases:
///
/// - The vendor's document lacks one of the operations.
/// - The spec already has an operation with the same id, or with the same method and path.
/// - The spec lacks `paths`, or the section for a new component.
/// - A mark of a deliberate difference in the spec is malformed.
/// - The new spec would be invalid.
pub fn adopt(ours: &Raw, vendor: &Raw, ids: &[String]) -> anyhow::Result<Adopted> {
    let theirs = Operations::of(vendor);
    let operations = chosen(ours, vendor, &theirs, ids)?;
    let mut components = Components::new(ours, Matcher::new(ours, vendor)?);
    let mut additions = Additions::new(ours);
    add_tags(ours, &operations, &mut additions);
    let mut new_paths: IndexMap<&str, Map<String, Value>> = IndexMap::new();
    for operation in &operations {
        let in_path = operation::path(operation, &mut components);
        let written = operation::written(operation, &mut components);
        let method = operation.method.clone();
        let place = Pointer::new(["paths", &operation.path]);
        if ours.get(&place).is_some() {
            additions.after(&place, yaml::print(&Map::from_iter([(method, written)]), 4));
            continue;
        }
        let item = new_paths.entry(&operation.path).or_default();
        if item.is_empty() && !in_path.is_empty() {
            item.insert("parameters".to_owned(), in_path.into());
        }
        item.insert(method, written);
    }
    for (path, item) in new_paths {
        let entry = Map::from_iter([(path.to_owned(), Value::Object(item))]);
        additions.after(&neighbour(ours, path)?, format!("\n{}", yaml::print(&entry, 2)));
    }
    for (section, entries) in &components.new {
        let place = last(ours, section)?;
        for (name, value) in entries {
            let entry = yaml::print(&Map::from_iter([(name.clone(), value.clone())]), 4);
            let blank = if *section == "schemas" { "\n" } else { "" };
            additions.after(&place, format!("{blank}{entry}"));
        }
    }
    let text = additions.apply();
    let report = report(ours, vendor, &text, &operations, &components)?;
    Ok(Adopted { text, report })
}

/// Returns the vendor's operations with the given ids, without duplicates.
fn chosen<'v>(
    ours: &Raw,
    vendor: &Raw,
    theirs: &'v Operations<'v>,
    ids: &[String],
) -> anyhow::Result<Vec<&'v Operation<'v>>> {
    let mine = Operations::of(ours);
    let mut problems = Vec::new();
    let mut chosen = Vec::new();
    let ids: IndexSet<&String> = ids.iter().filter(|id| !id.is_empty()).collect();
    for id in ids {
        let found = theirs.find(id);
        if let Some(known) = mine.find(id) {
            let span = ours.span(&Place::Key(known.node.pointer.clone()));
            problems.push(format!("`{id}` is already in {}:{}", ours.file(), span.line));
        } else if let Some(taken) =
            found.and_then(|it| mine.iter().find(|ours| ours.address() == it.address()))
        {
            problems.push(format!("`{id}` has the same method and path as `{}`", taken.id()));
        } else if let Some(found) = found {
            chosen.push(found);
        } else {
            let help = suggestion(theirs, id);
            problems.push(format!("`{}` has no operation `{id}`; {help}", vendor.file()));
        }
    }
    if !problems.is_empty() {
        bail!("{}\nnothing was written", problems.join("\n"));
    }
    Ok(chosen)
}

/// Returns a suggestion for an unknown id.
fn suggestion(theirs: &Operations<'_>, id: &str) -> String {
    let names = theirs.iter().map(|it| (it.id(), it.node.text("x-xgen-operation-id-override")));
    let meant = operation_names::meant(id, names);
    diagnostic::suggestion(meant, "use an `operationId` from this document")
}

/// Returns the location of the existing path after which `path` is added. This is the path that shares the most leading
/// segments with `path`, or the last of several such paths.
fn neighbour(ours: &Raw, path: &str) -> anyhow::Result<Pointer> {
    let paths = ours.value().get("paths").and_then(Value::as_object);
    let common =
        |one: &str| one.split('/').zip(path.split('/')).take_while(|(a, b)| a == b).count();
    let nearest = paths.into_iter().flat_map(Map::keys).max_by_key(|it| common(it));
    let nearest = nearest.with_context(|| format!("`{}` has no paths", ours.file()))?;
    Ok(Pointer::new(["paths", nearest]))
}

/// Returns the location of the last component in a section.
fn last(ours: &Raw, section: &str) -> anyhow::Result<Pointer> {
    let place = Pointer::new(["components", section]);
    let last = ours.get(&place).and_then(Value::as_object).and_then(|it| it.keys().next_back());
    let last = last.with_context(|| {
        format!(
            "`{}` has no `components/{section}`: add that section with one entry first",
            ours.file()
        )
    })?;
    Ok(place.join([last]))
}

/// Adds the operations' tags that the spec does not list yet. Adds no tags if the spec has no list of tags.
fn add_tags(ours: &Raw, operations: &[&Operation<'_>], additions: &mut Additions<'_>) {
    let Some(known) = ours.value().get("tags").and_then(Value::as_array) else { return };
    let tags = operations.iter().flat_map(|it| it.node.children("tags"));
    let mut names: Vec<&str> = tags.filter_map(|(_, tag)| tag.value.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let place = Pointer::new(["tags".to_owned(), known.len().saturating_sub(1).to_string()]);
    for name in names.into_iter().filter(|name| known.iter().all(|it| it["name"] != **name)) {
        let tag = json!({"tags": [{"name": name, "description": TODO}]});
        let text = tag.as_object().map(|tag| yaml::print(tag, 0)).unwrap_or_default();
        additions.after(&place, text.trim_start_matches("tags:\n").to_owned());
    }
}

/// Checks the text of the new spec. Returns a report of the adopted operations, the new and the reused components, and
/// the remaining work.
fn report(
    ours: &Raw,
    vendor: &Raw,
    text: &str,
    operations: &[&Operation<'_>],
    components: &Components<'_>,
) -> anyhow::Result<String> {
    document::parse(ours.file(), text).context("the new spec would be invalid")?;
    let adopted = Raw::parse(ours.file(), text)?;
    let before = upstream::compare(ours, vendor)?.entries.len();
    let differences = upstream::compare(&adopted, vendor)?;
    let mut lines = Vec::new();
    for operation in operations {
        lines.push(format!("adopted `{}` ({})", operation.id(), operation.address()));
    }
    let names = |all: Vec<String>| if all.is_empty() { "none".to_owned() } else { all.join(", ") };
    let new = components.new.values().flat_map(IndexMap::keys).map(|it| format!("`{it}`"));
    let short = |it: &String| format!("`{}`", it.rsplit('/').next().unwrap_or_default());
    lines.push(format!("new components: {}", names(new.collect())));
    lines.push(format!(
        "reused components: {}",
        names(components.reused.iter().map(short).collect())
    ));
    lines.push("To do by hand:".to_owned());
    let file = ours.file();
    let notes = text.lines().filter(|line| line.contains(TODO)).count();
    let notes = count(notes, "`TODO` note");
    lines.push(format!("  replace the {notes} that `grep -n TODO {file}` lists"));
    lines.push(
        "  add an example to each body and parameter without one, and choose better names for the new components"
            .to_owned(),
    );
    if differences.entries.len() > before {
        lines.push(format!(
            "  review the differences that `cargo xtask upstream {}` reports",
            vendor.file()
        ));
    }
    lines.push(
        "  run `cargo xtask codegen`, then follow the steps of \"Add an operation\" in CONTRIBUTING.md"
            .to_owned(),
    );
    Ok(lines.join("\n") + "\n")
}
