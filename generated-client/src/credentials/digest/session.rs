//! Answers to one challenge: the nonce stays, the count goes up.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Method, Url};
use secrecy::ExposeSecret as _;

use super::ApiKey;
use super::challenge::Challenge;
use super::hash::{Hash, hex};
use crate::Error;

/// All but the characters of `attr-char` (RFC 8187, section 3.2.1).
const EXTENDED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// What follows from one challenge.
pub(super) struct Session {
    challenge: Challenge,
    /// The nonce of the challenge, until the server names another one.
    nonce: String,
    /// The same for the whole session, as the `-sess` forms need it.
    cnonce: String,
    count: u32,
}

impl Session {
    pub(super) fn new(challenge: Challenge) -> Result<Self, Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|error| {
            Error::config(format!("this machine gives no random numbers: {error}"))
        })?;
        Ok(Self::with_cnonce(challenge, hex(&bytes)))
    }

    fn with_cnonce(challenge: Challenge, cnonce: String) -> Self {
        Self { nonce: challenge.nonce.clone(), challenge, cnonce, count: 0 }
    }

    pub(super) fn nonce(&self) -> &str {
        &self.nonce
    }

    /// Goes on with the nonce that the server has named.
    pub(super) fn renew(&mut self, nonce: String) {
        self.nonce = nonce;
        self.count = 0;
    }

    /// The value of `Authorization` for the next request; none once the count has run out, so that
    /// the server is asked for another challenge.
    pub(super) fn answer(&mut self, key: &ApiKey, method: &Method, url: &Url) -> Option<String> {
        self.count = self.count.checked_add(1)?;
        let Challenge { realm, opaque, algorithm, hash, .. } = &self.challenge;
        let (count, uri) = (format!("{:08x}", self.count), target(url));
        let secret = self.secret(*hash, key);
        let asked = hash.of(&[method.as_str(), &uri]);
        let parts = [&secret, &self.nonce, &count, &self.cnonce, "auth", &asked];
        let response = hash.of(&parts);
        let mut answer = format!(
            "Digest {}, realm={}, uri={}, nonce={}, nc={count}, cnonce={}, qop=auth, \
             response={}",
            username(&key.public_key),
            quoted(realm),
            quoted(&uri),
            quoted(&self.nonce),
            quoted(&self.cnonce),
            quoted(&response),
        );
        if let Some(algorithm) = algorithm {
            answer.push_str(", algorithm=");
            answer.push_str(algorithm);
        }
        if let Some(opaque) = opaque {
            answer.push_str(", opaque=");
            answer.push_str(&quoted(opaque));
        }
        Some(answer)
    }

    /// `H(A1)` of RFC 7616, section 3.4.2.
    fn secret(&self, hash: Hash, key: &ApiKey) -> String {
        let Challenge { realm, nonce, session, .. } = &self.challenge;
        let secret = hash.of(&[&key.public_key, realm, key.private_key.expose_secret()]);
        if *session { hash.of(&[&secret, nonce, &self.cnonce]) } else { secret }
    }
}

/// The path and the query as the request line has them.
fn target(url: &Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

/// RFC 7616, section 3.4: what is not ASCII does not stand in quotes.
fn username(name: &str) -> String {
    if name.is_ascii() {
        format!("username={}", quoted(name))
    } else {
        format!("username*=UTF-8''{}", utf8_percent_encode(name, EXTENDED))
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
