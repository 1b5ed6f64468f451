//! The effects of faults on the usual response.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    http::header,
    response::Response,
};
use futures_util::stream;
use serde_json::{Value, json};

use super::Fault;
use crate::connection::Connection;

/// The names of the response properties that are enums in the spec.
const ENUMS: [&str; 2] = ["cloudProvider", "state"];

impl Fault {
    /// Applies the fault to the usual response.
    pub(crate) async fn spoil(self, mut response: Response, connection: &Connection) -> Response {
        match self {
            Self::None
            | Self::StaleNonce
            | Self::HostileChallenge
            | Self::RevokedToken
            | Self::ExpiredToken
            | Self::EnvelopedError(_)
            | Self::Answer { .. } => response,
            Self::UnknownFields => edited(response, add_fields).await,
            Self::UnknownValues => edited(response, replace_values).await,
            Self::Delay(time) => {
                tokio::time::sleep(time).await;
                response
            }
            Self::Reset => {
                connection.reset();
                response
            }
            Self::CutOff(count) => cut_off(response, count).await,
            Self::Trickle(pause) => trickle(response, pause).await,
            Self::Header(name, value) => {
                response.headers_mut().insert(name, value);
                response
            }
        }
    }
}

/// Reads the complete body and sets `Content-Length`, so that clients notice a truncated body.
async fn announced(response: Response) -> (Response<()>, Bytes) {
    let (head, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let mut head = Response::from_parts(head, ());
    head.headers_mut().insert(header::CONTENT_LENGTH, bytes.len().into());
    (head, bytes)
}

async fn cut_off(response: Response, count: usize) -> Response {
    let (head, bytes) = announced(response).await;
    let start = bytes.slice(..count.min(bytes.len()));
    let body = stream::unfold(Some(start), |start| async {
        if let Some(start) = start {
            return Some((Ok(start), None));
        }
        // Gives the sent bytes time to reach the client before the connection ends.
        tokio::time::sleep(Duration::from_millis(20)).await;
        Some((Err(std::io::Error::other("cut off on demand")), None))
    });
    head.map(|()| Body::from_stream(body))
}

async fn trickle(response: Response, pause: Duration) -> Response {
    let (head, bytes) = announced(response).await;
    let body = stream::unfold(bytes, move |mut bytes| async move {
        if bytes.is_empty() {
            return None;
        }
        // Even a sleep of zero can take a millisecond.
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        let byte = bytes.split_to(1);
        Some((Ok::<_, std::io::Error>(byte), bytes))
    });
    head.map(|()| Body::from_stream(body))
}

/// Edits the body of a response if it is JSON.
async fn edited(response: Response, edit: impl Fn(&mut Value)) -> Response {
    let (head, bytes) = announced(response).await;
    let body = serde_json::from_slice::<Value>(&bytes).map(|mut body| {
        edit(&mut body);
        Bytes::from(body.to_string())
    });
    let body = body.unwrap_or(bytes);
    let (mut head, ()) = head.into_parts();
    head.headers.insert(header::CONTENT_LENGTH, body.len().into());
    Response::from_parts(head, Body::from(body))
}

/// Adds a field to every object.
fn add_fields(value: &mut Value) {
    for part in parts(value) {
        add_fields(part);
    }
    if let Value::Object(fields) = value {
        fields.insert("addedLater".to_owned(), json!({ "of": ["any", 1, null] }));
    }
}

/// Replaces the value of every property in [`ENUMS`] with an unknown value.
fn replace_values(value: &mut Value) {
    if let Value::Object(fields) = value {
        for name in ENUMS {
            if let Some(value) = fields.get_mut(name) {
                *value = "ADDED_LATER".into();
            }
        }
    }
    for part in parts(value) {
        replace_values(part);
    }
}

/// Returns the values in an array or an object.
fn parts(value: &mut Value) -> Vec<&mut Value> {
    match value {
        Value::Array(items) => items.iter_mut().collect(),
        Value::Object(fields) => fields.values_mut().collect(),
        _ => Vec::new(),
    }
}
