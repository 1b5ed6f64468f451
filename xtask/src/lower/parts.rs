//! Inlines the objects of `multipart/form-data` bodies.

use openapiv3::{
    ArrayType, Encoding, MediaType, OpenAPI, ReferenceOr, Schema, SchemaKind, StringFormat,
    StringType, Type, VariantOrUnknownOrEmpty as Format,
};

use super::{Finding, Lowered, Options, warning};
use crate::diagnostic::Pointer;
use crate::media_type::{Family, family};
use crate::schema::{self, Schemas};
use crate::visitor;

/// Inlines each referenced object that describes a `multipart/form-data` body. The properties of the object become
/// parameters of the operation, so the object needs no type.
///
/// A string, an object or any value becomes a file if its media type is neither text nor JSON, such as `image/png`.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, findings, .. } = lowered;
    let OpenAPI { paths, components, .. } = openapi;
    let schemas = &components.get_or_insert_default().schemas;
    for (key, operation) in visitor::operations_mut(paths) {
        let Some(body) = operation.request_body.as_mut().and_then(visitor::item_mut) else {
            continue;
        };
        let forms = body.content.iter_mut().filter(|(name, _)| family(name) == Family::Multipart);
        for (name, media) in forms {
            if let Some(slot) = &mut media.schema {
                let target = schema::resolved(slot, schemas);
                if let Some(object) = target.filter(|it| schema::object(it).is_some()).cloned() {
                    *slot = ReferenceOr::Item(object);
                }
            }
            let pointer = key.pointer().join(["requestBody", "content", name]);
            files(media, schemas, &pointer, findings);
        }
    }
}

/// Turns parts into files according to their media types. Reports the parts whose schemas have a structure.
fn files(media: &mut MediaType, schemas: &Schemas, pointer: &Pointer, findings: &mut Vec<Finding>) {
    let Some(ReferenceOr::Item(form)) = &mut media.schema else { return };
    let SchemaKind::Type(Type::Object(form)) = &mut form.schema_kind else { return };
    for (name, part) in &mut form.properties {
        let Some(media_type) = media.encoding.get(name).and_then(file_type) else { continue };
        if become_file(part, schemas) {
            findings.push(warning(
                pointer.join(["encoding", name, "contentType"]),
                format!("the part `{name}` is an object, but its media type is `{media_type}`"),
                "the schema is ignored, and callers pass the part as an `Upload`",
                "if the API allows it, use a JSON media type",
            ));
        }
    }
}

/// Returns the media type of a part, if it is neither text nor JSON. This can be a list of media types.
fn file_type(encoding: &Encoding) -> Option<&str> {
    let media_type = encoding.content_type.as_deref()?;
    media_type.split(',').all(|it| family(it) == Family::Bytes).then_some(media_type)
}

/// Turns a part into a file, or into a list of files. Leaves numbers, enums and strings with a format unchanged,
/// because their text is known. Returns whether the part was an object or a list of objects.
fn become_file(part: &mut ReferenceOr<Box<Schema>>, schemas: &Schemas) -> bool {
    let Some(mut schema) = schema::resolved(part, schemas).cloned() else { return false };
    let is_object = match &mut schema.schema_kind {
        SchemaKind::Type(Type::Array(ArrayType { items: Some(items), .. })) => {
            become_file(items, schemas)
        }
        kind @ SchemaKind::Type(Type::Object(_)) => {
            *kind = file();
            true
        }
        kind if is_any_text(kind) => {
            *kind = file();
            false
        }
        _ => return false,
    };
    if let ReferenceOr::Item(own) = part {
        schema.schema_data = own.schema_data.clone();
    }
    *part = ReferenceOr::Item(Box::new(schema));
    is_object
}

/// Returns whether a schema allows any value, or any string without a format.
fn is_any_text(kind: &SchemaKind) -> bool {
    match kind {
        SchemaKind::Type(Type::String(it)) => {
            it.format == Format::Empty && it.enumeration.is_empty()
        }
        SchemaKind::Any(any) => schema::is_untyped(any),
        _ => false,
    }
}

/// Returns the kind of the contents of a file.
fn file() -> SchemaKind {
    let format = Format::Item(StringFormat::Binary);
    SchemaKind::Type(Type::String(StringType { format, ..StringType::default() }))
}
