//! Deliberate differences, which the spec marks with `x-differs-from-vendor`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::node::sorted;
use crate::diagnostic::{Diagnostics, Finding, Place, Pointer};
use crate::document::Raw;

/// The extension that marks deliberate differences. Each key is a path from the object with the extension to a location
/// in that object, with `/` between the segments. The value has two fields: `vendor` is the vendor's value at that
/// location, or `null` if there is none, and `reason` is the reason for the difference.
pub(super) const EXTENSION: &str = "x-differs-from-vendor";

/// The marks in the spec, by the location that each mark describes.
pub(super) struct Marks(BTreeMap<String, Mark>);

/// A deliberate difference.
pub(super) struct Mark {
    /// The location of the mark in the spec.
    pub(super) pointer: Pointer,
    /// The vendor's value when the mark was added.
    pub(super) vendor: Value,
}

impl Marks {
    /// Reads the marks of a document.
    ///
    /// # Errors
    ///
    /// Returns an error if the extension is not a mapping, or if a mark lacks the vendor's value or the reason.
    pub(super) fn of(document: &Raw) -> Result<Self, Diagnostics> {
        let mut findings = Vec::new();
        let mut marks = BTreeMap::new();
        collect(document.value(), &Pointer::default(), &mut marks, &mut findings);
        if findings.is_empty() { Ok(Self(marks)) } else { Err(document.diagnostics(findings)) }
    }

    /// Returns the mark for a location.
    pub(super) fn get(&self, place: &Pointer) -> Option<&Mark> {
        self.0.get(&place.keys().join("/"))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Mark> {
        self.0.values()
    }
}

fn collect(
    value: &Value,
    at: &Pointer,
    marks: &mut BTreeMap<String, Mark>,
    findings: &mut Vec<Finding>,
) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let pointer = at.join([key]);
                if key == EXTENSION {
                    read(value, at, &pointer, marks, findings);
                } else {
                    collect(value, &pointer, marks, findings);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, &at.join([index.to_string()]), marks, findings);
            }
        }
        _ => {}
    }
}

fn read(
    value: &Value,
    owner: &Pointer,
    extension: &Pointer,
    marks: &mut BTreeMap<String, Mark>,
    findings: &mut Vec<Finding>,
) {
    let mut report = |pointer: Pointer, what: &str, help: &str| {
        findings.push(Finding::error(Place::Key(pointer), what, help));
    };
    let Some(entries) = value.as_object() else {
        let help = "list the keys that differ, each with `vendor` and `reason`";
        return report(extension.clone(), "`x-differs-from-vendor` must be a mapping", help);
    };
    for (key, entry) in entries {
        let pointer = extension.join([key]);
        let Some(vendor) = entry.get("vendor") else {
            let help = "add `vendor` with the vendor's value, or with `null` if there is none";
            report(pointer, "the difference does not record the vendor's value", help);
            continue;
        };
        if entry.get("reason").and_then(Value::as_str).is_none_or(str::is_empty) {
            report(pointer, "the difference has no reason", "add a `reason`, in one sentence");
            continue;
        }
        let place = owner.keys().iter().chain([key]).map(String::as_str).collect::<Vec<_>>();
        marks.insert(place.join("/"), Mark { pointer, vendor: sorted(vendor) });
    }
}
