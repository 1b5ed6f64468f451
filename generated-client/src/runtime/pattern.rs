//! The regular expression engine. This small engine agrees with ECMA-262 for all patterns in the
//! API's OpenAPI document. If a document has other patterns, the generator writes a different
//! engine to this file.

pub(super) use regex_lite::{Error, Regex};

pub(super) fn compile(pattern: &str) -> Result<Regex, Error> {
    Regex::new(pattern)
}

pub(super) fn is_found(regex: &Regex, text: &str) -> bool {
    regex.is_match(text)
}
