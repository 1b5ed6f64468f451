//! What lets a request in.

mod authenticator;

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

pub(crate) use self::authenticator::{Authenticator, Challenged, Proofs};
use crate::Error;

/// Who is calling.
///
/// Secrets are wiped from memory when dropped, and neither `Debug` nor any error shows them.
#[derive(Clone)]
pub struct Credentials(Kind);

#[derive(Clone)]
enum Kind {
    AccessToken(SecretString),
}

impl Credentials {
    /// An access token that the caller already has, such as one issued to a service account.
    ///
    /// [`Client::new`](crate::Client::new) refuses a token that is not of the form that RFC 6750,
    /// section 2.1, gives it.
    #[must_use]
    pub fn access_token(token: impl Into<String>) -> Self {
        Self(Kind::AccessToken(SecretString::from(token.into())))
    }

    /// Says what is wrong with them, before any request does.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let Kind::AccessToken(token) = &self.0;
        let body = token.expose_secret().trim_end_matches('=');
        if body.is_empty() {
            return Err(Error::config("the access token is empty: give the one that Atlas issued"));
        }
        match body.chars().zip(1..).find(|(character, _)| !is_token_character(*character)) {
            None => Ok(()),
            Some((_, position)) => Err(Error::config(format!(
                "the access token has a character at position {position} that no token has: it may \
                 hold letters, digits and -._~+/, then = (look for a quote, a space, a line break)"
            ))),
        }
    }
}

/// The characters of `b64token`.
const fn is_token_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '.' | '_' | '~' | '+' | '/')
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::AccessToken(_) => f.write_str("Credentials::AccessToken([redacted])"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_is_none_is_refused_without_being_shown() {
        for token in
            ["", "==", "secret\n", "secret\r\nX-Other: 1", "\"secret\"", "se=cret", "sécret"]
        {
            let error = Credentials::access_token(token).check().unwrap_err();
            assert!(error.to_string().contains("the access token"), "{error}");
            assert!(!format!("{error} {error:?}").contains("secret"));
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", Credentials::access_token("secret"));
        assert_eq!(shown, "Credentials::AccessToken([redacted])");
    }
}
