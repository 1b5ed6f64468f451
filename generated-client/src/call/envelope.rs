//! The envelope around a response, which repeats the status in the body.

use reqwest::StatusCode;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::json;

/// The envelope around a response. A list is not wrapped, but has an additional `status`.
#[derive(Default, Deserialize)]
pub(super) struct Envelope {
    status: Option<u16>,
    pub(super) content: Option<Value>,
    error: Option<IgnoredAny>,
    #[serde(rename = "errorCode")]
    error_code: Option<IgnoredAny>,
}

impl Envelope {
    /// Returns the envelope around `body`, or an empty envelope if there is none.
    pub(super) fn around(body: &[u8]) -> Self {
        let text = std::str::from_utf8(body).ok();
        text.and_then(|text| json::from_str(text).ok()).unwrap_or_default()
    }

    /// Returns whether the object is an error itself. Such an object can also have the properties of an envelope.
    pub(super) const fn is_error(&self) -> bool {
        self.error.is_some() || self.error_code.is_some()
    }

    pub(super) fn status(&self) -> Option<StatusCode> {
        self.status.and_then(|status| StatusCode::from_u16(status).ok())
    }
}
