//! Text that must not appear in logs.

use std::fmt;
use std::hash::{Hash, Hasher};

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Nullable;

/// Secret text in a request or a response, such as a password. In the OpenAPI document, this is a string with the
/// format `password`.
///
/// `Debug` and errors about invalid input do not show the text, and there is no `Display`. When a `Secret` is dropped,
/// its memory is wiped. The copies in the bodies of requests and responses are not wiped.
/// [`expose_secret`](Self::expose_secret) returns the text. Serializing a `Secret` writes the text, so do not write
/// serialized models to a log. If a response is not valid JSON, for example because it is cut off, the error shows the
/// beginning of the response. This excerpt can include the text. [`Error::body`](crate::Error::body) and an error
/// message from the server can also include the text.
///
/// Constructors and setters accept a `&str`, a `String` or a [`SecretString`]. A `Secret` converts to a
/// [`SecretString`], so the constructors of [`Credentials`](crate::Credentials) accept it.
///
/// ```
/// use generated_client::Secret;
///
/// let password = Secret::from("correct horse");
/// assert_eq!(format!("{password:?}"), "Secret([redacted])");
/// assert_eq!(password.expose_secret(), "correct horse");
/// ```
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Returns the text.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        self.0.expose_secret()
    }
}

/// Does not show the text.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose_secret() == other.expose_secret()
    }
}

impl Eq for Secret {}

impl Hash for Secret {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.expose_secret().hash(state);
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<SecretString> for Secret {
    fn from(text: SecretString) -> Self {
        Self(text)
    }
}

impl From<Secret> for SecretString {
    fn from(secret: Secret) -> Self {
        secret.0
    }
}

impl From<&str> for Nullable<Secret> {
    fn from(text: &str) -> Self {
        Self::Value(text.into())
    }
}

impl From<String> for Nullable<Secret> {
    fn from(text: String) -> Self {
        Self::Value(text.into())
    }
}

impl From<SecretString> for Nullable<Secret> {
    fn from(text: SecretString) -> Self {
        Self::Value(text.into())
    }
}

/// Writes the text.
impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose_secret())
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::runtime::{At, check};

    #[test]
    fn a_secret_is_encoded_as_its_text() {
        let secret: Secret = serde_json::from_value(json!("a\n")).unwrap();
        assert_eq!(secret, "a\n".into());
        assert_eq!(json!(secret), json!("a\n"));
    }

    #[test]
    fn debug_and_errors_do_not_show_the_text() {
        let secret = Secret::from("hunter2");
        assert_eq!(format!("{:?}", Some(&secret)), "Some(Secret([redacted]))");
        let at = At::parameter("password");
        assert_eq!(
            check::length(at, &secret, 8..).unwrap_err().to_string(),
            "invalid `password`: has 7 characters, expected at least 8"
        );
        assert_eq!(
            check::pattern(at, &Some(secret.clone()), "^[a-z]*$").unwrap_err().to_string(),
            "invalid `password`: must match `^[a-z]*$`"
        );
        assert_eq!(
            check::pattern(at, &Nullable::Value(secret.clone()), "^[a-z]*$")
                .unwrap_err()
                .to_string(),
            "invalid `password`: must match `^[a-z]*$`"
        );
        let error = check::unique(at, &vec![secret.clone(), secret]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "invalid `password[1]`: equals item 0, but items must be unique"
        );
        assert_eq!(error.value(), None);
        assert_eq!(check::length(at, &None::<Secret>, 8..), Ok(()));
    }

    #[test]
    fn a_nullable_field_accepts_text() {
        let value = Nullable::Value(Secret::from("a"));
        assert_eq!(Nullable::<Secret>::from("a"), value);
        assert_eq!(Nullable::<Secret>::from("a".to_owned()), value);
        assert_eq!(Nullable::<Secret>::from(SecretString::from("a")), value);
        assert_eq!(Nullable::<Secret>::from(None), Nullable::Null);
    }
}
