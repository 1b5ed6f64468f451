//! Bytes that JSON represents as base64.

use std::fmt;
use std::ops::Deref;

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::prelude::BASE64_STANDARD;
use serde::de::{self, Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

/// Bytes that are written as base64 (OpenAPI's format `byte`).
///
/// The client sends the bytes in the standard alphabet, with padding ([RFC 4648, section
/// 4](https://www.rfc-editor.org/rfc/rfc4648#section-4)). In responses, it also accepts the URL-safe alphabet, missing
/// padding and white space. `Debug` shows only the number of bytes.
///
/// ```
/// use generated_client::Base64;
///
/// let bytes = Base64::from(b"value");
/// assert_eq!(bytes.to_string(), "dmFsdWU=");
/// assert_eq!(bytes.len(), 5);
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Base64(Vec<u8>);

impl Base64 {
    /// Returns the bytes.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl Deref for Base64 {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Base64 {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for Base64 {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<&[u8]> for Base64 {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }
}

impl<const N: usize> From<&[u8; N]> for Base64 {
    fn from(bytes: &[u8; N]) -> Self {
        Self(bytes.to_vec())
    }
}

/// Writes the bytes as base64.
impl fmt::Display for Base64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&BASE64_STANDARD.encode(&self.0))
    }
}

/// Shows only the number of bytes, because the bytes may be a secret, such as a key.
impl fmt::Debug for Base64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Base64({} bytes)", self.0.len())
    }
}

impl Serialize for Base64 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut text = String::deserialize(deserializer)?;
        text.retain(|it| !it.is_ascii_whitespace());
        decode(&text).map(Self).ok_or_else(|| de::Error::custom("the text is not base64"))
    }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    const TOLERANT: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let is_url_safe = text.contains(['-', '_']);
    let alphabet = if is_url_safe { &URL_SAFE } else { &STANDARD };
    GeneralPurpose::new(alphabet, TOLERANT).decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str) -> Result<Base64, String> {
        serde_json::from_str(&format!("\"{text}\"")).map_err(|error| error.to_string())
    }

    #[test]
    fn bytes_survive_encoding_and_decoding() {
        for bytes in [vec![], vec![0], vec![0xfb, 0xff], (0..=255).collect()] {
            let json = serde_json::to_string(&Base64::from(bytes.clone())).unwrap();
            assert_eq!(serde_json::from_str::<Base64>(&json).unwrap().into_bytes(), bytes);
        }
    }

    #[test]
    fn both_alphabets_missing_padding_and_line_breaks_are_accepted() {
        for text in ["+/8=", "-_8=", "+/8", "-_8", "+/\\n8=\\n"] {
            assert_eq!(decoded(text), Ok(Base64::from(&[0xfb, 0xff])), "{text}");
        }
        assert!(decoded("a").unwrap_err().starts_with("the text is not base64"));
        assert!(decoded("+_8=").unwrap_err().starts_with("the text is not base64"));
    }

    #[test]
    fn debug_shows_no_bytes() {
        assert_eq!(format!("{:?}", Base64::from(b"secret")), "Base64(6 bytes)");
    }
}
