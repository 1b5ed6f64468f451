//! Digest challenges: if the client sends credentials, a server with the same key accepts them.

use generated_client::fuzzing::digests;
use http::HeaderValue;
use http::header::{HeaderName, WWW_AUTHENTICATE};
use http_auth::parser::ChallengeParser;
use md5::{Digest, Md5};
use sha2::Sha256;

use crate::{assert_fit_to_show, header_values};

const AUTHENTICATION_INFO: HeaderName = HeaderName::from_static("authentication-info");
const PUBLIC_KEY: &str = "qwertyui";
const PRIVATE_KEY: &str = "0c5bd0a2-49d6-4c2f-9d56-8b1a3cbcf5c7";
const TARGET: &str = "/things/a?b=%22c";

/// Checks an input of four lines. The first two lines are the challenges in the first response. The third line is the
/// `Authentication-Info` in the second response, and the last line is the challenge in the third response.
pub fn check(data: &[u8]) {
    let mut lines = header_values(data);
    let mut next = || lines.next().flatten();
    let first = [next(), next()];
    let info = next();
    let last = next();
    let answers = [
        answer(401, &WWW_AUTHENTICATE, first.iter().flatten()),
        answer(200, &AUTHENTICATION_INFO, info.iter()),
        answer(401, &WWW_AUTHENTICATE, last.iter()),
    ];
    match digests(PUBLIC_KEY, PRIVATE_KEY, answers) {
        Ok(sent) => assert_accepted(&sent, is_told(data)),
        Err(error) => assert_fit_to_show(&error.to_string(), PRIVATE_KEY),
    }
}

fn answer<'a>(
    status: u16,
    name: &HeaderName,
    values: impl Iterator<Item = &'a HeaderValue>,
) -> reqwest::Response {
    let mut response = http::Response::builder().status(status);
    for value in values {
        response = response.header(name, value);
    }
    response.body("").expect("the response is invalid").into()
}

/// Returns whether the input contains the private key, as if the server had guessed it. The client must then respond as
/// usual, because an error would reveal that the guess is correct.
fn is_told(data: &[u8]) -> bool {
    String::from_utf8_lossy(data).replace('\\', "").contains(PRIVATE_KEY)
}

/// Asserts that a server accepts the credentials. `nc` must be one, or one more than in the previous request if that
/// request has the same nonce.
fn assert_accepted(sent: &[Option<HeaderValue>], is_told: bool) {
    let mut latest = (String::new(), 0);
    let mut session = None;
    for value in sent.iter().flatten() {
        let text = value.to_str().expect("the header is not ASCII");
        assert!(is_told || !text.contains(PRIVATE_KEY), "{text}");
        let proof = Proof::read(text);
        proof.assert_right(&mut session);
        let count = u32::from_str_radix(&proof.get("nc"), 16).expect("`nc` is not hexadecimal");
        let nonce = proof.get("nonce");
        let expected = if nonce == latest.0 { latest.1 + 1 } else { 1 };
        assert!([expected, 1].contains(&count), "{text}");
        latest = (nonce, count);
    }
}

/// The state of a session on the server: its cnonce and its key. A `-sess` algorithm derives the key from the cnonce
/// and the first nonce (RFC 7616, section 3.4.2). Later nonces do not change the key.
struct Session {
    cnonce: String,
    key: String,
}

/// The parsed credentials of a request.
struct Proof<'a>(http_auth::ChallengeRef<'a>);

impl<'a> Proof<'a> {
    fn read(text: &'a str) -> Self {
        let mut challenges = ChallengeParser::new(text);
        let proof = challenges.next().expect("the header is empty");
        let proof = proof.unwrap_or_else(|error| panic!("{error}"));
        assert!(challenges.next().is_none(), "{text}");
        assert_eq!(proof.scheme, "Digest");
        Self(proof)
    }

    /// Returns the value of a required parameter.
    fn get(&self, name: &str) -> String {
        self.find(name).unwrap_or_else(|| panic!("the credentials have no `{name}`"))
    }

    fn find(&self, name: &str) -> Option<String> {
        let mut found = self.0.params.iter().filter(|(given, _)| *given == name);
        let value = found.next().map(|(_, value)| value.to_unescaped());
        assert!(found.next().is_none(), "the credentials repeat `{name}`");
        value
    }

    /// Asserts that `response` follows from the other parameters (RFC 7616, section 3.4.1), and that `uri`,
    /// `username` and `qop` have the expected values.
    fn assert_right(&self, session: &mut Option<Session>) {
        let algorithm = self.find("algorithm").unwrap_or_else(|| "MD5".to_owned());
        let algorithm = algorithm.to_ascii_uppercase();
        let hash = if algorithm.starts_with("MD5") { hash::<Md5> } else { hash::<Sha256> };
        let (nonce, cnonce) = (self.get("nonce"), self.get("cnonce"));
        let mut key = hash(&format!("{PUBLIC_KEY}:{}:{PRIVATE_KEY}", self.get("realm")));
        if algorithm.ends_with("-SESS") {
            let first = hash(&format!("{key}:{nonce}:{cnonce}"));
            let session = match session {
                Some(session) if session.cnonce == cnonce => session,
                _ => session.insert(Session { cnonce: cnonce.clone(), key: first }),
            };
            key.clone_from(&session.key);
        }
        let asked = hash(&format!("GET:{TARGET}"));
        let response = hash(&format!("{key}:{nonce}:{}:{cnonce}:auth:{asked}", self.get("nc")));
        assert_eq!(self.get("response"), response);
        assert_eq!((self.get("uri"), self.get("username")), (TARGET.into(), PUBLIC_KEY.into()));
        assert_eq!(self.get("qop"), "auth");
    }
}

fn hash<H: Digest>(text: &str) -> String {
    H::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
