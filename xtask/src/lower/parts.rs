//! Inlines the objects of `multipart/form-data` bodies.

use openapiv3::{OpenAPI, ReferenceOr};

use super::{Lowered, Options};
use crate::media_type::{Family, family};
use crate::schema;
use crate::visitor;

/// Inlines each referenced object that describes a `multipart/form-data` body. The properties of the object become
/// parameters of the operation, so the object needs no type.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let OpenAPI { paths, components, .. } = &mut lowered.openapi;
    let schemas = &components.get_or_insert_default().schemas;
    for (_, operation) in visitor::operations_mut(paths) {
        let Some(body) = operation.request_body.as_mut().and_then(visitor::item_mut) else {
            continue;
        };
        let forms = body.content.iter_mut().filter(|(name, _)| family(name) == Family::Multipart);
        for slot in forms.filter_map(|(_, media)| media.schema.as_mut()) {
            let target = schema::resolved(slot, schemas);
            if let Some(object) = target.filter(|it| schema::object(it).is_some()).cloned() {
                *slot = ReferenceOr::Item(object);
            }
        }
    }
}
