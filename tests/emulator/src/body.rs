//! Parsing and validation of request bodies.

use axum::http::StatusCode;
use serde_json::Value;

use crate::{
    error::ApiError, negotiate, record::RecordedRequest, spec::MediaType, spec::Operation,
};

/// Parses and validates the body of a request. Returns `None` if the operation has no body, if an
/// optional body is absent, or if the media type is not JSON. Fails with 415 if the media type does
/// not match the version of the response. Fails with 400 if the body is not JSON or does not match
/// its schema.
pub(crate) fn read(
    request: &RecordedRequest,
    operation: &Operation,
    answer: Option<&MediaType>,
) -> Result<Option<Value>, ApiError> {
    let RecordedRequest { headers, body, .. } = request;
    let is_absent = body.is_empty() && !operation.needs_body;
    if operation.requests.is_empty() || is_absent {
        return Ok(None);
    }
    let media_type = negotiate::request(headers, &operation.requests, answer)?;
    if media_type.is_json() { parse(body, media_type).map(Some) } else { Ok(None) }
}

fn parse(bytes: &[u8], media_type: &MediaType) -> Result<Value, ApiError> {
    let value = serde_json::from_slice(bytes).map_err(|error| not_json(&error))?;
    let schema = media_type.schema.as_ref();
    let violations = schema.map(|schema| schema.violations(&value)).unwrap_or_default();
    if violations.is_empty() {
        return Ok(value);
    }
    let detail = format!("The body does not match the schema of `{}`.", media_type.name);
    Err(ApiError::invalid(detail, violations))
}

fn not_json(error: &serde_json::Error) -> ApiError {
    let detail = format!("The body is not JSON: {error}.");
    // The vendor's page of error codes documents this code.
    ApiError::new(StatusCode::BAD_REQUEST, "MALFORMED_JSON", detail)
}
