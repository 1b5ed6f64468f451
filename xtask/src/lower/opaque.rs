//! Removes the structure of bodies that are bytes or text.

use openapiv3::{
    AnySchema, MediaType, OpenAPI, ReferenceOr, Schema, SchemaData, SchemaKind, StatusCode,
    StringFormat, StringType, Type, VariantOrUnknownOrEmpty,
};

use super::{Finding, Lowered, Options, warning};
use crate::media_type::{Family, family};
use crate::schema::{self, Schemas};
use crate::visitor::{self, OperationKey};

/// Replaces the schema of a body by a string, if callers pass or receive the body as bytes or text. A model of its
/// structure would have no use. Reports the structures of successful responses.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi: OpenAPI { paths, components, .. }, findings, .. } = lowered;
    let schemas = &components.get_or_insert_default().schemas;
    for (key, operation) in visitor::operations_mut(paths) {
        let body = operation.request_body.as_mut().and_then(visitor::item_mut);
        for (name, media) in body.into_iter().flat_map(|body| &mut body.content) {
            flatten(name, media, schemas, &[Family::Lines, Family::Bytes]);
        }
        for (status, response) in &mut operation.responses.responses {
            let content = visitor::item_mut(response).into_iter().flat_map(|it| &mut it.content);
            for (name, media) in content {
                let is_string = media.schema.as_ref().is_some_and(|it| is_string(it, schemas));
                let is_flattened = flatten(name, media, schemas, &[Family::Bytes]);
                if is_flattened && !is_string && visitor::is_success(status) {
                    findings.push(unused(key, status, name));
                }
            }
        }
    }
}

/// Reports the structure of a response that is bytes or text.
fn unused(key: OperationKey<'_>, status: &StatusCode, name: &str) -> Finding {
    let form = if family(name) == Family::Text { "text" } else { "bytes" };
    warning(
        key.pointer().join(["responses", &status.to_string(), "content", name, "schema"]),
        format!("the schema of `{name}` has no effect"),
        format!("the method returns the body as {form}"),
        "if the API supports JSON, also describe a JSON media type",
    )
}

/// Replaces the schema of a media type, if it is text or in one of the families of bytes. Returns whether there was
/// such a schema.
fn flatten(name: &str, media: &mut MediaType, schemas: &Schemas, bytes: &[Family]) -> bool {
    let format = match family(name) {
        Family::Text => VariantOrUnknownOrEmpty::Empty,
        family if bytes.contains(&family) => VariantOrUnknownOrEmpty::Item(StringFormat::Binary),
        _ => return false,
    };
    let Some(slot) = media.schema.as_mut().filter(|it| has_structure(it, schemas)) else {
        return false;
    };
    let description = slot.as_item().and_then(|it| it.schema_data.description.clone());
    *slot = ReferenceOr::Item(Schema {
        schema_data: SchemaData { description, ..SchemaData::default() },
        schema_kind: SchemaKind::Type(Type::String(StringType { format, ..StringType::default() })),
    });
    true
}

fn is_string(slot: &ReferenceOr<Schema>, schemas: &Schemas) -> bool {
    let schema = schema::resolved(slot, schemas);
    schema.is_some_and(|it| matches!(it.schema_kind, SchemaKind::Type(Type::String(_))))
}

/// Returns whether a schema would become a model, or contain one.
fn has_structure(slot: &ReferenceOr<Schema>, schemas: &Schemas) -> bool {
    schema::resolved(slot, schemas).is_some_and(|schema| match &schema.schema_kind {
        SchemaKind::Type(Type::String(string)) => !string.enumeration.is_empty(),
        SchemaKind::Type(kind) => matches!(kind, Type::Object(_) | Type::Array(_)),
        kind => *kind != SchemaKind::Any(AnySchema::default()),
    })
}
