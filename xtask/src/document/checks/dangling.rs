//! Checks for references without a target. An operation that depends on such a reference is left out. The reference is
//! an error instead if operations were selected, if the selection rejects such references, or if no operation would
//! remain. With a selection, references that no selected operation depends on are not reported. A path whose `$ref` has
//! no target is treated as one operation, because its operations are unknown.
//!
//! A dangling reference in an example, a header or an error response causes only a warning, because the operation can
//! be emitted without this part.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use super::discriminators::mapped_name;
use super::operations::shown;
use super::references::component_name;
use crate::diagnostic::{Pointer, nearest, suggestion};
use crate::document::findings::Findings;
use crate::document::openapi::Kind;
use crate::document::selection::Selection;
use crate::document::tree::Edit;
use crate::document::visitor::{Object, components, entries, paths, visit};

/// The part of the document to which a reference belongs: a component, an operation, an error response, or the shared
/// part of a path.
type Owner = Pointer;

#[derive(Default)]
struct References<'t> {
    /// All operations and components.
    owners: HashSet<Owner>,
    /// The owners that each owner refers to.
    targets: HashMap<Owner, HashSet<Owner>>,
    /// The operations to emit and the paths whose operations are unknown, each with its name in messages.
    roots: Vec<(Owner, String)>,
    /// The error responses of the operations to emit.
    errors: HashSet<Owner>,
    dangling: Vec<Dangling<'t>>,
}

struct Dangling<'t> {
    owner: Owner,
    pointer: Pointer,
    kind: Kind,
    target: &'t str,
}

pub(super) fn check(root: &Value, selection: &Selection, findings: &mut Findings) {
    let references = References::of(root, selection, findings);
    if references.dangling.is_empty() && selection.is_everything() {
        return;
    }
    let roots = || references.roots.iter().map(|(owner, _)| owner);
    let needed = references.reached(roots());
    let reached = references.reached(roots().chain(&references.errors));
    if !selection.is_everything() {
        let unreached = references.owners.iter().filter(|owner| !reached.contains(owner));
        findings.ignore(unreached.cloned().collect());
    }
    let lost = references.lost();
    let is_fatal = !selection.is_everything()
        || selection.rejects_dangling
        || lost.len() == references.roots.len();
    for dangling in &references.dangling {
        let (what, help) = explain(root, dangling);
        let reference = findings.elsewhere(dangling.pointer.join(["$ref"])).on_value();
        let is_needed = dangling.is_needed() && needed.contains(&dangling.owner);
        if is_needed && is_fatal {
            reference.error(what, help);
            continue;
        }
        let place = dangling.pointer.clone();
        let (fallback, edit) = match dangling.kind {
            Kind::Schema => ("any JSON value is accepted here", Edit::Set(place, json!({}))),
            Kind::PathItem => ("the reference is ignored", Edit::Remove(place.join(["$ref"]))),
            _ => ("the reference is ignored", Edit::Remove(place)),
        };
        let fallback = match reached.contains(&dangling.owner) {
            true if is_needed => "operations that depend on the reference are left out",
            true if dangling.is_needed() => "this part of the error body has no type",
            _ => fallback,
        };
        reference.warn(what, fallback, help);
        findings.edit(edit);
    }
    for ((owner, name), target) in lost.into_iter().filter(|_| !is_fatal) {
        let why = match target {
            "" => "a `$ref` is empty".to_owned(),
            target => format!("it depends on `{target}`, which does not exist"),
        };
        let what = format!("`{name}` cannot be emitted: {why}");
        findings.elsewhere(owner.clone()).leave_out(what, "correct the `$ref`");
    }
}

impl Dangling<'_> {
    /// Returns whether an operation cannot be emitted without the target.
    const fn is_needed(&self) -> bool {
        !matches!(self.kind, Kind::Example | Kind::Header)
    }
}

impl<'t> References<'t> {
    fn of(root: &'t Value, selection: &Selection, findings: &mut Findings) -> Self {
        let tags = |operation: Object<'t>| operation.items("tags").iter().filter_map(Value::as_str);
        let known: HashSet<&str> =
            paths(root).flat_map(Object::operations).flat_map(tags).collect();
        let selected = selection.tags(|tag| known.contains(tag));
        let mut references = Self::default();
        visit(root, findings, &mut |object, findings| {
            let is_selected = match object.kind {
                _ if selection.is_everything() => true,
                Kind::Operation => {
                    let id = object.text("operationId");
                    id.is_some_and(|id| selection.is_named(id))
                        || tags(object).any(|tag| selected.contains(tag))
                }
                _ => false,
            };
            references.add(object, is_selected, findings);
        });
        references
    }

    fn add(&mut self, object: Object<'t>, is_selected: bool, findings: &Findings) {
        let path = findings.path();
        if path.len() == 3 {
            self.owners.insert(Pointer::new(path));
        }
        if object.kind == Kind::Operation && is_selected {
            let owner = Pointer::new(path);
            let shared = Pointer::new(owner.keys().get(..2).unwrap_or_default());
            self.targets.entry(owner.clone()).or_default().insert(shared);
            self.errors.extend(errors(object).map(|status| owner.join(["responses", status])));
            // An operation whose `$ref` is dangling has no `operationId`.
            let name = object.text("operationId").map_or_else(|| shown(findings), str::to_owned);
            self.roots.push((owner, name));
        } else if object.kind == Kind::PathItem && object.reference().is_some() && is_selected {
            // The operations of this path are unknown.
            self.roots.push((Pointer::new(path), object.name.to_owned()));
        }
        if object.kind == Kind::Discriminator {
            let targets = entries(object.fields, "mapping").filter_map(|(_, it)| it.as_str());
            let names = targets.map(mapped_name);
            let targets = names.map(|name| Pointer::new(["components", "schemas", name.as_str()]));
            self.targets.entry(self.owner(path)).or_default().extend(targets);
            return;
        }
        let Some(target) = object.reference() else { return };
        let name = component_name(object.kind, target);
        let known = components(object.root, object.kind);
        if let Some(name) = name.filter(|name| known.is_some_and(|known| known.contains_key(name)))
        {
            let section = object.kind.section().unwrap_or_default();
            let target = Pointer::new(["components", section, name.as_str()]);
            self.targets.entry(self.owner(path)).or_default().insert(target);
        } else {
            let (owner, pointer) = (self.owner(path), Pointer::new(path));
            self.dangling.push(Dangling { owner, pointer, kind: object.kind, target });
        }
    }

    /// Returns the owner of the value at `path`.
    fn owner(&self, path: &[String]) -> Owner {
        let error = Pointer::new(path.iter().take(5));
        if self.errors.contains(&error) {
            return error;
        }
        let is_shared = path.first().is_some_and(|first| first == "paths")
            && path.get(2).is_none_or(|key| key == "parameters");
        Pointer::new(path.iter().take(if is_shared { 2 } else { 3 }))
    }

    /// Returns the operations to emit that depend on a dangling `$ref`, each with its first dangling target.
    fn lost(&self) -> Vec<(&(Owner, String), &'t str)> {
        let lost = self.roots.iter().filter_map(|root| {
            let reached = self.reached([&root.0]);
            let mut needed = self.dangling.iter().filter(|it| it.is_needed());
            let dangling = needed.find(|it| reached.contains(&it.owner))?;
            Some((root, dangling.target))
        });
        lost.collect()
    }

    /// Returns `owners` and everything that they refer to, directly or indirectly.
    fn reached<'o>(&'o self, owners: impl IntoIterator<Item = &'o Owner>) -> HashSet<&'o Owner> {
        let mut reached: HashSet<&Owner> = HashSet::new();
        let mut next: Vec<&Owner> = owners.into_iter().collect();
        while let Some(owner) = next.pop() {
            if reached.insert(owner) {
                next.extend(self.targets.get(owner).into_iter().flatten());
            }
        }
        reached
    }
}

/// Returns the statuses of an operation's error responses. `default` is an error only if there is a successful response
/// or a redirect.
fn errors(operation: Object<'_>) -> impl Iterator<Item = &String> {
    let responses = || entries(operation.fields, "responses").map(|(status, _)| status);
    let has_success = responses().any(|status| status.starts_with(['2', '3']));
    responses().filter(move |status| {
        status.starts_with(['4', '5']) || (has_success && *status == "default")
    })
}

fn explain(root: &Value, dangling: &Dangling<'_>) -> (String, String) {
    let Dangling { kind, target, .. } = *dangling;
    if target.is_empty() {
        let help = "add the reference, in quotes, because `#` starts a comment";
        return ("the `$ref` is empty".to_owned(), help.to_owned());
    }
    let Some(section) = kind.section() else {
        let what = format!("`{target}` is not in this document");
        let replace = format!("replace the `$ref` with {}", kind.described());
        let is_outside = !target.starts_with('#');
        let bundle = if is_outside { "bundle all files into one document, or " } else { "" };
        return (what, format!("{bundle}{replace}"));
    };
    let refer = format!("refer to `#/components/{section}/NAME`");
    if !target.starts_with('#') {
        let help = format!(
            "bundle all files into one document, or copy the target to `#/components/{section}/NAME`"
        );
        return (format!("`{target}` is outside this document"), help);
    }
    let pointer = Pointer::of_reference(target).unwrap_or_default();
    match pointer.keys() {
        [components, other, _] if components == "components" && other != section => {
            (format!("expected {}, but `{target}` is in `{other}`", kind.described()), refer)
        }
        [first, other, name] if first == "components" && other == section => {
            let known = components(root, kind).into_iter().flat_map(|it| it.keys());
            let known = known.map(String::as_str);
            let meant = nearest(name, known).map(|meant| format!("#/components/{section}/{meant}"));
            let otherwise = format!(
                "add `{name}` under `components.{section}`, or refer to an existing component"
            );
            (format!("`{target}` does not exist"), suggestion(meant, otherwise))
        }
        _ => (format!("`{target}` does not exist"), refer),
    }
}
