//! Header values that carry a secret.

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use crate::Error;

/// Returns the value of `Authorization` that carries `token` (RFC 6750, section 2.1).
pub(super) fn bearer(token: &SecretString) -> Result<HeaderValue, Error> {
    sensitive(format!("Bearer {}", token.expose_secret()))
}

/// Returns a header value that `Debug` does not show.
pub(super) fn sensitive(value: String) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::try_from(value).map_err(|_| {
        Error::config("the credentials contain a character that is invalid in a header")
    })?;
    value.set_sensitive(true);
    Ok(value)
}
