//! Keeps the operations that were asked for.

use std::collections::BTreeSet;

use openapiv3::{OpenAPI, ReferenceOr};

use super::{Complaint, Options};
use crate::walk;

/// Drops every operation that `--operations` does not name. What only they reach, `prune` drops.
pub(super) fn run(mut document: OpenAPI, options: &Options) -> Result<OpenAPI, Vec<Complaint>> {
    if options.operations.is_empty() {
        return Ok(document);
    }
    let wanted: BTreeSet<&str> = options.operations.iter().map(String::as_str).collect();
    let mut found = BTreeSet::new();
    for item in document.paths.paths.values_mut() {
        let ReferenceOr::Item(item) = item else {
            continue;
        };
        for (_, slot) in walk::methods_mut(item) {
            let id = slot.as_ref().and_then(|operation| operation.operation_id.as_deref());
            match id.and_then(|id| wanted.get(id)) {
                Some(id) => {
                    found.insert(*id);
                }
                None => *slot = None,
            }
        }
    }
    let complaints: Vec<Complaint> = wanted.difference(&found).map(|id| unknown(id)).collect();
    if !complaints.is_empty() {
        return Err(complaints);
    }
    document.paths.paths.retain(|_, item| match item {
        ReferenceOr::Item(item) => item.iter().next().is_some(),
        ReferenceOr::Reference { .. } => false,
    });
    Ok(document)
}

fn unknown(id: &str) -> Complaint {
    Complaint {
        pointer: "/paths".to_owned(),
        what: format!("no operation has the operationId `{id}`"),
        help: "give `--operations` ids that the document has".to_owned(),
    }
}
