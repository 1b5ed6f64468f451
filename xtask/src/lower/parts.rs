//! Inlines the objects of `multipart/form-data` bodies.

use openapiv3::ReferenceOr;

use super::{Lowered, Options};
use crate::media_type::{Family, family};
use crate::visitor;

/// Inlines each referenced object that describes a `multipart/form-data` body. The properties of the object become
/// parameters of the operation, so the object needs no type.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let openapi = &mut lowered.openapi;
    let components = openapi.components.take().unwrap_or_default();
    for (_, operation) in visitor::operations_mut(openapi) {
        let Some(body) = operation.request_body.as_mut().and_then(visitor::item_mut) else {
            continue;
        };
        let forms = body.content.iter_mut().filter(|(name, _)| family(name) == Family::Multipart);
        for slot in forms.filter_map(|(_, media)| media.schema.as_mut()) {
            let target = visitor::target(slot);
            let target = target.and_then(|name| components.schemas.get(name)?.as_item());
            if let Some(object) = target.filter(|it| visitor::object(it).is_some()) {
                *slot = ReferenceOr::Item(object.clone());
            }
        }
    }
    openapi.components = Some(components);
}
