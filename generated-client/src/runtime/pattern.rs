//! The regular expression engine. This small engine gives the patterns of this document the same
//! meaning as ECMA-262. For a document with other patterns, the generator selects another engine.

pub(super) use regex_lite::{Error, Regex};

pub(super) fn compile(pattern: &str) -> Result<Regex, Error> {
    Regex::new(pattern)
}

pub(super) fn is_found(regex: &Regex, text: &str) -> bool {
    regex.is_match(text)
}
