//! Settings that are specific to Atlas's token endpoint. Crates for other APIs use
//! `xtask/src/standalone/runtime/credentials/service_account/provider.rs` instead of this file.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::{StatusCode, Url};
use secrecy::{ExposeSecret as _, SecretString};

use crate::base_url;
use crate::environment::{CLIENT_ID, CLIENT_SECRET};
use crate::error::is_transient;
use crate::response::in_seconds;

/// The setting that determines the URLs of the token endpoint, for advice.
pub(crate) const SETTING: &str = "the base URL";

/// The path that issues tokens.
const ISSUE: &str = "/api/oauth/token";

/// The path that revokes tokens.
const REVOKE: &str = "/api/oauth/revoke";

/// Returns the URL that issues tokens.
pub(in crate::credentials) fn issue_url(base_url: &Url) -> Url {
    base_url::below(base_url, ISSUE)
}

/// Returns the URL that revokes tokens.
pub(in crate::credentials) fn revoke_url(base_url: &Url) -> Url {
    base_url::below(base_url, REVOKE)
}

/// Encodes the id and the secret for HTTP Basic.
///
/// RFC 6749, section 2.3.1, requires both to be percent-encoded first. Atlas rejects percent-encoded values and expects
/// plain HTTP Basic (RFC 7617).
pub(super) fn basic(client_id: &str, client_secret: &SecretString) -> SecretString {
    let pair = [client_id, ":", client_secret.expose_secret()].concat();
    let pair = SecretString::from(pair);
    BASE64_STANDARD.encode(pair.expose_secret()).into()
}

/// Returns advice for an error response.
pub(super) fn advice(status: StatusCode, retry_after: Option<Duration>) -> String {
    match status {
        StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED => format!(
            "check the client id and the client secret (`{CLIENT_ID}` and `{CLIENT_SECRET}` in the \
             environment), whether the secret has expired, and the base URL: Atlas for Government has its own"
        ),
        StatusCode::FORBIDDEN => "a service account has at most 100 valid tokens: share one token \
             (`Client::access_token`) and revoke unused tokens (`Client::revoke_token`)"
            .into(),
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
