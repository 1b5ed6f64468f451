//! Sample values for a parameter, a field or a body, derived from its rules.

use regex_syntax::hir::{Class, Hir, HirKind};
use serde_json::Value;

use crate::api::types::{Docs, Rules};
use crate::pattern;

/// An arbitrary string.
const PLAIN: &str = "value";

/// Returns the document's example if it satisfies the rules for the minimum, the pattern and the length. Otherwise,
/// returns a short value derived from these rules. If no value can be derived, for example because the pattern is too
/// complex, returns the example anyway.
pub(super) fn of(rules: &Rules, docs: &Docs) -> Option<Value> {
    if docs.example.as_ref().is_some_and(|example| satisfies(example, rules)) {
        return docs.example.clone();
    }
    let least = rules.minimum.clone().map(Value::Number);
    let text = match &rules.pattern {
        Some(pattern) => text(pattern, rules),
        None => plain(rules),
    };
    least.or(text.map(Value::String)).or_else(|| docs.example.clone())
}

/// Returns a string of a valid length, or `None` if no rule limits the length.
fn plain(rules: &Rules) -> Option<String> {
    let length = PLAIN.len().max(rules.min_length.unwrap_or_default());
    let length = rules.max_length.map_or(length, |most| length.min(most));
    let has_rule = rules.min_length.is_some() || rules.max_length.is_some();
    has_rule.then(|| PLAIN.chars().cycle().take(length).collect())
}

fn satisfies(example: &Value, rules: &Rules) -> bool {
    if let Some(least) = &rules.minimum {
        return example.as_f64().is_some_and(|value| Some(value) >= least.as_f64());
    }
    let Some(text) = example.as_str() else { return true };
    let pattern = rules.pattern.as_deref().and_then(|it| pattern::compile(it).ok());
    pattern.is_none_or(|pattern| pattern.is_found(text)) && fits(text, rules)
}

fn fits(text: &str, rules: &Rules) -> bool {
    let length = text.chars().count();
    rules.min_length.is_none_or(|least| length >= least)
        && rules.max_length.is_none_or(|most| length <= most)
}

/// Returns a short string that matches the pattern and has a valid length, or `None` if no such string is found.
fn text(pattern: &str, rules: &Rules) -> Option<String> {
    let known = pattern::compile(pattern).ok()?;
    if fits(PLAIN, rules) && known.is_found(PLAIN) {
        return Some(PLAIN.to_owned());
    }
    // `regex_syntax` does not support lookaheads, so `(?!$)` is removed here and checked on the complete string.
    let parsed = regex_syntax::parse(&pattern.replace("(?!$)", "")).ok()?;
    let choices = match parsed.kind() {
        HirKind::Alternation(choices) => choices.as_slice(),
        _ => std::slice::from_ref(&parsed),
    };
    let least = u32::try_from(rules.min_length.unwrap_or_default()).ok()?;
    (0..=least).flat_map(|more| choices.iter().map(move |it| (more, it))).find_map(|(more, it)| {
        let mut text = String::new();
        write(it, more, &mut text)?;
        (fits(&text, rules) && known.is_found(&text)).then_some(text)
    })
}

/// Writes a string that the expression matches, with `more` repetitions beyond the required ones.
fn write(expression: &Hir, more: u32, text: &mut String) -> Option<()> {
    match expression.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(()),
        HirKind::Literal(literal) => {
            text.push_str(std::str::from_utf8(&literal.0).ok()?);
            Some(())
        }
        HirKind::Class(Class::Unicode(class)) => {
            let range = class.ranges().iter().find(|it| it.end().is_ascii_alphanumeric());
            text.push(range.or(class.ranges().first())?.start());
            Some(())
        }
        HirKind::Class(Class::Bytes(_)) => None,
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(u32::MAX);
            let count = repetition.min.saturating_add(more).min(most);
            (0..count).try_for_each(|_| write(&repetition.sub, 0, text).ok_or(())).ok()
        }
        HirKind::Capture(capture) => write(&capture.sub, more, text),
        HirKind::Concat(parts) => {
            parts.iter().try_for_each(|part| write(part, more, text).ok_or(())).ok()
        }
        HirKind::Alternation(choices) => write(choices.first()?, more, text),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::of;
    use crate::api::types::{Docs, Rules};

    fn sample(pattern: &str, min_length: Option<usize>, example: Option<&str>) -> Option<String> {
        let pattern = Some(pattern.to_owned());
        let rules = Rules { pattern, min_length, ..Rules::default() };
        let docs = Docs { example: example.map(|it| json!(it)), ..Docs::default() };
        Some(of(&rules, &docs)?.as_str()?.to_owned())
    }

    #[test]
    fn a_sample_string_matches_its_pattern_unless_the_pattern_is_too_complex() {
        assert_eq!(sample("^vpce-[0-9a-f]{5}$", None, None).as_deref(), Some("vpce-00000"));
        assert_eq!(sample("^([A-Z]{2})$", None, Some("value")).as_deref(), Some("AA"));
        assert_eq!(sample("^[a-c]+(b|c)?$", Some(4), None).as_deref(), Some("aaab"));
        assert_eq!(sample("^a|b", None, Some("ab")).as_deref(), Some("ab"));
        assert_eq!(sample("^(a(\\.(?!$)|$)){2}|b$", None, None).as_deref(), Some("b"));
        assert_eq!(sample("^[a-z]+$", None, None).as_deref(), Some("value"));
        assert_eq!(sample("^(?=a)a$", None, Some("x")).as_deref(), Some("x"));
    }

    #[test]
    fn a_sample_string_has_a_valid_length() {
        let rules = Rules { min_length: Some(8), ..Rules::default() };
        assert_eq!(of(&rules, &Docs::default()), Some(json!("valueval")));
        let rules = Rules { min_length: Some(1), max_length: Some(3), ..Rules::default() };
        assert_eq!(of(&rules, &Docs::default()), Some(json!("val")));
    }

    #[test]
    fn a_sample_number_is_the_minimum() {
        let rules = Rules { minimum: Some(serde_json::Number::from(7)), ..Rules::default() };
        assert_eq!(of(&rules, &Docs::default()), Some(json!(7)));
    }
}
