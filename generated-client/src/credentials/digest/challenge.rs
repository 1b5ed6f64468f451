//! Digest challenges.

use http_auth::parser::ChallengeParser;
use http_auth::{ChallengeRef, ParamValue};
use reqwest::header::{HeaderMap, HeaderName, WWW_AUTHENTICATE};

use super::hash::Hash;

pub(super) const AUTHENTICATION_INFO: HeaderName = HeaderName::from_static("authentication-info");

/// A supported challenge (RFC 7616, section 3.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Challenge {
    pub(super) realm: String,
    pub(super) nonce: String,
    pub(super) opaque: Option<String>,
    /// The name of the algorithm exactly as in the challenge, because the credentials must repeat the name.
    pub(super) algorithm: Option<String>,
    pub(super) hash: Hash,
    /// Whether the algorithm's name ends in `-sess`.
    pub(super) session: bool,
    pub(super) stale: bool,
}

impl Challenge {
    /// Returns the first supported digest challenge with the strongest hash, or `None` if there is no digest challenge.
    ///
    /// # Errors
    /// Returns the first problem if there are digest challenges, but none is supported.
    pub(super) fn strongest(headers: &HeaderMap) -> Result<Option<Self>, String> {
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
            (None, Some(fault)) => Err(fault),
            (best, _) => Ok(best),
        }
    }

    fn read(challenge: &ChallengeRef<'_>) -> Result<Self, String> {
        let text = |name| parameter(challenge, name).map(ParamValue::to_unescaped);
        let required =
            |name| text(name).ok_or_else(|| format!("the digest challenge has no `{name}`"));
        let qop = required("qop")?;
        if !qop.split(',').any(|quality| quality.trim().eq_ignore_ascii_case("auth")) {
            return Err(format!(
                "the digest challenge requires `qop={qop}`, but only `auth` is supported"
            ));
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

/// Returns the nonce for the next request, if the server has sent one.
pub(super) fn next_nonce(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHENTICATION_INFO)?.to_str().ok()?;
    // The header contains the parameters of a challenge, without a scheme.
    let text = format!("Digest {value}");
    let challenge = ChallengeParser::new(&text).next()?.ok()?;
    parameter(&challenge, "nextnonce").map(ParamValue::to_unescaped)
}

/// Returns the digest challenges in a header value, and the first syntax error if there is one. Ignores an error in a
/// value without the word `Digest`, because the parser rejects some valid challenges of other schemes.
fn digests(text: &str) -> impl Iterator<Item = Result<ChallengeRef<'_>, String>> {
    let has_digest = text.to_ascii_lowercase().contains("digest");
    ChallengeParser::new(text).filter_map(move |challenge| match challenge {
        Ok(challenge) => challenge.scheme.eq_ignore_ascii_case("digest").then_some(Ok(challenge)),
        Err(_) => has_digest.then(|| Err(format!("invalid challenge: `{text}`"))),
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
            "only MD5, SHA-256 and their `-sess` forms are supported; the digest challenge requires \
             `{algorithm}`"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strongest(values: &[&str]) -> Result<Option<Challenge>, String> {
        let values = values.iter().map(|value| (WWW_AUTHENTICATE, value.parse().unwrap()));
        Challenge::strongest(&values.collect())
    }

    fn algorithm(values: &[&str]) -> Option<String> {
        strongest(values).unwrap().unwrap().algorithm
    }

    #[test]
    fn the_challenge_of_atlas_is_parsed() {
        let challenge = strongest(&[
            "Digest realm=\"MMS Public API\", domain=\"\", nonce=\"abc/+=\", algorithm=MD5, \
             qop=\"auth\", stale=false",
        ]);
        assert_eq!(
            challenge.unwrap().unwrap(),
            Challenge {
                realm: "MMS Public API".into(),
                nonce: "abc/+=".into(),
                opaque: None,
                algorithm: Some("MD5".into()),
                hash: Hash::Md5,
                session: false,
                stale: false,
            }
        );
    }

    #[test]
    fn quoted_strings_are_parsed_and_letter_case_is_ignored() {
        let challenge = strongest(&[
            "dIgEsT Realm=\"a, \\\"b\\\" \\\\ Digest nonce=\\\"x\\\"\",NONCE=n ,qop=\"auth-int,AUTH\", \
             stale=TRUE",
        ]);
        let challenge = challenge.unwrap().unwrap();
        assert_eq!(challenge.realm, r#"a, "b" \ Digest nonce="x""#);
        assert_eq!(
            (challenge.nonce.as_str(), challenge.algorithm, challenge.stale),
            ("n", None, true)
        );
        assert_eq!(challenge.hash, Hash::Md5);
    }

    #[test]
    fn the_first_of_the_strongest_challenges_is_used() {
        const MD5: &str = "Digest realm=a, nonce=b, qop=auth, algorithm=MD5";
        const SHA: &str = "Digest realm=a, nonce=b, qop=auth, algorithm=SHA-256";
        const SESSION: &str = "Digest realm=a, nonce=b, qop=auth, algorithm=SHA-256-sess";
        const UNKNOWN: &str = "Digest realm=a, nonce=b, qop=auth, algorithm=SHA-512-256";
        let one_header = format!("Basic realm=a, {MD5}, Bearer, {SHA}");
        for (values, expected) in [
            (&[MD5, SHA][..], "SHA-256"),
            (&[SHA, MD5], "SHA-256"),
            (&[SESSION, SHA], "SHA-256-sess"),
            (&[UNKNOWN, MD5], "MD5"),
            (&["Negotiate", MD5], "MD5"),
            (&[&one_header], "SHA-256"),
        ] {
            assert_eq!(algorithm(values).as_deref(), Some(expected), "{values:?}");
        }
    }

    #[test]
    fn other_schemes_are_ignored() {
        assert!(strongest(&[]).unwrap().is_none());
        assert!(strongest(&["Bearer", "Basic realm=\"Digest\""]).unwrap().is_none());
        // The parser rejects both values.
        for value in ["Negotiate YII=", "Basic realm=\"Zürich\""] {
            assert!(strongest(&[value]).unwrap().is_none(), "{value}");
        }
    }

    #[test]
    fn an_unsupported_challenge_is_reported() {
        for (value, fault) in [
            ("Digest nonce=b, qop=auth", "has no `realm`"),
            ("Digest realm=a, qop=auth", "has no `nonce`"),
            ("Digest realm=a, nonce=b", "has no `qop`"),
            ("Digest realm=a, nonce=b, qop=\"auth-int\"", "requires `qop=auth-int`"),
            ("Digest realm=a, nonce=b, qop=auth, algorithm=SHA-512-256", "requires `SHA-512-256`"),
            ("Digest realm=\"a", "invalid challenge"),
            ("Digest realm=a, nonce=\"é\", qop=auth", "invalid challenge"),
        ] {
            let error = strongest(&[value]).unwrap_err();
            assert!(error.contains(fault), "{error}");
        }
    }

    #[test]
    fn the_next_nonce_is_parsed() {
        for (value, expected) in [
            ("nextnonce=\"a\\\"b\", qop=auth", Some("a\"b")),
            ("rspauth=\"x\", NextNonce=c", Some("c")),
            ("rspauth=\"x\"", None),
            ("", None),
        ] {
            let headers = HeaderMap::from_iter([(AUTHENTICATION_INFO, value.parse().unwrap())]);
            assert_eq!(next_nonce(&headers).as_deref(), expected, "{value}");
        }
    }
}
