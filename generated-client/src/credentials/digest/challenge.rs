//! What the server asks to be proved.

use http_auth::parser::ChallengeParser;
use http_auth::{ChallengeRef, ParamValue};
use reqwest::header::{HeaderMap, HeaderName, WWW_AUTHENTICATE};

use super::hash::Hash;
use crate::Error;
use crate::runtime::text::{EXCERPT, one_line};

const AUTHENTICATION_INFO: HeaderName = HeaderName::from_static("authentication-info");

/// A challenge that can be answered (RFC 7616, section 3.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Challenge {
    pub(super) realm: String,
    pub(super) nonce: String,
    pub(super) opaque: Option<String>,
    /// The name of the algorithm as the server wrote it; an answer repeats it.
    pub(super) algorithm: Option<String>,
    pub(super) hash: Hash,
    /// A form whose name ends in `-sess`.
    pub(super) session: bool,
    pub(super) stale: bool,
}

impl Challenge {
    /// The digest challenge with the strongest hash; none if there is no digest challenge.
    ///
    /// # Errors
    /// [`Error::Authentication`] if there are some, but none that can be answered.
    pub(super) fn strongest(headers: &HeaderMap) -> Result<Option<Self>, Error> {
        let mut best: Option<Self> = None;
        let mut fault = None;
        for value in headers.get_all(WWW_AUTHENTICATE) {
            let text = String::from_utf8_lossy(value.as_bytes());
            for challenge in digests(&text) {
                match challenge.and_then(|challenge| Self::read(&challenge)) {
                    Ok(challenge) if best.as_ref().is_none_or(|it| it.hash < challenge.hash) => {
                        best = Some(challenge);
                    }
                    Ok(_) => {}
                    Err(problem) => fault = fault.or(Some(problem)),
                }
            }
        }
        match (best, fault) {
            (None, Some(fault)) => Err(Error::Authentication {
                head: None,
                problem: format!(
                    "the API key cannot be proved: {fault}; check the base URL, and proxies on \
                     the way, or use a service account"
                )
                .into(),
            }),
            (best, _) => Ok(best),
        }
    }

    fn read(challenge: &ChallengeRef<'_>) -> Result<Self, String> {
        let text = |name| parameter(challenge, name).map(ParamValue::to_unescaped);
        let required =
            |name| text(name).ok_or_else(|| format!("the digest challenge has no {name}"));
        let qop = required("qop")?;
        if !qop.split(',').any(|quality| quality.trim().eq_ignore_ascii_case("auth")) {
            return Err(format!("the digest challenge asks for qop={}", one_line(&qop, EXCERPT)));
        }
        let algorithm = text("algorithm");
        let (hash, session) = hash(algorithm.as_deref().unwrap_or("MD5"))?;
        Ok(Self {
            realm: required("realm")?,
            nonce: required("nonce")?,
            opaque: text("opaque"),
            algorithm,
            hash,
            session,
            stale: text("stale").is_some_and(|stale| stale.eq_ignore_ascii_case("true")),
        })
    }
}

/// The nonce that the server wants next, if it names one.
pub(super) fn next_nonce(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHENTICATION_INFO)?.to_str().ok()?;
    // The header is the list of parameters of a challenge without its scheme.
    let text = format!("Digest {value}");
    let challenge = ChallengeParser::new(&text).next()?.ok()?;
    parameter(&challenge, "nextnonce").map(ParamValue::to_unescaped)
}

/// The digest challenges of a header's value, up to the first place that cannot be read.
fn digests(text: &str) -> impl Iterator<Item = Result<ChallengeRef<'_>, String>> {
    ChallengeParser::new(text).filter_map(|challenge| match challenge {
        Ok(challenge) => challenge.scheme.eq_ignore_ascii_case("digest").then_some(Ok(challenge)),
        Err(_) => Some(Err(format!("the challenge cannot be read: `{}`", one_line(text, EXCERPT)))),
    })
}

fn parameter<'a, 'h>(challenge: &'a ChallengeRef<'h>, name: &str) -> Option<&'a ParamValue<'h>> {
    let mut parameters = challenge.params.iter();
    parameters.find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn hash(algorithm: &str) -> Result<(Hash, bool), String> {
    match algorithm.to_ascii_uppercase().as_str() {
        "MD5" => Ok((Hash::Md5, false)),
        "MD5-SESS" => Ok((Hash::Md5, true)),
        "SHA-256" => Ok((Hash::Sha256, false)),
        "SHA-256-SESS" => Ok((Hash::Sha256, true)),
        _ => Err(format!(
            "the digest challenge asks for {}, and only MD5, SHA-256 and their -sess forms are \
             known",
            one_line(algorithm, EXCERPT)
        )),
    }
}
