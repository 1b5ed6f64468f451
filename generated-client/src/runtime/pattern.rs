//! The regular expression engine. For the patterns in this document, this small engine agrees with
//! ECMA-262. For a document with other patterns, the generator selects another engine.

pub(super) use regex_lite::{Error, Regex};

pub(super) fn compile(pattern: &str) -> Result<Regex, Error> {
    Regex::new(pattern)
}

pub(super) fn is_found(regex: &Regex, text: &str) -> bool {
    regex.is_match(text)
}
