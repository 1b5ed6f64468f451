//! Identifiers of 12 bytes, written as 24 hexadecimal digits.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

#[cfg(feature = "bson")]
pub use bson;

use crate::runtime::{At, InvalidInput, ParameterValue};
use crate::text::{count, hex_digit, quoted};

/// The number of digits of an identifier.
const DIGITS: usize = 24;

/// The identifier of a project, a snapshot, an export bucket or another resource.
///
/// An identifier has 12 bytes and is written as 24 lowercase hexadecimal digits, the only form that the API accepts
/// (`^([a-f0-9]{24})$`). Identifiers are ordered by their bytes. The first four bytes contain the time of creation.
///
/// ```
/// use generated_client::ObjectId;
///
/// let id: ObjectId = "32b6e34b3d91647abb20e7b8".parse()?;
/// assert_eq!(id.to_string(), "32b6e34b3d91647abb20e7b8");
/// assert_eq!(id.bytes()[0], 0x32);
/// # Ok::<(), generated_client::ParseObjectIdError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId([u8; 12]);

impl ObjectId {
    /// Returns the 12 bytes, in the order of the digits.
    #[must_use]
    pub const fn bytes(self) -> [u8; 12] {
        self.0
    }

    /// Creates an identifier from a string literal.
    ///
    /// ```
    /// use generated_client::ObjectId;
    ///
    /// const PROJECT: ObjectId = ObjectId::literal("32b6e34b3d91647abb20e7b8");
    /// ```
    ///
    /// ```compile_fail
    /// # use generated_client::ObjectId;
    /// const PROJECT: ObjectId = ObjectId::literal("32B6");
    /// ```
    ///
    /// # Panics
    /// Panics if `text` is not an identifier. In a constant, this is a compile error. For text that is not a literal,
    /// use [`parse`](str::parse).
    #[must_use]
    pub const fn literal(text: &str) -> Self {
        match parse(text) {
            Some(id) => id,
            None => panic!("not an object id: expected 24 lowercase hex digits"),
        }
    }

    /// Returns the time when the identifier was created, from its first four bytes. The precision is one second.
    #[must_use]
    pub fn timestamp(self) -> DateTime<Utc> {
        let [a, b, c, d, ..] = self.0;
        let seconds = u32::from_be_bytes([a, b, c, d]);
        DateTime::from_timestamp(seconds.into(), 0).unwrap_or_default()
    }

    /// Returns the digits, two for each byte.
    fn hex(self) -> [[u8; 2]; DIGITS / 2] {
        self.0.map(|byte| [hex_digit(byte >> 4), hex_digit(byte & 0x0f)])
    }
}

const fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[expect(clippy::indexing_slicing, reason = "const code has no iterators, and the length is known")]
const fn parse(text: &str) -> Option<ObjectId> {
    let digits = text.as_bytes();
    if digits.len() != DIGITS {
        return None;
    }
    let mut bytes = [0; DIGITS / 2];
    let mut index = 0;
    while index < bytes.len() {
        let Some(high) = nibble(digits[2 * index]) else { return None };
        let Some(low) = nibble(digits[2 * index + 1]) else { return None };
        bytes[index] = high << 4 | low;
        index += 1;
    }
    Some(ObjectId(bytes))
}

impl FromStr for ObjectId {
    type Err = ParseObjectIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).ok_or_else(|| ParseObjectIdError {
            excerpt: quoted(text).into(),
            fault: Fault::of(text),
        })
    }
}

impl TryFrom<&str> for ObjectId {
    type Error = ParseObjectIdError;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl TryFrom<&String> for ObjectId {
    type Error = ParseObjectIdError;

    fn try_from(text: &String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl TryFrom<String> for ObjectId {
    type Error = ParseObjectIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl TryFrom<&[u8]> for ObjectId {
    type Error = ParseObjectIdError;

    fn try_from(bytes: &[u8]) -> Result<Self, Self::Error> {
        bytes.try_into().map(Self).map_err(|_| ParseObjectIdError {
            excerpt: "the byte slice".into(),
            fault: Fault::Bytes(bytes.len()),
        })
    }
}

impl From<&ObjectId> for ObjectId {
    fn from(id: &ObjectId) -> Self {
        *id
    }
}

impl From<[u8; 12]> for ObjectId {
    fn from(bytes: [u8; 12]) -> Self {
        Self(bytes)
    }
}

impl From<ObjectId> for [u8; 12] {
    fn from(id: ObjectId) -> Self {
        id.0
    }
}

#[cfg(feature = "bson")]
impl From<bson::oid::ObjectId> for ObjectId {
    fn from(id: bson::oid::ObjectId) -> Self {
        Self(id.bytes())
    }
}

#[cfg(feature = "bson")]
impl From<ObjectId> for bson::oid::ObjectId {
    fn from(id: ObjectId) -> Self {
        Self::from_bytes(id.0)
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hex = self.hex();
        f.pad(std::str::from_utf8(hex.as_flattened()).map_err(|_| fmt::Error)?)
    }
}

impl fmt::LowerHex for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if f.alternate() { "0x" } else { "" })?;
        write!(f, "{self}")
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectId(\"{self}\")")
    }
}

impl Serialize for ObjectId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ObjectId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor)
    }
}

impl ParameterValue for ObjectId {
    fn each(&self, add: &mut dyn FnMut(&str)) {
        add(&self.to_string());
    }
}

struct TextVisitor;

impl Visitor<'_> for TextVisitor {
    type Value = ObjectId;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object id of 24 lowercase hexadecimal digits")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<ObjectId, E> {
        // The message omits the text, because the server may have echoed a secret.
        parse(text).ok_or_else(|| E::custom(format_args!("not an object id: {}", Fault::of(text))))
    }
}

/// The error for text or bytes that are not an [`ObjectId`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ParseObjectIdError {
    excerpt: Box<str>,
    fault: Fault,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Fault {
    Bytes(usize),
    Length(usize),
    Character { position: usize, found: char },
}

impl Fault {
    fn of(text: &str) -> Self {
        let length = text.chars().count();
        let odd = text.chars().zip(1..).find(|(c, _)| !matches!(c, '0'..='9' | 'a'..='f'));
        match odd {
            Some((found, position)) if length == DIGITS => Self::Character { position, found },
            _ => Self::Length(length),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Bytes(length) => write!(f, "expected {} bytes, found {length}", DIGITS / 2),
            Self::Length(length) => {
                let found = count(length, "character", "characters");
                write!(f, "expected {DIGITS} lowercase hex digits, found {found}")
            }
            Self::Character { position, found } if found.is_ascii_hexdigit() => {
                write!(f, "expected lower case, found {found:?} at position {position}")
            }
            Self::Character { position, found } => {
                write!(f, "expected a hex digit, found {found:?} at position {position}")
            }
        }
    }
}

impl fmt::Display for ParseObjectIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not an object id: {}", self.excerpt, self.fault)
    }
}

impl std::error::Error for ParseObjectIdError {}

impl From<ParseObjectIdError> for InvalidInput {
    fn from(error: ParseObjectIdError) -> Self {
        Self::unreadable(At::parameter("id"), &error.to_string())
    }
}

impl From<ParseObjectIdError> for crate::Error {
    fn from(error: ParseObjectIdError) -> Self {
        Self::InvalidInput(error.into())
    }
}
