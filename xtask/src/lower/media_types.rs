//! Speaks to the engine in `application/json`, the one media type that it knows.

use indexmap::IndexMap;
use openapiv3::{AnySchema, MediaType, OpenAPI, ReferenceOr, Schema, SchemaData, SchemaKind};

use super::{Complaint, Lowered, Options, lowered};
use crate::notes::{Note, Wire};
use crate::walk;

const JSON: &str = "application/json";
const BYTES: &str = "application/octet-stream";

/// Replaces the media type of each body and each answer: what is JSON becomes `application/json`,
/// what is not becomes bytes, and what has no schema becomes nothing. The note of the operation keeps
/// what really goes over the wire.
pub(super) fn run(mut document: OpenAPI, _: &Options) -> Lowered {
    let mut complaints = Vec::new();
    for operation in walk::operations_mut(&mut document) {
        let mut wire = Wire::read(&operation.extensions).unwrap_or_default();
        if let Some(body) = operation.request_body.as_mut().and_then(walk::item_mut) {
            wire.content_type = plain(&mut body.content);
            if let Some(media_type) = wire.content_type.as_ref().filter(|it| !is_json(it)) {
                complaints.push(no_body(&wire.pointer, media_type));
            }
            body.content.values_mut().for_each(|media| {
                media.schema.get_or_insert_with(any);
            });
        }
        for (status, response) in walk::responses_mut(&mut operation.responses) {
            let media_type = plain(&mut response.content);
            response.content.retain(|_, media| media.schema.is_some());
            if status.starts_with('2') {
                wire.accept = wire.accept.take().or(media_type);
            }
        }
        wire.write(&mut operation.extensions);
    }
    lowered(document, complaints)
}

/// Whether a body of this media type is JSON: `application/json`, or a type with the suffix `+json`
/// ([RFC 6839](https://www.rfc-editor.org/rfc/rfc6839#section-3.1)).
fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence == JSON || essence.ends_with("+json")
}

/// Keeps the first media type that is JSON, or else the first, under the name that the engine knows.
/// Gives its true name.
fn plain(content: &mut IndexMap<String, MediaType>) -> Option<String> {
    let json = content.keys().find(|media_type| is_json(media_type));
    let media_type = json.or(content.keys().next()).cloned()?;
    let media = content.shift_remove(&media_type)?;
    let name = if is_json(&media_type) { JSON } else { BYTES };
    *content = [(name.to_owned(), media)].into();
    Some(media_type)
}

fn any() -> ReferenceOr<Schema> {
    ReferenceOr::Item(Schema {
        schema_data: SchemaData::default(),
        schema_kind: SchemaKind::Any(AnySchema::default()),
    })
}

fn no_body(pointer: &str, media_type: &str) -> Complaint {
    Complaint {
        pointer: format!("{pointer}/requestBody"),
        what: format!("a body of `{media_type}` cannot be emitted: only JSON can"),
        help: "give the body a JSON media type, or leave the operation out with `--operations`"
            .to_owned(),
    }
}
