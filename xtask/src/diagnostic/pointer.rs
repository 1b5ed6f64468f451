//! JSON pointers (RFC 6901), which identify locations in a document.

use std::fmt;

use percent_encoding::percent_decode_str;

/// A path of keys and indices from the root of a document to a value.
///
/// Formats with the escapes of RFC 6901: `/paths/~1groups/get`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pointer(Vec<String>);

impl Pointer {
    /// Creates a pointer from unescaped keys.
    pub fn new<T: Into<String>>(keys: impl IntoIterator<Item = T>) -> Self {
        Self(keys.into_iter().map(Into::into).collect())
    }

    /// Parses a pointer, which is empty or starts with `/`. Returns `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::default());
        }
        let keys = text.strip_prefix('/')?.split('/').map(unescape);
        Some(Self(keys.collect()))
    }

    /// Parses a `$ref` within the same document: `#` and a pointer, which may be percent-encoded. Returns `None` for
    /// any other text.
    #[must_use]
    pub fn of_reference(reference: &str) -> Option<Self> {
        let fragment = reference.strip_prefix('#')?;
        Self::parse(&percent_decode_str(fragment).decode_utf8().ok()?)
    }

    /// Returns the pointer with `keys` appended.
    #[must_use]
    pub fn join<T: Into<String>>(&self, keys: impl IntoIterator<Item = T>) -> Self {
        let mut all = self.0.clone();
        all.extend(keys.into_iter().map(Into::into));
        Self(all)
    }

    /// Returns the unescaped keys.
    #[must_use]
    pub fn keys(&self) -> &[String] {
        &self.0
    }
}

fn unescape(key: &str) -> String {
    if key.contains('~') { key.replace("~1", "/").replace("~0", "~") } else { key.to_owned() }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|key| write!(f, "/{}", key.replace('~', "~0").replace('/', "~1")))
    }
}

#[cfg(test)]
mod tests {
    use super::Pointer;

    #[test]
    fn keys_can_contain_slashes_and_tildes() {
        let pointer = Pointer::new(["paths", "/a~b", "get"]);
        assert_eq!(pointer.to_string(), "/paths/~1a~0b/get");
        assert_eq!(Pointer::parse(&pointer.to_string()), Some(pointer));
        assert_eq!(Pointer::parse(""), Some(Pointer::default()));
        assert_eq!(Pointer::parse("paths"), None);
    }

    #[test]
    fn references_are_percent_decoded() {
        let pointer = Pointer::new(["paths", "/a/{id}"]);
        assert_eq!(Pointer::of_reference("#/paths/~1a~1%7Bid%7D"), Some(pointer.clone()));
        assert_eq!(Pointer::of_reference("#/paths/~1a~1{id}"), Some(pointer));
        assert_eq!(Pointer::of_reference("other.yaml#/a"), None);
    }
}
