//! The parts of a response that errors show.

use serde_json::Value;

use super::Authenticator;
use super::redaction::redact;
use crate::{json, text};

/// The maximum number of bytes of a body that an error keeps.
pub(crate) const KEPT: usize = 64 * 1024;

impl Authenticator {
    /// Returns the first [`KEPT`] bytes of a text, without secrets that the server may have echoed.
    pub(crate) fn redact(&self, text: &str) -> String {
        redact(text, &self.secrets(), KEPT)
    }

    /// Returns the beginning of a text on one line, without secrets or the contents of PEM blocks.
    pub(crate) fn excerpt(&self, text: &str) -> Box<str> {
        text::one_line(&text::without_pem(&self.redact(text)), text::EXCERPT).into()
    }

    /// Removes the secrets from every string and every key of a value.
    pub(crate) fn redact_json(&self, mut value: Value) -> Value {
        let secrets = self.secrets();
        json::map_strings(&mut value, &|text| redact(text, &secrets, usize::MAX));
        value
    }
}
