//! The nonces that were issued, and how often each was used.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha256};

/// One use of a nonce, as the answer to a challenge states it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Use<'a> {
    pub(crate) nonce: &'a str,
    pub(crate) cnonce: &'a str,
    pub(crate) count: u32,
}

/// The nonce and the cnonce that the key of a `-sess` algorithm is made from, once for each session
/// (RFC 7616, section 3.4.2).
#[derive(Debug, Clone)]
pub(crate) struct Start {
    pub(crate) nonce: String,
    pub(crate) cnonce: String,
}

/// How a nonce looks, and what comes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// As Atlas sends it: base64, without an `opaque` text beside it.
    Plain,
    /// Legal, but hard to parse: quotes, commas and escapes, and an `opaque` text to send back.
    Hostile,
}

impl Style {
    /// The `opaque` text of a challenge, which its answer must repeat.
    pub(crate) const fn opaque(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Hostile => Some("opaque, \"text\""),
        }
    }
}

#[derive(Debug)]
struct Nonce {
    style: Style,
    given: Instant,
    counts: BTreeSet<u32>,
    start: Option<Start>,
}

/// All nonces, by their text.
#[derive(Debug, Default)]
pub(crate) struct Nonces {
    nonces: BTreeMap<String, Nonce>,
}

impl Nonces {
    /// Issues a nonce for a new session.
    pub(crate) fn issue(&mut self, style: Style) -> String {
        self.add(style, None)
    }

    /// Issues the nonce that follows another one in its session.
    pub(crate) fn issue_next(&mut self, previous: &str, start: Start) -> String {
        let style = self.style(previous).unwrap_or(Style::Plain);
        self.add(style, Some(start))
    }

    fn add(&mut self, style: Style, start: Option<Start>) -> String {
        let number = self.nonces.len();
        // Callers only repeat it, so it need not be hard to guess here.
        let nonce = match style {
            Style::Plain => {
                let bytes = Sha256::digest(number.to_be_bytes());
                BASE64_STANDARD.encode(bytes.get(..24).unwrap_or(&bytes))
            }
            Style::Hostile => format!(r#"{number:08x}, "nonce\"=="#),
        };
        let given = Instant::now();
        let counts = BTreeSet::new();
        self.nonces.insert(nonce.clone(), Nonce { style, given, counts, start });
        nonce
    }

    /// The style of a nonce that was issued here.
    pub(crate) fn style(&self, nonce: &str) -> Option<Style> {
        self.nonces.get(nonce).map(|nonce| nonce.style)
    }

    /// The start of the session that a use belongs to: this use, unless one came before it.
    pub(crate) fn start(&self, used: Use<'_>) -> Start {
        let start = self.nonces.get(used.nonce).and_then(|nonce| nonce.start.clone());
        start.unwrap_or_else(|| Start { nonce: used.nonce.into(), cnonce: used.cnonce.into() })
    }

    /// Whether the nonce is too old, or was used too often.
    pub(crate) fn is_stale(
        &self,
        nonce: &str,
        uses: Option<usize>,
        lifetime: Option<Duration>,
    ) -> bool {
        self.nonces.get(nonce).is_none_or(|nonce| {
            uses.is_some_and(|uses| nonce.counts.len() >= uses)
                || lifetime.is_some_and(|lifetime| nonce.given.elapsed() >= lifetime)
        })
    }

    /// Records a use. Returns `false` for a count that was used before, which is a replay.
    pub(crate) fn take(&mut self, used: Use<'_>) -> bool {
        let start = self.start(used);
        self.nonces.get_mut(used.nonce).is_some_and(|nonce| {
            nonce.start = Some(start);
            nonce.counts.insert(used.count)
        })
    }
}
