//! The issued nonces and their uses.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use super::Seed;

/// One use of a nonce in the credentials of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Use<'a> {
    pub(crate) nonce: &'a str,
    pub(crate) cnonce: &'a str,
    pub(crate) count: u32,
}

/// The nonce and the cnonce at the start of a session. The key of a `-sess` algorithm is derived from both (RFC 7616,
/// section 3.4.2).
#[derive(Debug, Clone)]
pub(crate) struct Start {
    pub(crate) nonce: String,
    pub(crate) cnonce: String,
}

/// The form of a nonce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Atlas's form: base64, without `opaque`.
    Plain,
    /// Valid but hard to parse: with quotes, commas, escapes, and an `opaque` string that the credentials must repeat.
    Hostile,
}

impl Style {
    /// Returns the `opaque` string of the challenge, which the credentials must repeat.
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

/// All issued nonces.
#[derive(Debug, Default)]
pub(crate) struct Nonces {
    seed: Seed,
    nonces: BTreeMap<String, Nonce>,
}

impl Nonces {
    /// Issues a nonce for a new session.
    pub(crate) fn issue(&mut self, style: Style) -> String {
        self.add(style, None)
    }

    /// Issues the next nonce of a session.
    pub(crate) fn issue_next(&mut self, previous: &str, start: Start) -> String {
        let style = self.style(previous).unwrap_or(Style::Plain);
        self.add(style, Some(start))
    }

    fn add(&mut self, style: Style, start: Option<Start>) -> String {
        let number = self.nonces.len();
        let nonce = match style {
            Style::Plain => {
                let bytes = Sha256::digest(format!("{} {number}", self.seed.0));
                BASE64_STANDARD.encode(bytes.get(..24).unwrap_or(&bytes))
            }
            Style::Hostile => format!(r#"{number:08x}, "nonce\"=="#),
        };
        let given = Instant::now();
        let counts = BTreeSet::new();
        self.nonces.insert(nonce.clone(), Nonce { style, given, counts, start });
        nonce
    }

    /// Returns the style of an issued nonce.
    pub(crate) fn style(&self, nonce: &str) -> Option<Style> {
        self.nonces.get(nonce).map(|nonce| nonce.style)
    }

    /// Returns the start of the session that a use belongs to. The first use of a nonce starts a session, unless the
    /// nonce was issued for an existing session.
    pub(crate) fn start(&self, used: Use<'_>) -> Start {
        let start = self.nonces.get(used.nonce).and_then(|nonce| nonce.start.clone());
        start.unwrap_or_else(|| Start { nonce: used.nonce.into(), cnonce: used.cnonce.into() })
    }

    /// Returns whether the nonce is unknown, too old, or used too often.
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

    /// Records a use. Returns `false` for an unknown nonce, and for a repeated count, which is a replay.
    pub(crate) fn take(&mut self, used: Use<'_>) -> bool {
        let start = self.start(used);
        self.nonces.get_mut(used.nonce).is_some_and(|nonce| {
            nonce.start = Some(start);
            nonce.counts.insert(used.count)
        })
    }
}
