//! The token endpoint: issuing tokens (RFC 6749, section 4.4) and revoking them (RFC 7009).

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::time::{Duration, SystemTime};

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Request, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use tokio::task::JoinError;

use super::super::header::sensitive;
use super::super::{AccessToken, characters};
use super::failure::Failure;
use super::provider;
use crate::json;
use crate::no_response::NoResponse;
use crate::response::ResponseHead;
use crate::runtime::{Method, Operation, add_pair, deserialize_value};
use crate::transport::Transport;

static ISSUE: Operation = operation("issueToken");
static REVOKE: Operation = operation("revokeToken");

/// The parameters of requests for tokens that are never secret. Errors of the server can show their values.
const PUBLIC: [&str; 4] = ["audience", "grant_type", "resource", "scope"];

/// The number of bytes after which the client stops reading a response body.
const LIMIT: usize = 64 * 1024;

/// The lifetime, in seconds, that the client assumes for a token if `expires_in` is absent or not a whole number.
const USUAL_LIFETIME: u64 = 3600;
/// The maximum lifetime, in seconds, that the client assumes for a token: one week.
const LONGEST_LIFETIME: u64 = 7 * 24 * 3600;

/// The OAuth client that requests tokens.
pub(crate) struct OauthClient {
    pub(crate) id: String,
    pub(crate) secret: SecretString,
    /// Whether requests carry the id and the secret in the form instead of with HTTP Basic.
    pub(crate) is_secret_in_form: bool,
    /// The other parameters of requests for tokens. If there is no grant type, it is `client_credentials`.
    pub(crate) parameters: BTreeMap<String, SecretString>,
    /// The URL that issues tokens.
    pub(crate) issue: Url,
    /// The URL that revokes tokens, if there is one.
    pub(crate) revoke: Option<Url>,
    /// The timeout of each request.
    pub(crate) timeout: Duration,
}

/// The token endpoint of one service account.
pub(super) struct Endpoint {
    issue: Url,
    revoke: Option<Url>,
    timeout: Duration,
    /// The parameters of requests for tokens, without the id and the secret.
    parameters: BTreeMap<String, SecretString>,
    client_id: String,
    client_secret: SecretString,
    /// The id and the secret, encoded for HTTP Basic, unless requests carry them in the form.
    basic: Option<SecretString>,
}

#[derive(Deserialize)]
struct Issued {
    access_token: String,
    /// The lifetime in seconds. Azure AD's endpoint `/oauth2/token` sends it as text.
    #[serde(default, deserialize_with = "deserialize_value")]
    expires_in: Value,
    token_type: Option<String>,
}

impl Endpoint {
    pub(super) fn new(client: OauthClient) -> Self {
        let OauthClient { id, secret, is_secret_in_form, mut parameters, issue, revoke, timeout } =
            client;
        parameters.entry("grant_type".into()).or_insert_with(|| "client_credentials".into());
        let basic = (!is_secret_in_form).then(|| provider::basic(&id, &secret));
        Self { issue, revoke, timeout, parameters, client_id: id, client_secret: secret, basic }
    }

    /// Returns the secrets that a server may echo. Every parameter that is not [`PUBLIC`] can be one, for example a
    /// password.
    pub(super) fn secrets(&self) -> impl Iterator<Item = SecretString> {
        let parameters = self.parameters.iter();
        let parameters = parameters.filter(|(name, _)| !PUBLIC.contains(&name.as_str()));
        let parameters = parameters.map(|(_, value)| value);
        self.basic.iter().chain([&self.client_secret]).chain(parameters).cloned()
    }

    pub(super) async fn issue(&self, transport: &Transport) -> Result<AccessToken, Failure> {
        // The lifetime is counted from the start of the request, so that it is never overestimated.
        let asked_at = SystemTime::now();
        let mut form = String::new();
        for (name, value) in &self.parameters {
            add_pair(&mut form, name, value.expose_secret());
        }
        let (head, body) = self.exchange(transport, &ISSUE, &self.issue, form).await?;
        // The JSON error is discarded, because its details could show the token.
        let issued = json::decode::<Issued>(&body)
            .map_err(|_| Failure::no_token(&self.issue, head.clone()))?;
        let fault = match &issued.token_type {
            Some(kind) if !is_bearer(kind) => Some("its `token_type` is not `Bearer`".to_owned()),
            _ => characters::token(&issued.access_token),
        };
        if let Some(fault) = fault {
            return Err(Failure::unusable(&self.issue, head, &fault));
        }
        let lifetime = seconds(&issued.expires_in).unwrap_or(USUAL_LIFETIME).min(LONGEST_LIFETIME);
        Ok(AccessToken::new(issued.access_token, asked_at + Duration::from_secs(lifetime)))
    }

    /// Returns the failure of a request for a token if its task was cancelled because the runtime has shut down. If the
    /// task panicked, continues the panic.
    pub(super) fn interrupted(&self, error: JoinError) -> Failure {
        if error.is_panic() {
            resume_unwind(error.into_panic());
        }
        Failure::unreachable(&ISSUE, &self.issue, NoResponse::of_cancelled_task())
    }

    #[allow(dead_code, reason = "not every API documents how to revoke a token")]
    pub(super) async fn revoke(
        &self,
        transport: &Transport,
        token: &AccessToken,
    ) -> Result<(), Failure> {
        let Some(revoke) = &self.revoke else { return Ok(()) };
        let mut form = String::new();
        add_pair(&mut form, "token", token.expose_secret());
        add_pair(&mut form, "token_type_hint", "access_token");
        self.exchange(transport, &REVOKE, revoke, form).await?;
        Ok(())
    }

    /// Sends a form. Returns the head and the body of a successful response.
    async fn exchange(
        &self,
        transport: &Transport,
        operation: &'static Operation,
        url: &Url,
        form: String,
    ) -> Result<(ResponseHead, Vec<u8>), Failure> {
        let unreachable = |error: NoResponse| Failure::unreachable(operation, url, error);
        let request = self.request(url, form);
        let mut response = transport.execute(operation, request).await.map_err(unreachable)?;
        let mut body = Vec::new();
        while body.len() < LIMIT {
            let chunk = response.chunk().await.map_err(|error| unreachable(error.into()))?;
            let Some(chunk) = chunk else { break };
            body.extend_from_slice(&chunk);
        }
        let status = response.status();
        let head = ResponseHead::of(operation, status, std::mem::take(response.headers_mut()));
        if status.is_success() { Ok((head, body)) } else { Err(Failure::refusal(url, head, &body)) }
    }

    /// Returns a request that is authenticated with the id and the secret.
    fn request(&self, url: &Url, mut form: String) -> Request {
        let mut request = Request::new(Method::POST, url.clone());
        *request.timeout_mut() = Some(self.timeout);
        let headers = request.headers_mut();
        if let Some(basic) = &self.basic {
            // Base64 contains only characters that are valid in a header.
            let authorization = sensitive(format!("Basic {}", basic.expose_secret())).ok();
            headers.extend(authorization.map(|value| (AUTHORIZATION, value)));
        } else {
            add_pair(&mut form, "client_id", &self.client_id);
            add_pair(&mut form, "client_secret", self.client_secret.expose_secret());
        }
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        *request.body_mut() = Some(form.into());
        request
    }
}

/// Returns an operation without a path, because the URL of the token endpoint can be outside the base URL.
const fn operation(id: &'static str) -> Operation {
    Operation { id, method: Method::POST, path: "", accept: "application/json", content_type: None }
}

/// Returns whether a token of this type is a bearer token. Apigee calls the type `BearerToken`.
fn is_bearer(kind: &str) -> bool {
    ["bearer", "bearertoken"].iter().any(|name| kind.eq_ignore_ascii_case(name))
}

fn seconds(value: &Value) -> Option<u64> {
    value.as_str().map_or_else(|| value.as_u64(), |text| text.parse().ok())
}
