//! The regular expression engine. This small one reads the patterns of this document as ECMA-262
//! does. For a document with other patterns, the generator chooses another engine.

pub(super) use regex_lite::{Error, Regex};

pub(super) fn compile(pattern: &str) -> Result<Regex, Error> {
    Regex::new(pattern)
}

pub(super) fn is_found(regex: &Regex, text: &str) -> bool {
    regex.is_match(text)
}
