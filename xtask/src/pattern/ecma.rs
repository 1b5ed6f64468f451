//! The pattern engine that supports all of ECMA-262.

pub(super) use regress::{Error, Regex};

/// Compiles a pattern in Unicode mode, as JSON Schema recommends. Unicode mode rejects unnecessary escapes such as
/// `\-`. If it rejects the pattern, compiles the pattern without Unicode mode.
pub(super) fn compile(pattern: &str) -> Result<Regex, Error> {
    Regex::with_flags(pattern, "u").or_else(|_| Regex::new(pattern))
}

pub(super) fn is_found(regex: &Regex, text: &str) -> bool {
    regex.find(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::{compile, is_found};

    fn matches(pattern: &str, text: &str) -> bool {
        is_found(&compile(pattern).unwrap(), text)
    }

    #[test]
    fn patterns_follow_ecma_262() {
        assert!(matches("^(?=.$)\\u00e9", "é"));
        assert!(matches("^.$", "😀"));
        assert!(matches(r"^\p{L}+$", "Größe"));
        assert!(matches(r"^(a|b)\1$", "bb"));
        // Browsers accept unnecessary escapes only without Unicode mode.
        assert!(matches(r"^[a-c]\-[a-c]\:[a-c]$", "a-b:c"));
        assert!(compile("(").is_err());
    }
}
