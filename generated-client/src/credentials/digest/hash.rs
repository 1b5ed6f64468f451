//! Hashes for digest authentication.

use crate::text::hex_digit;

/// A hash algorithm. Algorithms are ordered by strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hash {
    Md5,
    Sha256,
}

impl Hash {
    /// Returns the hash of `parts`, joined by colons, in hexadecimal.
    pub(super) fn of(self, parts: &[&str]) -> String {
        match self {
            Self::Md5 => {
                let mut hash = md5::Context::new();
                joined(parts).for_each(|part| hash.consume(part));
                hex(&*hash.finalize())
            }
            Self::Sha256 => {
                let mut hash = hmac_sha256::Hash::new();
                joined(parts).for_each(|part| hash.update(part));
                hex(&hash.finalize())
            }
        }
    }
}

/// Yields `parts` with colons between them. Joining them in one string would leave a copy of a
/// secret in memory.
fn joined<'a>(parts: &[&'a str]) -> impl Iterator<Item = &'a str> {
    let colons = std::iter::once("").chain(std::iter::repeat(":"));
    colons.zip(parts).flat_map(|(colon, part)| [colon, part])
}

/// Formats `bytes` in lowercase hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0f].map(hex_digit)).collect();
    // Digits are ASCII.
    String::from_utf8(digits).unwrap_or_default()
}
