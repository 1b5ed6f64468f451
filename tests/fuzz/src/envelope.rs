//! Responses: an enveloped response decodes like a plain one, and an error fits on one line and
//! does not show the token.

use std::fmt::Debug;

use generated_client::fuzzing::{TOKEN, decode, head};
use generated_client::models::{ExportBucket, PaginatedExportJobs};
use generated_client::{Error, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::assert_fit_to_show;

const STATUSES: [u16; 4] = [200, 404, 429, 503];

/// A byte of the input that is replaced with the token, so that responses can echo the token.
const ECHO: u8 = 0x01;

/// Checks an input: a byte that selects the status and the type of the response, then the body.
pub fn check(data: &[u8]) {
    let Some((choice, body)) = data.split_first() else { return };
    let status = STATUSES[usize::from(choice & 3)];
    let body = body.iter().flat_map(|byte| match *byte {
        ECHO => TOKEN.as_bytes().to_vec(),
        byte => vec![byte],
    });
    let body: Vec<u8> = body.collect();
    match choice >> 2 & 3 {
        0 => check_as::<PaginatedExportJobs>(status, &body),
        1 => check_as::<ExportBucket>(status, &body),
        _ => check_as::<Value>(status, &body),
    }
}

fn check_as<T: DeserializeOwned + Debug>(status: u16, body: &[u8]) {
    for enveloped in [false, true] {
        assert_in_order(&read::<T>(status, body, enveloped));
    }
    if let Ok(value) = serde_json::from_slice(body)
        && means_itself(&value, status)
    {
        // The client parses the content of an envelope, so of repeated properties, only the last one remains.
        let text = value.to_string();
        let wrapped = format!(r#"{{"status":{status},"content":{text}}}"#);
        // The envelope adds a level, and serde_json limits their number.
        if serde_json::from_str::<Value>(&wrapped).is_err() {
            return;
        }
        let wrapped = read::<T>(200, wrapped.as_bytes(), true);
        assert_eq!(
            format!("{wrapped:?}"),
            format!("{:?}", read::<T>(status, text.as_bytes(), false))
        );
    }
}

/// Returns whether the client does not already read the value as an envelope. Errors may arrive in an envelope even if
/// the request did not set `envelope`. `null` is not valid content for an envelope.
fn means_itself(value: &Value, status: u16) -> bool {
    !value.is_null() && (status == 200 || value.get("content").is_none())
}

fn read<T: DeserializeOwned>(
    status: u16,
    body: &[u8],
    enveloped: bool,
) -> Result<Response<T>, Error> {
    let json = (CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let status = StatusCode::from_u16(status).expect("the status is invalid");
    decode(head(status, HeaderMap::from_iter([json])), body.to_vec(), enveloped)
}

fn assert_in_order<T>(outcome: &Result<Response<T>, Error>) {
    match outcome {
        Ok(response) => assert!(response.status().is_success()),
        Err(error) => {
            assert_fit_to_show(&error.to_string(), TOKEN);
            assert_fit_to_show(&format!("{error:?}"), TOKEN);
        }
    }
}
