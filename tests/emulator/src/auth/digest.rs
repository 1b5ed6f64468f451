//! HTTP Digest (RFC 7616), as a server sees it.

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
    nonces::{Nonces, Start, Use},
    unauthorized,
};
use crate::{error::ApiError, record::RecordedRequest};

const REALM: &str = "MMS Public API";
const OPAQUE: &str = "opaque, \"text\"";
const AUTHENTICATION_INFO: HeaderName = HeaderName::from_static("authentication-info");

/// How the local Atlas challenges the holder of an API key.
#[derive(Debug, Clone)]
pub struct Digest {
    /// The algorithms that it offers, one challenge each, in this order.
    pub algorithms: Vec<Algorithm>,
    /// How often a nonce may be used before it is stale; without end by default.
    pub uses: Option<usize>,
    /// How long a nonce may be used before it is stale; without end by default.
    pub lifetime: Option<Duration>,
    /// Whether each answer names the nonce of the next request. Not so by default.
    pub next_nonce: bool,
}

/// As Atlas does: MD5, with nonces that last.
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
    /// `SHA-512-256`, which is offered, but never accepted.
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

/// The parameters that an answer to a challenge must have.
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

    /// Checks an answer to a challenge. What it is accepted with may name the next nonce.
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
            return Err(self.challenge("The nonce was used with this count before.", false));
        }
        if !next_nonce {
            return Ok(Headers::new());
        }
        let next = quoted(&nonces.give(Some(start)));
        Ok(vec![(AUTHENTICATION_INFO, format!("nextnonce={next}, qop=auth"))])
    }

    /// A refusal with a challenge for each algorithm.
    pub(crate) fn challenge(&self, detail: &str, stale: bool) -> ApiError {
        let nonce = quoted(&self.nonces().give(None));
        let opaque = quoted(OPAQUE);
        self.rules.algorithms.iter().fold(unauthorized(detail), |error, algorithm| {
            let challenge = format!(
                "Digest realm=\"{REALM}\", domain=\"\", nonce={nonce}, algorithm={}, \
                 qop=\"auth\", stale={stale}, opaque={opaque}",
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
        if get("realm") != REALM || get("opaque") != OPAQUE {
            return Err("The realm or the opaque text is not that of the challenge.");
        }
        if get("qop") != "auth" || get("cnonce").is_empty() || get("nc").len() != 8 {
            return Err("The parameters qop, cnonce and nc are not as they must be.");
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
                count: u32::from_str_radix(get("nc"), 16).map_err(|_| "nc is no number.")?,
            },
        })
    }

    /// Computes the response anew (RFC 7616, section 3.4.1), and compares.
    fn verify(
        &self,
        answer: &Answer<'_>,
        request: &RecordedRequest,
    ) -> Result<Start, &'static str> {
        let Answer { algorithm, username, uri, count, response, used } = answer;
        let nonces = self.nonces();
        if !nonces.has(used.nonce) {
            return Err("The nonce was never given out.");
        }
        let start = nonces.start(*used);
        drop(nonces);
        if *username != self.key.name || request.uri != *uri {
            return Err("The user is not known, or the uri is not the one asked for.");
        }
        let expected =
            self.response(*algorithm, &start, used, count, &format!("{}:{uri}", request.method));
        if expected.as_deref() != Some(response) {
            return Err("The response does not match the key.");
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
        // Writing to a string cannot fail.
        _ = write!(text, "{byte:02x}");
        text
    })
}
