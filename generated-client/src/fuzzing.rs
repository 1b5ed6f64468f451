//! Access to private parts of this crate for the fuzz targets in `tests/fuzz`.
//!
//! Only `cargo fuzz`, `tests/fuzz/run` and `tests/fuzz/rustc` set `cfg(fuzzing)`, so no other build has this module.

#![cfg(fuzzing)]

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Method, StatusCode, Url};
use serde::de::DeserializeOwned;

use crate::call::Answer;
use crate::credentials::Authenticator;
use crate::models::ExportBucketRequest;
use crate::response::ResponseHead;
use crate::retry::Retries;
use crate::runtime::{At, Operation, Validate as _};
use crate::{BodyProblem, Credentials, Error, InvalidInput, Response, RetryPolicy};

/// The access token of the client whose responses [`decode`] reads.
pub const TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl";

static OPERATION: Operation = Operation {
    id: "getThing",
    method: Method::GET,
    path: "/things/{name}",
    accept: "application/json",
    content_type: None,
};

static BASE_URL: LazyLock<Url> = LazyLock::new(|| parsed("https://localhost/things/a?b=%22c"));
static AUTHENTICATOR: LazyLock<Arc<Authenticator>> =
    LazyLock::new(|| authenticator(Credentials::access_token(TOKEN)).into());

/// Returns the values of `Authorization` that a call to `/things/a?b=%22c` sends with an API key, one after each
/// response in `answers`.
///
/// # Errors
/// Returns an error if a response ends the call.
pub fn digests(
    public_key: &str,
    private_key: &str,
    answers: impl IntoIterator<Item = reqwest::Response>,
) -> Result<Vec<Option<HeaderValue>>, Error> {
    let authenticator = authenticator(Credentials::api_key(public_key, private_key));
    let mut auth = authenticator.begin_call();
    let mut sent = Vec::new();
    for answer in answers {
        auth.on_response(&OPERATION, &answer, true)?;
        let mut request = reqwest::Request::new(Method::GET, BASE_URL.clone());
        auth.authorize(&mut request)?;
        sent.push(request.headers_mut().remove(AUTHORIZATION));
    }
    Ok(sent)
}

/// Creates the head of a response with the given headers.
#[must_use]
pub fn head(status: StatusCode, headers: HeaderMap) -> ResponseHead {
    ResponseHead::of(&OPERATION, status, headers)
}

/// Returns the wait before the retry after a response with the given head. Returns `None` if the status is not
/// transient, or if the time `left` is too short for a retry.
#[must_use]
pub fn wait(head: ResponseHead, left: Duration) -> Option<Duration> {
    let error = Error::UnexpectedBody {
        head: head.into(),
        content_type: None,
        problem: BodyProblem::Empty,
        detail: "".into(),
        excerpt: "".into(),
        body: None,
    };
    let retries = Retries::new(RetryPolicy::new());
    retries.after(&error, true, 1, left).map(|retry| retry.wait)
}

/// Decodes a response as a call does, with or without an envelope.
///
/// # Errors
/// Returns an error if the status is not 2xx, or if the body cannot be decoded.
pub fn decode<T: DeserializeOwned>(
    head: ResponseHead,
    body: Vec<u8>,
    enveloped: bool,
) -> Result<Response<T>, Error> {
    Answer::new(head, body, Arc::clone(&AUTHENTICATOR)).enveloped(enveloped).decode()
}

/// Checks a body as `send` does.
///
/// # Errors
/// Returns an error for the first value that breaks a rule.
pub fn validate(body: &ExportBucketRequest) -> Result<(), InvalidInput> {
    body.validate(At::BODY)
}

fn authenticator(credentials: Credentials) -> Authenticator {
    Authenticator::new(credentials, &BASE_URL, Duration::MAX)
        .unwrap_or_else(|error| panic!("{error}"))
}

fn parsed(url: &str) -> Url {
    url.parse().unwrap_or_else(|error| panic!("{url}: {error}"))
}
