//! The nonces that were given out, and what was done with them.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

/// What an answer to a challenge says of its use of a nonce.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Use<'a> {
    pub(crate) nonce: &'a str,
    pub(crate) cnonce: &'a str,
    pub(crate) count: u32,
}

/// Where the session of a `-sess` algorithm began: its key is made once, from this nonce and this
/// cnonce (RFC 7616, section 3.4.2).
#[derive(Debug, Clone)]
pub(crate) struct Start {
    pub(crate) nonce: String,
    pub(crate) cnonce: String,
}

#[derive(Debug)]
struct Nonce {
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
    /// Gives out one more; it goes on with a session where one has `start`ed.
    pub(crate) fn give(&mut self, start: Option<Start>) -> String {
        // A caller only sends it back, so that it need not be hard to guess here. The characters
        // after the number must be kept apart by quotes and escapes.
        let nonce = format!(r#"{:08x}, "nonce\"=="#, self.nonces.len());
        self.nonces
            .insert(nonce.clone(), Nonce { given: Instant::now(), counts: BTreeSet::new(), start });
        nonce
    }

    pub(crate) fn has(&self, nonce: &str) -> bool {
        self.nonces.contains_key(nonce)
    }

    /// Where the session of this use began: with this use, unless there was one before.
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

    /// Notes a use; not if there was one with the same count, which is how a replay is known.
    pub(crate) fn take(&mut self, used: Use<'_>) -> bool {
        let start = self.start(used);
        self.nonces.get_mut(used.nonce).is_some_and(|nonce| {
            nonce.start = Some(start);
            nonce.counts.insert(used.count)
        })
    }
}
