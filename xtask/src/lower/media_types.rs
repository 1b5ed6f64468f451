//! Speaks to the engine in `application/json`, the one media type that it knows.

use indexmap::IndexMap;
use openapiv3::{MediaType, OpenAPI, StatusCode};

use super::{Complaint, Options};
use crate::notes::{Note, Wire};
use crate::walk;

const JSON: &str = "application/json";
const BYTES: &str = "application/octet-stream";

/// Replaces the one media type of each body and each answer: what is JSON becomes
/// `application/json`, what is not becomes bytes, and the note of the operation keeps what really
/// goes over the wire.
pub(super) fn run(mut document: OpenAPI, _: &Options) -> Result<OpenAPI, Vec<Complaint>> {
    for operation in walk::operations_mut(&mut document) {
        let mut wire = Wire::read(&operation.extensions).unwrap_or_default();
        if let Some(body) = operation.request_body.as_mut().and_then(walk::item_mut) {
            wire.content_type = body.content.keys().next().cloned();
            plain(&mut body.content);
        }
        let mut statuses = operation.responses.responses.keys();
        let success = if statuses.any(is_success) { "2" } else { "default" };
        for (status, response) in walk::responses_mut(&mut operation.responses) {
            if status.starts_with(success) {
                wire.accept =
                    wire.accept.take().or_else(|| response.content.keys().next().cloned());
            }
            plain(&mut response.content);
        }
        wire.write(&mut operation.extensions);
    }
    Ok(document)
}

fn is_success(status: &StatusCode) -> bool {
    status.to_string().starts_with('2')
}

/// Whether a body of this media type is JSON: `application/json`, or a type with the suffix `+json`
/// ([RFC 6839](https://www.rfc-editor.org/rfc/rfc6839#section-3.1)).
pub(super) fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence == JSON || essence.ends_with("+json")
}

fn plain(content: &mut IndexMap<String, MediaType>) {
    let Some((media_type, media)) = content.drain(..).next() else {
        return;
    };
    let plain = if is_json(&media_type) { JSON } else { BYTES };
    content.insert(plain.to_owned(), media);
}
