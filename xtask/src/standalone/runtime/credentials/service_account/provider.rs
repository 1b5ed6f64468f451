//! The requests and errors that all token endpoints have in common.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::utf8_percent_encode;
use reqwest::StatusCode;
use secrecy::{ExposeSecret as _, SecretString};

use crate::error::is_transient;
use crate::response::in_seconds;
use crate::runtime::RESERVED;

/// The setting that determines the URL of the token endpoint, for advice.
pub(crate) const SETTING: &str = "the token URL (`Credentials::with_token_url`)";

/// Encodes the id and the secret for HTTP Basic (RFC 6749, section 2.3.1). Some servers do not decode them, so
/// unreserved characters are not encoded.
pub(super) fn basic(client_id: &str, client_secret: &SecretString) -> SecretString {
    let encode = |text| utf8_percent_encode(text, RESERVED).to_string();
    let secret = SecretString::from(encode(client_secret.expose_secret()));
    let pair = SecretString::from([&encode(client_id), ":", secret.expose_secret()].concat());
    BASE64_STANDARD.encode(pair.expose_secret()).into()
}

/// Returns advice for a response without a token.
pub(super) fn advice(status: StatusCode, retry_after: Option<Duration>) -> String {
    match status {
        StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            "check the client id, the client secret and the scopes, and whether the server requires a parameter \
             (`Credentials::with_token_parameter`) or the secret in the form (`Credentials::with_secret_in_form`)"
                .into()
        }
        StatusCode::TOO_MANY_REQUESTS => {
            let time = retry_after.and_then(in_seconds).unwrap_or_else(|| "a minute".into());
            format!("wait {time}, and share one token between programs (`Client::access_token`)")
        }
        status if status.is_server_error() && is_transient(status) => {
            "try again later: the server failed".into()
        }
        _ => format!("check {SETTING} and proxies"),
    }
}
