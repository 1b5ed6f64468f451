//! The engine of patterns: a small one, which reads each pattern here as ECMA-262 does. The generator
//! sees to that, and gives a document with other patterns another engine.

pub(super) use regex_lite::{Error, Regex};

pub(super) fn compile(pattern: &str) -> Result<Regex, Error> {
    Regex::new(pattern)
}

pub(super) fn is_found(regex: &Regex, text: &str) -> bool {
    regex.is_match(text)
}
