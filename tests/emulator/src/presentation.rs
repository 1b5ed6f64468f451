//! The query parameters `envelope` and `pretty`.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::parameters;

/// The form of a response or an error. Any value other than `true` is treated as `false`. Invalid values are not
/// reported here, because the validation of parameters rejects them later.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Presentation {
    pub(crate) envelope: bool,
    pretty: bool,
}

impl Presentation {
    pub(crate) fn of(query: Option<&str>) -> Self {
        let pairs = parameters::pairs(query.unwrap_or_default());
        let asked = |flag: &str| pairs.iter().any(|(name, value)| name == flag && value == "true");
        Self { envelope: asked("envelope"), pretty: asked("pretty") }
    }

    pub(crate) fn text(self, status: StatusCode, body: Value) -> String {
        let body = if self.envelope { envelop(status, body) } else { body };
        if self.pretty { format!("{body:#}\n") } else { body.to_string() }
    }
}

/// Wraps a single object in an envelope. A list, which has `results`, is not wrapped but gets a
/// `status`.
fn envelop(status: StatusCode, body: Value) -> Value {
    let status = status.as_u16();
    match body {
        Value::Object(mut list) if list.contains_key("results") => {
            list.insert("status".to_owned(), status.into());
            list.into()
        }
        content => json!({ "status": status, "content": content }),
    }
}
