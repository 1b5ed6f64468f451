//! Checks credentials before any request is sent.

use std::collections::BTreeMap;

use secrecy::ExposeSecret as _;

use super::{Credentials, Part, SchemeKind, characters};
use crate::Error;

impl Credentials {
    /// Checks whether the credentials can be used.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`] if the credentials cannot be used. The error gives the reason and contains no secret.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let mut places: BTreeMap<String, &str> = BTreeMap::new();
        for part in &self.parts {
            if let Some(fault) = fault(part) {
                return Err(Error::config(format!("`{}`: {fault}", part.scheme.name)));
            }
            if let Some(other) = places.insert(place(part.scheme.kind), part.scheme.name) {
                return Err(Error::config(format!(
                    "the credentials `{other}` and `{}` cannot be combined, because both are sent as the {}: \
                     build a client for each",
                    part.scheme.name,
                    place(part.scheme.kind)
                )));
            }
        }
        Ok(())
    }
}

/// Returns where a request carries the credentials. A request cannot carry two credentials in the same place.
fn place(kind: SchemeKind) -> String {
    match kind {
        SchemeKind::Header(name) => format!("header `{}`", name.to_ascii_lowercase()),
        SchemeKind::Query(name) => format!("query parameter `{name}`"),
        SchemeKind::Cookie(name) => format!("cookie `{name}`"),
        SchemeKind::Bearer
        | SchemeKind::Basic
        | SchemeKind::Digest
        | SchemeKind::ClientCredentials { .. } => "header `authorization`".to_owned(),
    }
}

const NO_COLON: &str = "no colons and no control characters, such as line breaks";
const NO_CONTROL: &str = "no control characters, such as line breaks";

fn fault(part: &Part) -> Option<String> {
    let secret = part.secret.expose_secret();
    // The username ends at the first colon (RFC 7617, section 2, and RFC 7616, section 3.4).
    let bad = |it: char| it.is_control() || it == ':';
    match part.scheme.kind {
        SchemeKind::Bearer => characters::token(secret),
        SchemeKind::Header(_) => {
            let bad = |it: char| !it.is_ascii_graphic() && it != ' ';
            characters::not_empty("key", secret, bad, "printable ASCII characters")
        }
        SchemeKind::Query(_) | SchemeKind::Cookie(_) => {
            characters::not_empty("key", secret, char::is_control, NO_CONTROL)
        }
        // The username or the password may be empty, because some APIs expect a key in one of them and nothing in the
        // other.
        SchemeKind::Basic if part.id.is_empty() && secret.is_empty() => {
            Some("the username and the password are empty".to_owned())
        }
        SchemeKind::Basic => characters::invalid("username", &part.id, bad, NO_COLON)
            .or_else(|| characters::invalid("password", secret, char::is_control, NO_CONTROL)),
        SchemeKind::Digest => characters::not_empty("username", &part.id, bad, NO_COLON)
            .or_else(|| characters::not_empty("password", secret, char::is_control, NO_CONTROL)),
        SchemeKind::ClientCredentials { .. } => {
            characters::not_empty("client id", &part.id, char::is_control, NO_CONTROL)
                .or_else(|| characters::not_empty("client secret", secret, char::is_control, NO_CONTROL))
                .or_else(|| characters::token(part.oauth.token.as_ref()?.expose_secret()))
                .or_else(|| part.oauth.parameters.keys().find_map(|name| reserved(name)))
        }
    }
}

/// Returns the error text for a token parameter that the client itself sets.
fn reserved(name: &str) -> Option<String> {
    matches!(name, "client_id" | "client_secret").then(|| {
        format!(
            "`{name}` cannot be a token parameter, because requests for tokens already contain the client id and the \
             client secret: to send them in the form, call `Credentials::with_secret_in_form`"
        )
    })
}
