//! Removes the structure of bodies that are bytes or text.

use openapiv3::{
    AnySchema, MediaType, OpenAPI, ReferenceOr, Schema, SchemaData, SchemaKind, StringFormat,
    StringType, Type, VariantOrUnknownOrEmpty,
};

use super::{Lowered, Options};
use crate::media_type::{Family, family};
use crate::schema::{self, Schemas};
use crate::visitor;

/// Replaces the schema of a body by a string, if callers pass or receive the body as bytes or text. A model of its
/// structure would have no use.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let OpenAPI { paths, components, .. } = &mut lowered.openapi;
    let schemas = &components.get_or_insert_default().schemas;
    for (_, operation) in visitor::operations_mut(paths) {
        let body = operation.request_body.as_mut().and_then(visitor::item_mut);
        for (name, media) in body.into_iter().flat_map(|body| &mut body.content) {
            flatten(name, media, schemas, &[Family::Lines, Family::Bytes]);
        }
        let responses = operation.responses.responses.values_mut().filter_map(visitor::item_mut);
        for (name, media) in responses.flat_map(|response| &mut response.content) {
            flatten(name, media, schemas, &[Family::Bytes]);
        }
    }
}

/// Replaces the schema of a media type, if it is text or in one of the families of bytes.
fn flatten(name: &str, media: &mut MediaType, schemas: &Schemas, bytes: &[Family]) {
    let format = match family(name) {
        Family::Text => VariantOrUnknownOrEmpty::Empty,
        family if bytes.contains(&family) => VariantOrUnknownOrEmpty::Item(StringFormat::Binary),
        _ => return,
    };
    let Some(slot) = media.schema.as_mut().filter(|it| has_structure(it, schemas)) else { return };
    let description = slot.as_item().and_then(|it| it.schema_data.description.clone());
    *slot = ReferenceOr::Item(Schema {
        schema_data: SchemaData { description, ..SchemaData::default() },
        schema_kind: SchemaKind::Type(Type::String(StringType { format, ..StringType::default() })),
    });
}

/// Returns whether a schema would become a model, or contain one.
fn has_structure(slot: &ReferenceOr<Schema>, schemas: &Schemas) -> bool {
    schema::resolved(slot, schemas).is_some_and(|schema| match &schema.schema_kind {
        SchemaKind::Type(Type::String(string)) => !string.enumeration.is_empty(),
        SchemaKind::Type(kind) => matches!(kind, Type::Object(_) | Type::Array(_)),
        kind => *kind != SchemaKind::Any(AnySchema::default()),
    })
}
