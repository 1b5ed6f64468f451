//! Digest sessions: answers to one challenge with an increasing nonce count.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Method, Url};
use secrecy::{ExposeSecret as _, SecretString};

use super::challenge::Challenge;
use super::hash::hex;
use crate::Error;

/// All characters except `attr-char` (RFC 8187, section 3.2.1).
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

/// The public key and the private key that form an API key.
pub(super) struct KeyPair {
    pub(super) public_key: String,
    pub(super) private_key: SecretString,
}

/// The state for answering one challenge repeatedly.
pub(super) struct Session {
    challenge: Challenge,
    /// The nonce of the challenge, or the latest nonce that the server has sent since.
    nonce: String,
    /// The client nonce, which is constant within a session, as the `-sess` algorithms require.
    cnonce: String,
    /// `H(A1)` of RFC 7616, section 3.4.2, which is constant within a session.
    secret: SecretString,
    count: u32,
}

impl Session {
    pub(super) fn new(challenge: Challenge, key: &KeyPair) -> Result<Self, Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|error| {
            Error::config_in_attempt(format!(
                "cannot get random numbers from the operating system: {error}"
            ))
        })?;
        Ok(Self::with_cnonce(challenge, key, hex(&bytes)))
    }

    fn with_cnonce(challenge: Challenge, key: &KeyPair, cnonce: String) -> Self {
        let secret = secret(&challenge, key, &cnonce).into();
        Self { nonce: challenge.nonce.clone(), challenge, cnonce, secret, count: 0 }
    }

    pub(super) fn nonce(&self) -> &str {
        &self.nonce
    }

    /// Continues the session with a new nonce from the server.
    pub(super) fn renew(&mut self, nonce: String) {
        self.nonce = nonce;
        self.count = 0;
    }

    /// Returns the value of `Authorization` for the next request, or `None` if the nonce count is
    /// exhausted and a new challenge is needed.
    pub(super) fn answer(&mut self, key: &KeyPair, method: &Method, url: &Url) -> Option<String> {
        self.count = self.count.checked_add(1)?;
        let Challenge { realm, opaque, algorithm, hash, .. } = &self.challenge;
        let (count, uri) = (format!("{:08x}", self.count), target(url));
        let asked = hash.of(&[method.as_str(), &uri]);
        let secret = self.secret.expose_secret();
        let response = hash.of(&[secret, &self.nonce, &count, &self.cnonce, "auth", &asked]);
        let mut answer = Parameters::new();
        answer.username(&key.public_key);
        answer.quoted("realm", realm);
        answer.quoted("uri", &uri);
        answer.quoted("nonce", &self.nonce);
        answer.plain("nc", &count);
        answer.quoted("cnonce", &self.cnonce);
        answer.plain("qop", "auth");
        answer.quoted("response", &response);
        if let Some(algorithm) = algorithm {
            answer.plain("algorithm", algorithm);
        }
        if let Some(opaque) = opaque {
            answer.quoted("opaque", opaque);
        }
        Some(answer.0)
    }
}

/// Computes `H(A1)` of RFC 7616, section 3.4.2.
fn secret(challenge: &Challenge, key: &KeyPair, cnonce: &str) -> String {
    let Challenge { realm, nonce, hash, session, .. } = challenge;
    let secret = hash.of(&[&key.public_key, realm, key.private_key.expose_secret()]);
    if *session { hash.of(&[&secret, nonce, cnonce]) } else { secret }
}

/// Returns the path and the query, as in the request line.
fn target(url: &Url) -> String {
    match url.query() {
        Some(query) => [url.path(), "?", query].concat(),
        None => url.path().to_owned(),
    }
}

/// Builds a value of `Authorization`.
struct Parameters(String);

impl Parameters {
    fn new() -> Self {
        // This capacity is sufficient for most values.
        Self(String::with_capacity(512))
    }

    fn plain(&mut self, name: &str, value: &str) {
        self.begin(name);
        self.0.push_str(value);
    }

    fn quoted(&mut self, name: &str, value: &str) {
        self.begin(name);
        self.0.push('"');
        if value.contains('"') || value.contains('\\') {
            self.0.push_str(&value.replace('\\', r"\\").replace('"', r#"\""#));
        } else {
            self.0.push_str(value);
        }
        self.0.push('"');
    }

    /// Writes the username. A non-ASCII name needs the extended notation (RFC 7616, section 3.4).
    fn username(&mut self, name: &str) {
        if name.is_ascii() {
            self.quoted("username", name);
        } else {
            self.begin("username*");
            self.0.push_str("UTF-8''");
            self.0.extend(utf8_percent_encode(name, EXTENDED));
        }
    }

    fn begin(&mut self, name: &str) {
        self.0.push_str(if self.0.is_empty() { "Digest " } else { ", " });
        self.0.push_str(name);
        self.0.push('=');
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};

    use super::*;

    /// The client nonce of the example in RFC 7616, section 3.9.1.
    const CNONCE: &str = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";

    fn session(algorithm: &str) -> (Session, KeyPair) {
        let challenge = format!(
            "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", \
             algorithm={algorithm}, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", \
             opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""
        );
        let headers = HeaderMap::from_iter([(WWW_AUTHENTICATE, challenge.parse().unwrap())]);
        let challenge = Challenge::strongest(&headers).unwrap().unwrap();
        let key = KeyPair { public_key: "Mufasa".into(), private_key: "Circle of Life".into() };
        (Session::with_cnonce(challenge, &key, CNONCE.to_owned()), key)
    }

    fn answer((session, key): &mut (Session, KeyPair), url: &str) -> String {
        session.answer(key, &Method::GET, &url.parse().unwrap()).unwrap()
    }

    fn mufasa(session: &mut (Session, KeyPair)) -> String {
        answer(session, "http://www.example.org/dir/index.html")
    }

    #[test]
    fn responses_match_the_examples_of_the_rfc() {
        // The RFC has no examples of the `-sess` algorithms. An independent program computed the values for these
        // algorithms from the RFC's formula.
        for (algorithm, response) in [
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
            ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
            ("MD5-sess", "e783283f46242139c486a698fec7211d"),
            ("SHA-256-sess", "2fd51b3a77ad75bad6afad6003e818d767133c46d9e2749e7f5232ae1ea3efd7"),
        ] {
            assert_eq!(
                mufasa(&mut session(algorithm)),
                format!(
                    "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", \
                     uri=\"/dir/index.html\", \
                     nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc=00000001, \
                     cnonce=\"{CNONCE}\", qop=auth, response=\"{response}\", \
                     algorithm={algorithm}, \
                     opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""
                )
            );
        }
    }

    #[test]
    fn the_nonce_count_increases_and_restarts_with_a_new_nonce() {
        let mut session = session("MD5");
        mufasa(&mut session);
        assert!(mufasa(&mut session).contains("nc=00000002"));
        session.0.renew("next".to_owned());
        let answer = mufasa(&mut session);
        assert!(answer.contains("nonce=\"next\", nc=00000001"), "{answer}");
    }

    #[test]
    fn the_session_key_survives_a_new_nonce() {
        let mut session = session("MD5-sess");
        mufasa(&mut session);
        session.0.renew("next".to_owned());
        let answer = mufasa(&mut session);
        assert!(answer.contains("response=\"024890dca8a922796bd6a8324bc748c2\""), "{answer}");
    }

    #[test]
    fn an_exhausted_nonce_count_needs_a_new_challenge() {
        let (mut session, key) = session("MD5");
        session.count = u32::MAX;
        let url = "https://localhost".parse().unwrap();
        assert_eq!(session.answer(&key, &Method::GET, &url), None);
    }

    #[test]
    fn the_query_is_authenticated() {
        let answer = answer(&mut session("MD5"), "https://localhost/x/?a=%22&b=c+d");
        assert!(answer.contains("uri=\"/x/?a=%22&b=c+d\""), "{answer}");
    }

    #[test]
    fn usernames_are_escaped() {
        for (name, parameter) in [
            (r#"a"b\c"#, r#"username="a\"b\\c""#),
            // The example of RFC 7616, section 3.9.2.
            ("Jäsøn Doe", "username*=UTF-8''J%C3%A4s%C3%B8n%20Doe"),
        ] {
            let mut answer = Parameters::new();
            answer.username(name);
            assert_eq!(answer.0, format!("Digest {parameter}"));
        }
    }
}
