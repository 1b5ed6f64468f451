//! The endpoints that issue and revoke tokens (RFC 6749, section 4.4; RFC 7009).

use std::time::Duration;

use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};

use super::{Access, Headers, authorization::Authorization, text};
use crate::{error::ApiError, parameters, record::RecordedRequest};

pub(crate) const TOKEN_PATH: &str = "/api/oauth/token";
const REVOKE_PATH: &str = "/api/oauth/revoke";

/// A response from a token endpoint. Its form differs from the form of API responses.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: Headers,
    pub(crate) body: Value,
}

impl Reply {
    const fn new(status: StatusCode, body: Value) -> Self {
        Self { status, headers: Vec::new(), body }
    }

    /// Creates an OAuth error (RFC 6749, section 5.2).
    fn refusal(status: StatusCode, error: &str, description: &str) -> Self {
        Self::new(status, json!({ "error": error, "error_description": description }))
    }
}

impl Access {
    /// Responds to requests for the token endpoints. Returns `None` for any other path.
    pub(crate) async fn oauth(&self, request: &RecordedRequest) -> Option<Reply> {
        let serve = match request.uri.path() {
            TOKEN_PATH => Self::issue,
            REVOKE_PATH => Self::revoke,
            _ => return None,
        };
        tokio::time::sleep(self.tokens.rules.delay).await;
        let form = self.form(request);
        Some(form.map_or_else(|refusal| *refusal, |form| serve(self, &form)))
    }

    /// Returns the form fields in the body of a request. Fails if a failure is queued, or if the
    /// method, the credentials or the body is invalid.
    fn form(&self, request: &RecordedRequest) -> Result<Vec<(String, String)>, Box<Reply>> {
        let refuse =
            |status, error, description| Err(Box::new(Reply::refusal(status, error, description)));
        if let Some(status) = self.tokens.fault() {
            return refuse(status, "server_error", "A test requested this error.");
        }
        if request.method != Method::POST {
            return refuse(
                StatusCode::METHOD_NOT_ALLOWED,
                "invalid_request",
                "The method must be `POST`.",
            );
        }
        let account = &self.tokens.rules.account;
        match Authorization::read(&request.headers) {
            Ok(Authorization::Basic(pair))
                if pair.name == account.name && pair.secret == account.secret => {}
            _ => {
                let refusal = "The Basic credentials are missing or wrong.";
                return refuse(StatusCode::UNAUTHORIZED, "invalid_client", refusal);
            }
        }
        let media_type = text(&request.headers, &header::CONTENT_TYPE).unwrap_or_default();
        match std::str::from_utf8(&request.body) {
            Ok(form) if is_form(media_type) => Ok(parameters::pairs(form)),
            _ => refuse(
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "The body must be a form (`application/x-www-form-urlencoded`).",
            ),
        }
    }

    fn issue(&self, form: &[(String, String)]) -> Reply {
        if let Err(wait) = self.tokens.admit() {
            return self.too_soon(wait);
        }
        if value(form, "grant_type") != Some("client_credentials") {
            let description = "The parameter `grant_type` must be `client_credentials`.";
            return Reply::refusal(StatusCode::BAD_REQUEST, "unsupported_grant_type", description);
        }
        let Some(token) = self.tokens.issue() else {
            let description = "The service account has too many valid tokens.";
            return Reply::refusal(StatusCode::FORBIDDEN, "access_denied", description);
        };
        Reply::new(
            StatusCode::OK,
            json!({
                "access_token": token,
                "expires_in": self.tokens.rules.lifetime.as_secs(),
                "token_type": "Bearer",
            }),
        )
    }

    /// Creates the error for a request that exceeds the limit. Unlike OAuth errors, this error has the form of Atlas's
    /// other errors. The guide of the vendor's Terraform provider quotes its parameters.
    fn too_soon(&self, wait: Duration) -> Reply {
        let seconds = wait.as_secs_f64().ceil().max(1.0);
        let status = StatusCode::TOO_MANY_REQUESTS;
        let detail = "Too many tokens were requested recently.";
        let (count, period) = self.tokens.rules.limit.unwrap_or_default();
        let error = ApiError::new(status, "RATE_LIMITED", detail)
            .parameter(TOKEN_PATH)
            .parameter(count)
            .parameter(period.as_secs() / 60);
        let mut reply = Reply::new(status, error.body());
        reply.headers.push((header::RETRY_AFTER, format!("{seconds}")));
        reply
    }

    fn revoke(&self, form: &[(String, String)]) -> Reply {
        match value(form, "token") {
            // An unknown token is not an error (RFC 7009, section 2.2).
            Some(token) => {
                self.tokens.revoke(token);
                Reply::new(StatusCode::OK, json!({}))
            }
            None => Reply::refusal(
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "The parameter `token` is missing.",
            ),
        }
    }
}

/// Returns whether a `Content-Type` denotes a form. Ignores parameters such as `charset=UTF-8`.
fn is_form(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

fn value<'a>(form: &'a [(String, String)], name: &str) -> Option<&'a str> {
    form.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
}
