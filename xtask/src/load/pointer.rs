//! JSON pointers (RFC 6901): the names of places in a document.

use std::fmt;

/// The keys and indices that lead from the document's root to a value.
///
/// Displayed with the escapes of RFC 6901: `/paths/~1groups/get`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pointer(Vec<String>);

impl Pointer {
    /// A pointer through these keys, which are taken as they are, without escapes.
    pub fn new<T: Into<String>>(keys: impl IntoIterator<Item = T>) -> Self {
        Self(keys.into_iter().map(Into::into).collect())
    }

    /// Reads the text of a pointer; nothing if it does not start with `/`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let keys = text.strip_prefix('/')?.split('/').map(unescape);
        Some(Self(keys.collect()))
    }

    /// One step further down.
    #[must_use]
    pub fn join(&self, key: impl Into<String>) -> Self {
        let mut keys = self.0.clone();
        keys.push(key.into());
        Self(keys)
    }

    /// The keys without escapes.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// The key that stands in a pointer with escapes.
pub(super) fn unescape(key: &str) -> String {
    if key.contains('~') { key.replace("~1", "/").replace("~0", "~") } else { key.to_owned() }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.keys().try_for_each(|key| write!(f, "/{}", key.replace('~', "~0").replace('/', "~1")))
    }
}

#[cfg(test)]
mod tests {
    use super::Pointer;

    #[test]
    fn a_pointer_keeps_slashes_and_tildes_in_keys() {
        let pointer = Pointer::new(["paths", "/a~b", "get"]);
        assert_eq!(pointer.to_string(), "/paths/~1a~0b/get");
        assert_eq!(Pointer::parse(&pointer.to_string()), Some(pointer));
        assert_eq!(Pointer::parse("paths"), None);
    }
}
