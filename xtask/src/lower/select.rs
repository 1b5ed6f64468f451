//! Keeps only the selected operations.

use std::collections::BTreeSet;

use indexmap::{IndexMap, IndexSet};
use openapiv3::{OpenAPI, ReferenceOr};

use super::{Finding, Lowered, Options, Place};
use crate::diagnostic::{Pointer, nearest, suggestion};
use crate::document::operation_names;
use crate::visitor;

/// Removes every operation that neither `--operations` nor `--tags` selects. The `prune` pass then removes the schemas
/// that only the removed operations need.
pub(super) fn run(lowered: &mut Lowered, options: &Options) {
    let selection = &options.selection;
    if selection.is_everything() {
        return;
    }
    let Lowered { openapi: document, findings, .. } = lowered;
    let known = Known::of(document);
    let operations: BTreeSet<&String> = selection.operations.iter().collect();
    let tags = selection.tags(|tag| known.tags.contains(tag));
    let unknown_operations = operations.iter().filter(|it| !known.operations.contains_key(**it));
    let unknown_tags = tags.iter().filter(|it| !known.tags.contains(**it));
    findings.extend(unknown_operations.map(|id| known.no_operation(id)));
    findings.extend(unknown_tags.map(|tag| known.no_tag(tag)));
    for item in document.paths.paths.values_mut().filter_map(visitor::item_mut) {
        for (_, slot) in visitor::methods_mut(item) {
            slot.take_if(|operation| {
                let id = operation.operation_id.as_deref().unwrap_or_default();
                let tagged = operation.tags.iter().any(|tag| tags.contains(tag.as_str()));
                !tagged && !selection.is_named(id)
            });
        }
    }
    document.paths.paths.retain(|_, item| match item {
        ReferenceOr::Item(item) => item.iter().next().is_some(),
        ReferenceOr::Reference { .. } => false,
    });
}

/// The names that can be selected.
struct Known {
    /// Every `operationId`, with the operation's name in the vendor's own clients and the location of the
    /// `operationId`.
    operations: IndexMap<String, (Option<String>, Pointer)>,
    /// The tags of all operations.
    tags: IndexSet<String>,
    /// The tags in the top-level `tags` of the document, in order.
    listed: Vec<String>,
}

impl Known {
    fn of(document: &mut OpenAPI) -> Self {
        let listed = document.tags.iter().map(|tag| tag.name.clone()).collect();
        let mut known = Self { operations: IndexMap::new(), tags: IndexSet::new(), listed };
        for (key, operation) in visitor::operations_mut(&mut document.paths) {
            let id = operation.operation_id.clone().unwrap_or_default();
            let alias = operation.extensions.get("x-xgen-operation-id-override");
            let alias = alias.and_then(|it| it.as_str()).map(ToOwned::to_owned);
            known.operations.insert(id, (alias, key.pointer().join(["operationId"])));
            known.tags.extend(operation.tags.iter().cloned());
        }
        known
    }

    fn no_operation(&self, id: &str) -> Finding {
        let names = self.operations.iter().map(|(id, (alias, _))| (id.as_str(), alias.as_deref()));
        let meant = operation_names::meant(id, names);
        let pointer =
            meant.and_then(|meant| self.operations.get(meant)).map(|(_, pointer)| pointer);
        let pointer = pointer.cloned().unwrap_or_else(|| Pointer::new(["paths"]));
        let help = suggestion(meant, "pass an `operationId` from the document to `--operations`");
        Finding::error(
            Place::Value(pointer),
            format!("no operation has the operationId `{id}`"),
            help,
        )
    }

    fn no_tag(&self, tag: &str) -> Finding {
        let meant = nearest(tag, self.tags.iter().map(String::as_str));
        let listed = self.listed.iter().position(|listed| Some(listed.as_str()) == meant);
        let top = if self.listed.is_empty() { "paths" } else { "tags" };
        let pointer = listed.map_or_else(
            || Pointer::new([top]),
            |index| Pointer::new(["tags", &index.to_string(), "name"]),
        );
        let help = suggestion(meant, "pass the tag of an operation in the document to `--tags`");
        Finding::error(Place::Value(pointer), format!("no operation has the tag `{tag}`"), help)
    }
}
