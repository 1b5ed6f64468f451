//! Normalizes references and checks that no component is defined in terms of itself.
//!
//! Keys next to a schema's `$ref` move to a new schema that contains the `$ref` in its `allOf`. A `$ref` can point to a
//! value that is not a component, such as a property of a schema. Such a value is copied to a new component. The `$ref`
//! of a path item, an operation or a media type is replaced with the keys of its target. Finally, escapes are removed
//! from the references.

use std::collections::HashMap;

use heck::ToPascalCase as _;
use serde_json::{Value, json};

use crate::diagnostic::Pointer;
use crate::document::findings::Findings;
use crate::document::openapi::Kind;
use crate::document::tree::{self, Edit};
use crate::document::visitor::{Object, components, entries};
use crate::free_name::free_name;

/// Returns the name of the component that a `$ref` points to, if the component is of the given kind.
pub(super) fn component_name(kind: Kind, target: &str) -> Option<String> {
    let pointer = Pointer::of_reference(target)?;
    match pointer.keys() {
        [components, section, name] if components == "components" && kind.section()? == section => {
            Some(name.clone())
        }
        _ => None,
    }
}

/// Keys next to a schema's `$ref` that describe the location of the `$ref` rather than its target.
const KEPT: &[&str] = &["description", "deprecated", "nullable", "readOnly", "writeOnly"];

/// Moves the keys next to a schema's `$ref` to a new schema that contains the `$ref`. In OpenAPI 3.0, where keys next
/// to a `$ref` have no meaning, moves only the keys in [`KEPT`], and warns about all keys except extensions.
pub(super) fn siblings(object: Object<'_>, findings: &mut Findings) {
    let Some(target) = object.reference().filter(|_| object.is_reference()) else { return };
    let (is_newer, is_schema) = (object.is_newer(), object.kind == Kind::Schema);
    let is_kept = |key: &str| is_schema && (is_newer || KEPT.contains(&key));
    let is_moved = object.fields.keys().any(|key| key != "$ref" && is_kept(key));
    for key in object.fields.keys().filter(|key| *key != "$ref") {
        if !is_newer && !key.starts_with("x-") {
            let what = format!("`{key}` next to a `$ref` has no meaning in OpenAPI 3.0");
            let use_of = if is_kept(key) { "used anyway" } else { "ignored" };
            let help = if is_schema {
                format!("remove `{key}`, or put the `$ref` into `allOf`")
            } else {
                format!("move `{key}` to the target of the `$ref`, or remove it")
            };
            let spot = findings.key(&[key]).warn(what, format!("`{key}` is {use_of}"), help);
            // The new `allOf` replaces an old one.
            let is_replaced = is_moved && key == "allOf";
            if !is_kept(key) && !is_replaced {
                spot.remove();
            }
        }
    }
    if is_moved {
        let own = object.items("allOf").iter().filter(|_| is_newer).cloned();
        let all_of: Vec<Value> = own.chain([json!({ "$ref": target })]).collect();
        findings.at(&["allOf"]).set(all_of);
        findings.at(&["$ref"]).remove();
    }
}

/// The names of the new components for targets that are not components.
#[derive(Default)]
pub(super) struct Hoisted(HashMap<(Kind, Pointer), String>);

impl Hoisted {
    pub(super) fn hoist(&mut self, object: Object<'_>, findings: &mut Findings) {
        let Some(target) = object.reference() else { return };
        let Some(from) = Pointer::of_reference(target) else { return };
        let is_there = tree::get(object.root, &from).is_some_and(Value::is_object);
        if !is_there || component_name(object.kind, target).is_some() {
            return;
        }
        let Some(section) = object.kind.section() else {
            inline(object, &from, findings);
            return;
        };
        if let [components, other, _] = from.keys()
            && components == "components"
            && other != section
        {
            // `dangling` reports references to components of the wrong kind.
            return;
        }
        let key = (object.kind, from.clone());
        let name = match self.0.get(&key) {
            Some(name) => name.clone(),
            None => self.name(object, &from),
        };
        let to = Pointer::new(["components", section, name.as_str()]);
        findings.at(&["$ref"]).set(format!("#{to}"));
        if tree::get(object.root, &to).is_none() {
            findings.edit(Edit::Copy { from, to });
        }
        self.0.insert(key, name);
    }

    /// Returns an unused name, such as `PetsGet200` for `#/paths/~1pets/get/responses/200`.
    fn name(&self, object: Object<'_>, from: &Pointer) -> String {
        let words = from.keys().iter().filter(|key| !NOISE.contains(&key.as_str()));
        let name = words.map(|key| key.to_pascal_case()).collect::<String>();
        let components = object.components(object.kind);
        let is_new =
            |name: &str| self.0.iter().any(|((kind, _), it)| *kind == object.kind && it == name);
        free_name(&name, |name| {
            !components.is_some_and(|it| it.contains_key(name)) && !is_new(name)
        })
    }
}

/// Replaces the `$ref` of an object with the keys of its target. Keys next to the `$ref` take precedence.
pub(super) fn inline(object: Object<'_>, from: &Pointer, findings: &mut Findings) {
    let target = tree::get(object.root, from).and_then(Value::as_object);
    for key in target.into_iter().flat_map(|it| it.keys()) {
        if *key == "$ref" || !object.fields.contains_key(key) {
            let to = Pointer::new(findings.path()).join([key]);
            findings.edit(Edit::Copy { from: from.join([key]), to });
        }
    }
    if !target.is_some_and(|it| it.contains_key("$ref")) {
        findings.at(&["$ref"]).remove();
    }
}

/// Removes the escapes from the names of components in a `$ref` and in the mapping of a discriminator. Later stages
/// read everything after `#/components/SECTION/` as the name.
pub(super) fn unescape(object: Object<'_>, findings: &mut Findings) {
    let unescaped = |target: &str| {
        let (section, name) = (object.kind.section()?, component_name(object.kind, target)?);
        let unescaped = format!("#/components/{section}/{name}");
        (unescaped != target).then_some(unescaped)
    };
    if let Some(target) = object.reference().and_then(unescaped) {
        findings.at(&["$ref"]).set(target);
    }
    let discriminator = object.fields.get("discriminator").and_then(Value::as_object);
    for (value, target) in discriminator.into_iter().flat_map(|it| entries(it, "mapping")) {
        if let Some(target) = target.as_str().and_then(unescaped) {
            findings.at(&["discriminator", "mapping", value]).set(target);
        }
    }
}

/// Keys in a pointer that are not part of the new name.
const NOISE: &[&str] = &[
    "application/json",
    "components",
    "content",
    "paths",
    "properties",
    "requestBody",
    "responses",
    "schema",
    "schemas",
];

/// The maximum number of components in a chain in which each component is defined by the next one. Later stages call
/// themselves for each component of a chain, so without a maximum, a document could exhaust the stack.
const LONGEST_CHAIN: usize = 250;

/// Checks that no component is defined in terms of itself, through `$ref` or `allOf`, and that chains of such
/// definitions are not too long. A schema may contain itself in a property or a list, because its values can be finite.
pub(super) fn cycles(root: &Value, findings: &mut Findings) {
    for kind in KINDS {
        let mut search = Search { root, kind: *kind, path: Vec::new(), done: HashMap::new() };
        for name in components(root, *kind).into_iter().flat_map(|it| it.keys()) {
            while let Err(fault) = search.chain(name) {
                repair(*kind, &fault, findings);
                search.done.insert(fault.name, 0);
            }
        }
    }
}

/// A cycle or a chain that is too long.
struct Fault {
    /// The component to replace.
    name: String,
    what: String,
}

/// Reports a fault and replaces its component: a schema with `{}`, and any other component with nothing.
fn repair(kind: Kind, Fault { name, what }: &Fault, findings: &mut Findings) {
    let section = kind.section().unwrap_or_default();
    let spot = findings.elsewhere(Pointer::new(["components", section, name]));
    let help = "replace one of the references with the definition of its target";
    if kind == Kind::Schema {
        spot.warn(what, format!("`{name}` is read as any JSON value"), help).set(json!({}));
    } else {
        spot.warn(what, format!("`{name}` is ignored"), help).remove();
    }
}

const KINDS: &[Kind] = &[
    Kind::Example,
    Kind::Header,
    Kind::Parameter,
    Kind::RequestBody,
    Kind::Response,
    Kind::Schema,
    Kind::SecurityScheme,
];

struct Search<'t> {
    root: &'t Value,
    kind: Kind,
    /// The names on the path to the current component.
    path: Vec<String>,
    /// The lengths of the chains that begin with a component. Leaves out components that lead to a fault. Components
    /// whose definitions are removed have the length 0.
    done: HashMap<String, usize>,
}

impl Search<'_> {
    /// Returns the length of the longest chain that begins with a component, or the first fault to which it leads.
    fn chain(&mut self, name: &str) -> Result<usize, Fault> {
        if let Some(length) = self.done.get(name) {
            return Ok(*length);
        }
        if let Some(start) = self.path.iter().position(|passed| passed == name) {
            let cycle = self.path.get(start..).unwrap_or_default().join(" -> ");
            let what = format!("circular definition of `{name}`: `{cycle} -> {name}`");
            return Err(Fault { name: name.to_owned(), what });
        }
        if self.path.len() == LONGEST_CHAIN {
            return Err(too_long(name));
        }
        let mut targets = Vec::new();
        if let Some(node) = components(self.root, self.kind).and_then(|it| it.get(name)) {
            definitions(self.kind, node, &mut targets);
        }
        self.path.push(name.to_owned());
        let lengths: Result<Vec<usize>, Fault> = targets.iter().map(|it| self.chain(it)).collect();
        self.path.pop();
        let length = 1 + lengths?.into_iter().max().unwrap_or_default();
        if length > LONGEST_CHAIN {
            return Err(too_long(name));
        }
        self.done.insert(name.to_owned(), length);
        Ok(length)
    }
}

fn too_long(name: &str) -> Fault {
    let what = format!(
        "`{name}` is in a chain of more than {LONGEST_CHAIN} components, each of which is defined by the next one"
    );
    Fault { name: name.to_owned(), what }
}

/// Collects the names of the components that define `node`. These are the target of its own `$ref` and, for a schema,
/// the targets of the references in its `allOf`.
pub(super) fn definitions(kind: Kind, node: &Value, targets: &mut Vec<String>) {
    let target = node.get("$ref").and_then(Value::as_str);
    targets.extend(target.and_then(|target| component_name(kind, target)));
    let members = node.get("allOf").and_then(Value::as_array).filter(|_| kind == Kind::Schema);
    members.into_iter().flatten().for_each(|member| definitions(kind, member, targets));
}
