//! The parts of a response that errors show.

use serde_json::Value;

use super::Authenticator;
use crate::{json, text};

impl Authenticator {
    /// Returns the beginning of a text on one line, without secrets and the contents of PEM blocks.
    pub(crate) fn excerpt(&self, text: &str) -> Box<str> {
        text::one_line(&text::without_pem(&self.redact(text)), text::EXCERPT).into()
    }

    /// Removes the secrets from every string and every key of a value.
    pub(crate) fn redact_json(&self, mut value: Value) -> Value {
        json::map_strings(&mut value, &|text| self.redact(text));
        value
    }
}
