//! The regular expression engines for the patterns of a client.
//!
//! Patterns in JSON Schema are ECMA-262 regular expressions. An engine for all of ECMA-262 needs Unicode tables and
//! backtracking, which add a lot of code to the client. Most patterns need neither and have the same meaning in the
//! small engine `regex-lite`. This module calls such patterns *plain*.

use regex_syntax::ast::parse::Parser;
use regex_syntax::ast::{
    AssertionKind, Ast, ClassPerlKind, ClassSetBinaryOp, ClassSetItem, GroupKind, Literal,
    LiteralKind, SpecialLiteralKind, Visitor, visit,
};

mod ecma;

/// The source of `runtime/pattern.rs` for a client with patterns that are not plain.
pub(crate) const ECMA_ENGINE: &str = include_str!("pattern/ecma.rs");

/// Compiles a pattern as ECMA-262 defines it.
///
/// # Errors
///
/// Returns an error if the pattern is invalid.
pub(crate) fn compile(pattern: &str) -> Result<Pattern, regress::Error> {
    ecma::compile(pattern).map(Pattern)
}

/// A compiled pattern.
#[derive(Debug, Clone)]
pub(crate) struct Pattern(ecma::Regex);

impl Pattern {
    /// Returns whether the pattern matches anywhere in the text.
    pub(crate) fn is_found(&self, text: &str) -> bool {
        ecma::is_found(&self.0, text)
    }
}

/// Returns whether a pattern is known to have the same meaning in `regex-lite` as in ECMA-262.
pub(crate) fn is_plain(pattern: &str) -> bool {
    // Both engines accept patterns such as `[]a]`, `[^]a]` and `a{,3}`, but with different meanings.
    let is_ambiguous = pattern.contains("[]") || pattern.contains("[^]") || pattern.contains("{,");
    let has_space = pattern.contains(char::is_whitespace);
    let parsed = Parser::new().parse(pattern);
    !is_ambiguous
        && !has_space
        && parsed.is_ok_and(|ast| visit(&ast, Plain).is_ok())
        && regex_lite::Regex::new(pattern).is_ok()
}

/// A visitor that stops at syntax that one engine rejects, or whose meaning differs between the two engines.
struct Plain;

/// The error for a pattern that is not plain.
struct NotPlain;

fn only_if(is_plain: bool) -> Result<(), NotPlain> {
    if is_plain { Ok(()) } else { Err(NotPlain) }
}

impl Visitor for Plain {
    type Output = ();
    type Err = NotPlain;

    fn finish(self) -> Result<(), NotPlain> {
        Ok(())
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<(), NotPlain> {
        only_if(match ast {
            Ast::Empty(_)
            | Ast::Alternation(_)
            | Ast::ClassBracketed(_)
            | Ast::Concat(_)
            | Ast::Repetition(_) => true,
            Ast::Assertion(it) => {
                matches!(it.kind, AssertionKind::StartLine | AssertionKind::EndLine)
            }
            Ast::ClassPerl(class) => is_ascii(&class.kind),
            Ast::Group(group) => match &group.kind {
                GroupKind::NonCapturing(flags) => flags.items.is_empty(),
                GroupKind::CaptureIndex(_) | GroupKind::CaptureName { .. } => true,
            },
            Ast::Literal(literal) => is_same(literal),
            // In `regex-lite`, `.` matches more characters than in ECMA-262, and Unicode classes are errors. In
            // ECMA-262, flags such as `(?i)` are errors.
            Ast::ClassUnicode(_) | Ast::Dot(_) | Ast::Flags(_) => false,
        })
    }

    fn visit_class_set_item_pre(&mut self, item: &ClassSetItem) -> Result<(), NotPlain> {
        only_if(match item {
            ClassSetItem::Empty(_) | ClassSetItem::Union(_) => true,
            ClassSetItem::Literal(literal) => is_same(literal),
            ClassSetItem::Perl(class) => is_ascii(&class.kind),
            ClassSetItem::Range(range) => is_same(&range.start) && is_same(&range.end),
            ClassSetItem::Ascii(_) | ClassSetItem::Bracketed(_) | ClassSetItem::Unicode(_) => false,
        })
    }

    fn visit_class_set_binary_op_pre(&mut self, _: &ClassSetBinaryOp) -> Result<(), NotPlain> {
        Err(NotPlain)
    }
}

/// Returns whether a class, such as `\d`, matches the same characters in both engines. In ECMA-262, `\s` also matches
/// white space outside ASCII.
fn is_ascii(class: &ClassPerlKind) -> bool {
    matches!(class, ClassPerlKind::Digit | ClassPerlKind::Word)
}

fn is_same(literal: &Literal) -> bool {
    match &literal.kind {
        LiteralKind::Verbatim
        | LiteralKind::Meta
        | LiteralKind::Superfluous
        | LiteralKind::HexFixed(_) => true,
        LiteralKind::Special(kind) => {
            !matches!(kind, SpecialLiteralKind::Bell | SpecialLiteralKind::Space)
        }
        LiteralKind::Octal | LiteralKind::HexBrace(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{compile, is_plain};

    const PLAIN: &[&str] = &[
        "",
        "^([a-f0-9]{24})$",
        "^[a-zA-Z0-9][a-zA-Z0-9-]*$",
        r"^mdb_[a-fA-F\d]{2}$",
        r"^([0-9]{1,3}\.){3}[0-9]{1,3}|([0-9a-f]{1,4}\:){2}(a\-f)?$",
        r"([\d]+\.[\d]+)",
        r"^([-\w._()])+$",
        "^(?:(?<cn>CN=(?<name>[^,]*)),)?$",
        r"[^a-z\-0-9]+?",
        r"^\/a\/\{B-C\}$",
        "^[a-z0-9!#$%&'*+/=?^_`{|}~-]+$",
        r"\u00e9|\x41|é",
        r"^[^\d]\D\W$",
    ];

    const NOT_PLAIN: &[&str] = &[
        "^a.c$",
        r"\s",
        r"[\s]",
        r"\p{L}",
        "(?=a)",
        r"(\.(?!$)|$)",
        r"(a)\1",
        r"\bA",
        "[]a]",
        "[^]",
        "[[a]",
        "[a&&b]",
        "a{,3}",
        "a{ 3 }",
        "a{",
        r"\cA",
        r"\u{1F600}",
        r"\<",
        "[[:alpha:]]",
        r"\a",
        r"\A",
        "(",
        // The small engine limits the size of a compiled pattern.
        "(a{1000}){1000}",
    ];

    #[test]
    fn only_patterns_with_one_meaning_in_both_engines_are_plain() {
        for pattern in PLAIN {
            assert!(is_plain(pattern), "{pattern}");
        }
        for pattern in NOT_PLAIN {
            assert!(!is_plain(pattern), "{pattern}");
        }
    }

    /// Returns strings that match or nearly match the patterns.
    fn texts() -> Vec<String> {
        let parts = ["", "a", "A", "9", "-", ".", ":", "\n", "é", "\u{2028}", "😀", "CN=x,", "1.2"];
        let parts = parts.map(ToOwned::to_owned);
        let pairs = parts.iter().flat_map(|one| parts.iter().map(move |two| format!("{one}{two}")));
        let whole = ["32b6e34b3d91647abb20e7b8", "mdb_aF", "10.0.0.1", "a:b:a-f", "/a/{B-C}"];
        let whole = whole.map(ToOwned::to_owned);
        let near = whole.iter().flat_map(|it| [format!("{it}\n"), format!("{it}x"), it.clone()]);
        pairs.chain(near).collect()
    }

    #[test]
    fn plain_patterns_match_the_same_strings_in_both_engines() {
        for pattern in PLAIN {
            let (large, small) =
                (compile(pattern).unwrap(), regex_lite::Regex::new(pattern).unwrap());
            for text in texts() {
                assert_eq!(large.is_found(&text), small.is_match(&text), "{pattern} {text}");
            }
        }
    }
}
