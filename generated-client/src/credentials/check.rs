//! Checks of credentials before the first request.

use secrecy::{ExposeSecret, SecretString};

use super::{Credentials, Kind, characters};
use crate::Error;
use crate::environment::{CLIENT_ID, CLIENT_SECRET};

/// The common prefix of service account ids and secrets.
const SERVICE_ACCOUNT: &str = "mdb_sa_";
const SERVICE_ACCOUNT_ID: &str = "mdb_sa_id_";
const SERVICE_ACCOUNT_SECRET: &str = "mdb_sa_sk_";

impl Credentials {
    /// Checks the form of the credentials, without a request.
    ///
    /// # Errors
    /// Returns [`Error::Config`] if the credentials cannot be used. The message gives the reason and contains no
    /// secret.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let fault = match &self.kind {
            Kind::AccessToken(token) => characters::token(token.expose_secret()),
            Kind::ServiceAccount { client_id, client_secret } => {
                service_account(client_id, client_secret).or_else(|| {
                    let token = self.token.as_ref()?;
                    characters::token(token.expose_secret())
                })
            }
            Kind::ApiKey { public_key, private_key } => api_key(public_key, private_key),
        };
        match fault.or_else(|| self.misplaced_token()) {
            None => Ok(()),
            Some(fault) => Err(Error::config(fault)),
        }
    }

    fn misplaced_token(&self) -> Option<String> {
        let other = !matches!(self.kind, Kind::ServiceAccount { .. });
        (other && self.token.is_some()).then(|| {
            "`with_token` needs a service account: for a token that the client must not renew, use \
             `Credentials::access_token`"
                .into()
        })
    }
}

fn service_account(id: &str, secret: &SecretString) -> Option<String> {
    let secret = secret.expose_secret();
    if id.starts_with(SERVICE_ACCOUNT_SECRET) || secret.starts_with(SERVICE_ACCOUNT_ID) {
        return Some("the client id and the client secret are swapped".into());
    }
    // RFC 7617, section 2: the id ends at the first colon.
    characters::not_empty(
        "client id",
        id,
        |it| !it.is_ascii_graphic() || it == ':',
        "printable ASCII characters without spaces, line breaks or colons",
    )
    .or_else(|| {
        characters::not_empty(
            "client secret",
            secret,
            |it| !it.is_ascii_graphic(),
            "printable ASCII characters without spaces or line breaks",
        )
    })
}

fn api_key(public_key: &str, private_key: &SecretString) -> Option<String> {
    if public_key.starts_with(SERVICE_ACCOUNT) {
        return Some(format!(
            "the public key belongs to a service account: pass the client id and the client secret to \
             `Credentials::service_account`, or set `{CLIENT_ID}` and `{CLIENT_SECRET}`"
        ));
    }
    // RFC 7616, section 3.4: the username ends at the first colon.
    characters::not_empty(
        "public key",
        public_key,
        |it| it.is_control() || it == ':',
        "no colons and no control characters, such as line breaks",
    )
    .or_else(|| {
        characters::not_empty(
            "private key",
            private_key.expose_secret(),
            char::is_control,
            "no control characters, such as line breaks",
        )
    })
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::AccessToken;

    fn fault(credentials: &Credentials) -> String {
        let error = credentials.check().unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
        error.to_string()
    }

    #[test]
    fn an_invalid_token_is_rejected_without_being_shown() {
        for token in [
            "",
            " ",
            "hunter2\n",
            "hunter2\r\nX: 1",
            "\"hunter2\"",
            "'hunter2'",
            "a hunter2",
            "éhunter2",
        ] {
            let error = fault(&Credentials::access_token(token));
            assert!(error.contains("the access token"), "{error}");
            let token = AccessToken::new(token, SystemTime::now());
            let error = fault(&Credentials::service_account("id", "secret").with_token(token));
            assert!(error.contains("the access token"), "{error}");
        }
    }

    #[test]
    fn each_half_of_a_pair_is_checked() {
        for (id, secret, expected) in [
            ("", "hunter2", "the client id is empty"),
            ("id", "", "the client secret is empty"),
            (
                "i d",
                "hunter2",
                "position 2: expected printable ASCII characters without spaces, line breaks or colons",
            ),
            ("id\u{7}", "hunter2", "the client id has an invalid character at position 3"),
            ("mdb_sa_id_a:b", "hunter2", "the client id has an invalid character at position 12"),
            ("id", "hunter2\n", "the client secret has an invalid character at position 8"),
            ("mdb_sa_sk_hunter2", "x", "are swapped"),
            ("hunter2", "mdb_sa_id_x", "are swapped"),
        ] {
            let error = fault(&Credentials::service_account(id, secret));
            assert!(error.contains(expected), "{error}");
        }
        for (public, private, expected) in [
            ("", "hunter2", "the public key is empty"),
            ("key", "", "the private key is empty"),
            ("a:b", "hunter2", "the public key has an invalid character at position 2"),
            ("key", "hunter2\n", "position 8: expected no control characters, such as line breaks"),
            (
                "mdb_sa_id_x",
                "hunter2",
                "`MONGODB_ATLAS_CLIENT_ID` and `MONGODB_ATLAS_CLIENT_SECRET`",
            ),
        ] {
            let error = fault(&Credentials::api_key(public, private));
            assert!(error.contains(expected), "{error}");
        }
        assert!(Credentials::api_key("kéy", "pass: wörd").check().is_ok());
        assert!(Credentials::service_account("mdb_sa_id_a", "mdb_sa_sk_a:b%41").check().is_ok());
    }

    #[test]
    fn a_token_can_be_added_only_to_a_service_account() {
        let token = AccessToken::new("token", SystemTime::now());
        for credentials in [Credentials::access_token("a"), Credentials::api_key("a", "b")] {
            let error = fault(&credentials.with_token(token.clone()));
            assert!(error.contains("needs a service account"), "{error}");
        }
    }
}
