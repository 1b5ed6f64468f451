//! The text form of faults.

use std::{str::FromStr, time::Duration};

use axum::http::{HeaderName, StatusCode, header};

use super::Fault;

/// The first word of a fault, and the parser for the text after the `=`.
type Word = (&'static str, fn(&str) -> Option<Fault>);

const WORDS: [Word; 23] = [
    ("none", |text| bare(text, Fault::None)),
    ("delay", |text| milliseconds(text).map(Fault::Delay)),
    ("reset", |text| bare(text, Fault::Reset)),
    ("cut-off", |text| text.parse().ok().map(Fault::CutOff)),
    ("trickle", |text| milliseconds(text).map(Fault::Trickle)),
    ("unknown-fields", |text| bare(text, Fault::UnknownFields)),
    ("unknown-values", |text| bare(text, Fault::UnknownValues)),
    ("stale-nonce", |text| bare(text, Fault::StaleNonce)),
    ("hostile-challenge", |text| bare(text, Fault::HostileChallenge)),
    ("revoked-token", |text| bare(text, Fault::RevokedToken)),
    ("expired-token", |text| bare(text, Fault::ExpiredToken)),
    ("status", |text| status(text).map(Fault::status)),
    ("error", error),
    ("enveloped", |text| status(text).map(Fault::EnvelopedError)),
    ("retry-after", |text| Some(Fault::too_many_requests(text))),
    ("html", |text| status(text).map(Fault::html)),
    ("redirect", |text| Some(Fault::redirect(text))),
    ("gone", |text| bare(text, Fault::gone())),
    ("content-type", |text| with_header(header::CONTENT_TYPE, text)),
    ("deprecation", |text| with_header(HeaderName::from_static("deprecation"), text)),
    ("sunset", |text| with_header(HeaderName::from_static("sunset"), text)),
    ("body", |text| Some(Fault::body(StatusCode::OK, text.to_owned()))),
    ("empty", |text| bare(text, Fault::body(StatusCode::OK, ""))),
];

impl Fault {
    /// Returns the first words of all faults with a text form.
    pub fn words() -> impl Iterator<Item = &'static str> {
        WORDS.iter().map(|(word, _)| *word)
    }
}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(text: &str) -> Result<Self, UnknownFault> {
        let (asked, value) = text.split_once('=').unwrap_or((text, ""));
        let word = WORDS.iter().find(|(word, _)| *word == asked);
        word.and_then(|(_, read)| read(value)).ok_or_else(|| UnknownFault(text.to_owned()))
    }
}

/// The error for text that is not the text form of a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFault(String);

impl std::fmt::Display for UnknownFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words = Fault::words().collect::<Vec<_>>().join("`, `");
        write!(
            f,
            "invalid fault `{}`: expected one of `{words}`, followed by `=` and a value if the \
             fault needs one",
            self.0
        )
    }
}

impl std::error::Error for UnknownFault {}

/// Returns a fault without a value, or `None` if the text has a value.
fn bare(text: &str, fault: Fault) -> Option<Fault> {
    text.is_empty().then_some(fault)
}

fn milliseconds(text: &str) -> Option<Duration> {
    text.parse().ok().map(Duration::from_millis)
}

fn status(text: &str) -> Option<StatusCode> {
    StatusCode::from_u16(text.parse().ok()?).ok()
}

/// Parses `CODE,ERROR_CODE`, such as `400,CANNOT_ASSUME_ROLE`.
fn error(text: &str) -> Option<Fault> {
    let (number, code) = text.split_once(',')?;
    let is_valid = |it: char| it.is_ascii_alphanumeric() || it == '_';
    let is_code = !code.is_empty() && code.chars().all(is_valid);
    status(number).filter(|_| is_code).map(|status| Fault::error(status, code))
}

fn with_header(name: HeaderName, text: &str) -> Option<Fault> {
    Some(Fault::Header(name, text.parse().ok()?))
}
