//! Speaks to the engine in `application/json`, the one media type that it knows.

use indexmap::IndexMap;
use openapiv3::{AnySchema, MediaType, OpenAPI, ReferenceOr, Schema, SchemaData, SchemaKind};

use super::{Complaint, Options};
use crate::notes::{Note, Wire};
use crate::walk;

const JSON: &str = "application/json";

/// Replaces the media type of each body and each answer by `application/json`; the note of the
/// operation keeps what really goes over the wire. JSON without a schema is any JSON.
pub(super) fn run(mut document: OpenAPI, _: &Options) -> Result<OpenAPI, Vec<Complaint>> {
    let mut complaints = Vec::new();
    for operation in walk::operations_mut(&mut document) {
        let mut wire = Wire::read(&operation.extensions).unwrap_or_default();
        let pointer = wire.pointer.clone();
        if let Some(body) = operation.request_body.as_mut().and_then(walk::item_mut) {
            match plain(&mut body.content) {
                Ok(media_type) => wire.content_type = media_type,
                Err(other) => complaints.push(not_json(&format!("{pointer}/requestBody"), &other)),
            }
        }
        for (status, response) in walk::responses_mut(&mut operation.responses) {
            match plain(&mut response.content) {
                Ok(media_type) if status.starts_with('2') => {
                    wire.accept = wire.accept.or(media_type);
                }
                Ok(_) => {}
                Err(other) => {
                    complaints.push(not_json(&format!("{pointer}/responses/{status}"), &other));
                }
            }
        }
        wire.write(&mut operation.extensions);
    }
    if complaints.is_empty() { Ok(document) } else { Err(complaints) }
}

/// Whether a body of this media type is JSON: `application/json`, or a type with the suffix `+json`
/// ([RFC 6839](https://www.rfc-editor.org/rfc/rfc6839#section-3.1)).
pub(super) fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence == JSON || essence.ends_with("+json")
}

/// Keeps the first media type that is JSON, under the name that the engine knows. Gives its true
/// name, or, where there are others only, one of them.
fn plain(content: &mut IndexMap<String, MediaType>) -> Result<Option<String>, String> {
    let Some(first) = content.keys().next().cloned() else { return Ok(None) };
    let json = content.keys().find(|media_type| is_json(media_type)).cloned().ok_or(first)?;
    if let Some(mut media) = content.shift_remove(&json) {
        media.schema.get_or_insert_with(any);
        *content = [(JSON.to_owned(), media)].into();
    }
    Ok(Some(json))
}

fn any() -> ReferenceOr<Schema> {
    ReferenceOr::Item(Schema {
        schema_data: SchemaData::default(),
        schema_kind: SchemaKind::Any(AnySchema::default()),
    })
}

fn not_json(pointer: &str, media_type: &str) -> Complaint {
    Complaint {
        pointer: pointer.to_owned(),
        what: format!("`{media_type}` cannot be emitted yet: only JSON can"),
        help: "leave the operation out with `--operations`, or give it a JSON media type"
            .to_owned(),
    }
}
