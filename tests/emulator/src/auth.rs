//! Who may ask: whoever sends the one bearer token.

use axum::http::{HeaderMap, StatusCode, header};

use crate::error::ApiError;

/// Refuses a request that does not carry `Authorization: Bearer TOKEN` (RFC 6750, section 2.1).
pub(crate) fn check(headers: &HeaderMap, token: &str) -> Result<(), ApiError> {
    let credentials = headers
        .get(header::AUTHORIZATION)
        .ok_or_else(|| unauthorized("The request carries no Authorization header."))?;
    let (scheme, given) = credentials
        .to_str()
        .ok()
        .and_then(|credentials| credentials.split_once(' '))
        .ok_or_else(|| unauthorized("The Authorization header holds no scheme and value."))?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(unauthorized("The local Atlas accepts bearer tokens only."));
    }
    if given.trim() != token {
        return Err(unauthorized("The bearer token is not the one that the local Atlas knows."));
    }
    Ok(())
}

fn unauthorized(detail: &str) -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, "USER_UNAUTHORIZED", detail)
        .header(header::WWW_AUTHENTICATE, "Bearer")
}
