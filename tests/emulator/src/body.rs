//! The body of a request, read and checked as the spec describes it.

use serde_json::{Map, Value};

use crate::{error::ApiError, spec::MediaType};

/// Reads a body: 400 if it is no JSON object, or breaks a rule of the schema of its media type.
pub(crate) fn read(bytes: &[u8], media_type: &MediaType) -> Result<Map<String, Value>, ApiError> {
    let value = serde_json::from_slice(bytes).map_err(|error| not_json(&error))?;
    let violations = media_type.schema.violations(&value);
    match value {
        Value::Object(fields) if violations.is_empty() => Ok(fields),
        _ => {
            let detail = format!("The body is no valid {}.", media_type.name);
            Err(ApiError::invalid(detail, violations))
        }
    }
}

fn not_json(error: &serde_json::Error) -> ApiError {
    ApiError::invalid(format!("The body is no JSON: {error}."), Vec::new())
}
