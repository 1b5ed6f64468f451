//! The server side of HTTP Digest (RFC 7616).

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::http::{HeaderName, header};
use md5::Md5;
use sha2::{Digest as _, Sha256};

use super::{
    Headers, Pair,
    nonces::{Nonces, Start, Style, Use},
};
use crate::{error::ApiError, record::RecordedRequest};

const REALM: &str = "MMS Public API";
const AUTHENTICATION_INFO: HeaderName = HeaderName::from_static("authentication-info");

/// The configuration of HTTP Digest authentication with the API key.
///
/// Each challenge has exactly the parameters that Atlas sends, in the same order:
///
/// ```text
/// Digest realm="MMS Public API", domain="", nonce="<base64>", algorithm=MD5, qop="auth", stale=false
/// ```
///
/// [`Fault::HostileChallenge`](crate::Fault::HostileChallenge) sends a challenge that is harder to
/// parse.
#[derive(Debug, Clone)]
pub struct Digest {
    /// The algorithms to offer. Each algorithm gets its own challenge, in the order of the list.
    pub algorithms: Vec<Algorithm>,
    /// The number of uses after which a nonce is stale. Defaults to no limit.
    pub uses: Option<usize>,
    /// The time after which a nonce is stale. Defaults to no limit. Atlas documents that its nonces are valid only for
    /// a short time, but not for how long.
    pub lifetime: Option<Duration>,
    /// Whether each response to valid digest credentials has a `nextnonce` for the next request.
    /// Defaults to `false`.
    pub next_nonce: bool,
}

/// The default is as in recorded challenges of Atlas: only MD5, without `nextnonce`. Nonces never become stale.
impl Default for Digest {
    fn default() -> Self {
        Self { algorithms: vec![Algorithm::Md5], uses: None, lifetime: None, next_nonce: false }
    }
}

/// An algorithm of RFC 7616, section 3.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// `MD5`.
    Md5,
    /// `MD5-sess`.
    Md5Session,
    /// `SHA-256`.
    Sha256,
    /// `SHA-256-sess`.
    Sha256Session,
    /// `SHA-512-256`. The local Atlas can offer this algorithm, but never accepts it.
    Sha512Half,
}

impl Algorithm {
    const fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Md5Session => "MD5-sess",
            Self::Sha256 => "SHA-256",
            Self::Sha256Session => "SHA-256-sess",
            Self::Sha512Half => "SHA-512-256",
        }
    }

    const fn has_session(self) -> bool {
        matches!(self, Self::Md5Session | Self::Sha256Session)
    }

    fn hash(self, text: &str) -> Option<String> {
        match self {
            Self::Md5 | Self::Md5Session => Some(hex(&Md5::digest(text))),
            Self::Sha256 | Self::Sha256Session => Some(hex(&Sha256::digest(text))),
            Self::Sha512Half => None,
        }
    }
}

#[derive(Debug)]
pub(crate) struct DigestServer {
    key: Pair,
    rules: Digest,
    nonces: Mutex<Nonces>,
}

/// The digest parameters of a request that answers a challenge. All are required, except
/// `algorithm`, which defaults to MD5.
struct Answer<'a> {
    algorithm: Algorithm,
    username: &'a str,
    uri: &'a str,
    count: &'a str,
    response: &'a str,
    used: Use<'a>,
}

impl DigestServer {
    pub(crate) fn new(key: Pair, rules: Digest) -> Self {
        Self { key, rules, nonces: Mutex::default() }
    }

    /// Checks the digest credentials of a request. Returns the headers to add to the response: the
    /// next nonce, if [`Digest::next_nonce`] is set.
    pub(crate) fn check(
        &self,
        parameters: &BTreeMap<String, String>,
        request: &RecordedRequest,
    ) -> Result<Headers, ApiError> {
        let answer = self
            .read(parameters)
            .and_then(|answer| self.verify(&answer, request).map(|start| (answer, start)));
        let (answer, start) = answer.map_err(|problem| self.challenge(problem, false))?;
        let Digest { uses, lifetime, next_nonce, .. } = self.rules;
        let mut nonces = self.nonces();
        if nonces.is_stale(answer.used.nonce, uses, lifetime) {
            drop(nonces);
            return Err(self.challenge("The nonce is stale.", true));
        }
        if !nonces.take(answer.used) {
            drop(nonces);
            return Err(self.challenge("The nonce was already used with this count.", false));
        }
        if !next_nonce {
            return Ok(Headers::new());
        }
        let next = quoted(&nonces.issue_next(answer.used.nonce, start));
        Ok(vec![(AUTHENTICATION_INFO, format!("nextnonce={next}, qop=auth"))])
    }

    /// Creates a 401 error with one challenge per algorithm, in Atlas's form.
    pub(crate) fn challenge(&self, detail: &str, stale: bool) -> ApiError {
        let nonce = self.nonces().issue(Style::Plain);
        self.rules.algorithms.iter().fold(ApiError::challenge(detail), |error, algorithm| {
            let challenge = format!(
                "Digest realm=\"{REALM}\", domain=\"\", nonce=\"{nonce}\", algorithm={}, \
                 qop=\"auth\", stale={stale}",
                algorithm.name()
            );
            error.header(header::WWW_AUTHENTICATE, challenge)
        })
    }

    /// Creates a 401 error with one challenge per algorithm. The challenges are valid, but break simple parsers. Each
    /// challenge has a second scheme in the same header, escaped quotes and commas within values, a list of `qop`
    /// values, and an unknown parameter.
    pub(crate) fn hostile_challenge(&self, stale: bool) -> ApiError {
        let nonce = quoted(&self.nonces().issue(Style::Hostile));
        let opaque = quoted(Style::Hostile.opaque().unwrap_or_default());
        let detail = "A test requested this challenge, which is hard to parse.";
        self.rules.algorithms.iter().fold(ApiError::challenge(detail), |error, algorithm| {
            let challenge = format!(
                "Basic realm=\"a, Digest \\\"b\\\"\", Digest opaque={opaque},stale={stale} , \
                 charset=UTF-8, algorithm={}, x=\"nonce=\\\"no\\\"\", qop=\"auth-int, auth\", \
                 nonce={nonce}, REALM=\"{REALM}\"",
                algorithm.name()
            );
            error.header(header::WWW_AUTHENTICATE, challenge)
        })
    }

    fn read<'a>(
        &self,
        parameters: &'a BTreeMap<String, String>,
    ) -> Result<Answer<'a>, &'static str> {
        let get = |name| parameters.get(name).map_or("", String::as_str);
        let algorithm = match get("algorithm") {
            "" => Some(&Algorithm::Md5),
            name => self.rules.algorithms.iter().find(|algorithm| algorithm.name() == name),
        };
        let style = self.nonces().style(get("nonce")).ok_or("The nonce was never issued.")?;
        let opaque = parameters.get("opaque").map(String::as_str);
        if get("realm") != REALM || opaque != style.opaque() {
            return Err("The parameter `realm` or `opaque` differs from the challenge.");
        }
        if get("qop") != "auth" || get("cnonce").is_empty() || get("nc").len() != 8 {
            return Err("The parameter `qop`, `cnonce` or `nc` is missing or invalid.");
        }
        Ok(Answer {
            algorithm: *algorithm.ok_or("The algorithm was not offered.")?,
            username: get("username"),
            uri: get("uri"),
            count: get("nc"),
            response: get("response"),
            used: Use {
                nonce: get("nonce"),
                cnonce: get("cnonce"),
                count: u32::from_str_radix(get("nc"), 16)
                    .map_err(|_| "The parameter `nc` is not a hexadecimal number.")?,
            },
        })
    }

    /// Checks the user, the `uri` and the `response` parameter (RFC 7616, section 3.4.1). Returns
    /// the start of the session.
    fn verify(
        &self,
        answer: &Answer<'_>,
        request: &RecordedRequest,
    ) -> Result<Start, &'static str> {
        let Answer { algorithm, username, uri, count, response, used } = answer;
        let start = self.nonces().start(*used);
        if *username != self.key.name || request.uri != *uri {
            return Err(
                "The user is unknown, or the parameter `uri` differs from the URI of the request.",
            );
        }
        let expected =
            self.response(*algorithm, &start, used, count, &format!("{}:{uri}", request.method));
        if expected.as_deref() != Some(response) {
            return Err("The parameter `response` does not match the API key.");
        }
        Ok(start)
    }

    fn response(
        &self,
        algorithm: Algorithm,
        start: &Start,
        used: &Use<'_>,
        count: &str,
        a2: &str,
    ) -> Option<String> {
        let Pair { name, secret } = &self.key;
        let mut key = algorithm.hash(&format!("{name}:{REALM}:{secret}"))?;
        if algorithm.has_session() {
            key = algorithm.hash(&format!("{key}:{}:{}", start.nonce, start.cnonce))?;
        }
        let a2 = algorithm.hash(a2)?;
        let Use { nonce, cnonce, .. } = used;
        algorithm.hash(&format!("{key}:{nonce}:{count}:{cnonce}:auth:{a2}"))
    }

    fn nonces(&self) -> MutexGuard<'_, Nonces> {
        self.nonces.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a `String` cannot fail.
        _ = write!(text, "{byte:02x}");
        text
    })
}
