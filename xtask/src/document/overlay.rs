//! Applies overlays (OpenAPI Overlay 1.0), which correct a document that cannot be edited.
//!
//! Values from an overlay keep their locations, so that diagnostics point into the overlay.

use serde_json::Value;
use serde_json_path::JsonPath;

use super::findings::Findings;
use super::tree::{self, Edit, Tree};
use super::visitor::Fields;
use crate::diagnostic::{Finding, Place, Pointer, did_you_mean};

/// Applies the actions of an overlay in order.
pub(super) fn apply(tree: &mut Tree, overlay: &Tree, findings: &mut Findings) {
    let mut reader = Reader { overlay, findings };
    for action in reader.actions() {
        reader.apply(&action, tree);
        reader.findings.settle(tree);
    }
}

struct Action<'o> {
    pointer: Pointer,
    target: JsonPath,
    update: Option<&'o Value>,
    is_removal: bool,
}

struct Reader<'o, 'f> {
    overlay: &'o Tree,
    findings: &'f mut Findings,
}

const HELP: &str = "see the Overlay Specification 1.0";

impl<'o> Reader<'o, '_> {
    fn actions(&mut self) -> Vec<Action<'o>> {
        let root = Pointer::default();
        let Some(fields) = self.object(&root, &["overlay", "info", "extends", "actions"]) else {
            return Vec::new();
        };
        let version = fields.get("overlay").and_then(Value::as_str).unwrap_or_default();
        if !version.starts_with("1.") {
            let help = "start the file with `overlay: 1.0.0`";
            self.error(&root.join(["overlay"]), "this is not an overlay of version 1", help);
            return Vec::new();
        }
        let list = root.join(["actions"]);
        let Some(actions) = fields.get("actions").and_then(Value::as_array) else {
            self.error(&list, "an overlay needs a list of `actions`", "add `actions`");
            return Vec::new();
        };
        let indices = 0..actions.len();
        indices.filter_map(|index| self.action(list.join([index.to_string()]))).collect()
    }

    fn action(&mut self, pointer: Pointer) -> Option<Action<'o>> {
        let fields = self.object(&pointer, &["target", "description", "update", "remove"])?;
        let place = pointer.join(["target"]);
        let Some(target) = fields.get("target").and_then(Value::as_str) else {
            self.error(
                &place,
                "an action needs a `target`",
                "add the JSONPath of the values to change",
            );
            return None;
        };
        let target = match JsonPath::parse(target) {
            Ok(target) => target,
            Err(error) => {
                let what = format!("`{target}` is not a JSONPath: {}", error.message());
                self.error(&place, what, "use the syntax of RFC 9535, such as `$.info`");
                return None;
            }
        };
        let is_removal = match fields.get("remove") {
            None => false,
            Some(Value::Bool(remove)) => *remove,
            Some(_) => {
                self.error(&pointer.join(["remove"]), "`remove` must be `true` or `false`", HELP);
                return None;
            }
        };
        let update = fields.get("update");
        if update.is_none() && !is_removal {
            let help = "add `update`, or `remove: true`";
            self.error(&pointer, "this action changes nothing", help);
            return None;
        }
        Some(Action { pointer, target, update, is_removal })
    }

    /// Returns the object at a location, after checking its keys.
    fn object(&mut self, pointer: &Pointer, known: &[&str]) -> Option<&'o Fields> {
        let overlay = self.overlay;
        let Some(fields) = tree::get(&overlay.value, pointer).and_then(Value::as_object) else {
            self.error(pointer, "this value must be a mapping", HELP);
            return None;
        };
        for key in fields.keys().filter(|key| !known.contains(&key.as_str())) {
            if !key.starts_with("x-") {
                let help = did_you_mean(key, known.iter().copied(), format!("remove `{key}`"));
                let place = Place::Key(pointer.join([key]));
                self.report(&place, |place| {
                    Finding::error(place, format!("unknown key `{key}` in an overlay"), help)
                });
            }
        }
        Some(fields)
    }

    fn apply(&mut self, action: &Action<'_>, tree: &mut Tree) {
        let nodes = action.target.query_located(&tree.value);
        let targets: Vec<Pointer> = nodes
            .iter()
            .filter_map(|node| Pointer::parse(&node.location().to_json_pointer()))
            .collect();
        if targets.is_empty() {
            let place = Place::Value(action.pointer.join(["target"]));
            let help = "delete the action if the document has been corrected";
            self.report(&place, |place| {
                Finding::warning(place, "the target matches nothing", "the action is skipped", help)
            });
        }
        for target in targets {
            if action.is_removal {
                self.findings.edit(Edit::Remove(target));
            } else if let Some(update) = action.update {
                let place = action.pointer.join(["update"]);
                if let Some(Value::Array(items)) = tree::get(&tree.value, &target) {
                    let end = target.join([items.len().to_string()]);
                    self.merge(tree, &end, update, &place);
                } else if update.is_object() {
                    self.merge(tree, &target, update, &place);
                } else {
                    let what = "`update` must be a mapping, unless the target is a list";
                    self.error(&place, what, HELP);
                }
            }
        }
    }

    /// Merges a value from the overlay into the document: merges mappings key by key, appends the items of lists, and
    /// replaces scalars.
    fn merge(&mut self, tree: &mut Tree, target: &Pointer, update: &Value, place: &Pointer) {
        match (tree::get(&tree.value, target), update) {
            (Some(Value::Object(_)), Value::Object(fields)) => {
                for (key, value) in fields {
                    self.merge(tree, &target.join([key]), value, &place.join([key]));
                }
            }
            (Some(Value::Array(old)), Value::Array(items)) => {
                let length = old.len();
                for (index, item) in items.iter().enumerate() {
                    let end = target.join([(length + index).to_string()]);
                    self.merge(tree, &end, item, &place.join([index.to_string()]));
                }
            }
            (Some(Value::Object(_) | Value::Array(_)), _)
            | (Some(_), Value::Object(_) | Value::Array(_)) => {
                let what = "this value and the value in the document have different types and cannot be merged";
                self.error(place, what, "remove the value from the document in an earlier action");
            }
            (None | Some(_), _) => {
                let spans = self.overlay.spans.find(place).cloned();
                tree.set(target, update.clone(), spans);
            }
        }
    }

    fn error(&mut self, pointer: &Pointer, what: impl Into<String>, help: &str) {
        self.report(&Place::Value(pointer.clone()), |place| Finding::error(place, what, help));
    }

    /// Adds a finding about a location in the overlay.
    fn report(&mut self, place: &Place, finding: impl FnOnce(Place) -> Finding) {
        let span = self.overlay.spans.span(place);
        self.findings.add(finding(Place::Text(span)));
    }
}
