//! Drops the schemas that no operation reaches.

use openapiv3::OpenAPI;

use super::{Lowered, Options};
use crate::reach::Reach;
use crate::walk;

/// Keeps what a request or an answer can hold.
pub(super) fn run(mut document: OpenAPI, _: &Options) -> Lowered {
    let mut roots = Vec::new();
    for operation in walk::operations_mut(&mut document) {
        for (_, slot) in walk::operation_slots(operation) {
            walk::below(slot, &mut |slot| roots.extend(slot.reference().cloned()));
        }
    }
    let mut reach = Reach::of(walk::schemas_mut(&mut document));
    for root in &roots {
        reach.follow(walk::schema_name(root));
    }
    if let Some(components) = &mut document.components {
        components.schemas.retain(|name, _| reach.contains(name));
    }
    Ok(document)
}
