//! Checks of values against the rules in the API's OpenAPI document, before the values are sent.
//!
//! Each check accepts a value, or an `Option` or a `Nullable` that contains one. An absent value is valid.

mod items;

use std::collections::HashMap;
use std::fmt::Display;
use std::ops::{Bound, RangeBounds};
use std::sync::{Arc, PoisonError, RwLock};

use serde::Serialize;

use self::items::Items;
use super::pattern::{self, Regex};
use super::{At, InvalidInput};
use crate::{Nullable, Secret, text};

/// Converts an argument to the type of its parameter.
pub(crate) fn convert<T, V>(parameter: &str, value: V) -> Result<T, InvalidInput>
where
    V: TryInto<T, Error: Display>,
{
    let at = At::parameter(parameter);
    value.try_into().map_err(|error| InvalidInput::unreadable(at, &error.to_string()))
}

/// Checks `minimum`, `maximum` and their exclusive forms (JSON Schema).
pub(crate) fn range<T>(
    at: At<'_>,
    value: impl Into<Option<T>>,
    range: impl RangeBounds<T>,
) -> Result<(), InvalidInput>
where
    T: PartialOrd + Display,
{
    match value.into() {
        Some(value) if !range.contains(&value) => Err(InvalidInput::new(
            at,
            value,
            format!("is out of range, expected {}", bounds(&range)),
        )),
        _ => Ok(()),
    }
}

/// Checks `minLength` and `maxLength` (JSON Schema), counted in Unicode characters.
pub(crate) fn length<T: Text + ?Sized>(
    at: At<'_>,
    value: &T,
    range: impl RangeBounds<usize>,
) -> Result<(), InvalidInput> {
    let Some(text) = value.text() else {
        return Ok(());
    };
    let count = text.chars().count();
    if range.contains(&count) {
        return Ok(());
    }
    let found = text::count(count, "character", "characters");
    let rule = format!("has {found}, expected {}", bounds(&range));
    Err(T::invalid(at, text, rule))
}

/// Checks `minItems` and `maxItems` of a list, or `minProperties` and `maxProperties` of a map (JSON Schema).
pub(crate) fn items<C: Items>(
    at: At<'_>,
    values: &C,
    range: impl RangeBounds<usize>,
) -> Result<(), InvalidInput> {
    match values.count() {
        Some(count) if !range.contains(&count) => {
            let (one, many) = C::UNIT;
            let found = text::count(count, one, many);
            let rule = format!("has {found}, expected {}", bounds(&range));
            Err(InvalidInput::unreadable(at, &rule))
        }
        _ => Ok(()),
    }
}

/// Checks `multipleOf` (JSON Schema).
pub(crate) fn multiple_of<T: Number>(
    at: At<'_>,
    value: impl Into<Option<T>>,
    divisor: T,
) -> Result<(), InvalidInput> {
    match value.into() {
        Some(value) if !value.is_multiple_of(divisor) => {
            Err(InvalidInput::new(at, value, format!("must be a multiple of {divisor}")))
        }
        _ => Ok(()),
    }
}

/// Checks that a number is neither infinite nor NaN. JSON cannot express these numbers, so `serde_json` would write
/// `null`, which can remove the value on the server.
pub(crate) fn finite(at: At<'_>, value: impl Into<Option<f64>>) -> Result<(), InvalidInput> {
    match value.into() {
        Some(value) if !value.is_finite() => {
            Err(InvalidInput::new(at, value, "must be a finite number"))
        }
        _ => Ok(()),
    }
}

/// A number that can be a multiple of another number.
pub(crate) trait Number: Copy + Display {
    fn is_multiple_of(self, divisor: Self) -> bool;
}

macro_rules! integers {
    ($($integer:ty)*) => {
        $(impl Number for $integer {
            fn is_multiple_of(self, divisor: Self) -> bool {
                self.checked_rem(divisor) == Some(0)
            }
        })*
    };
}

integers!(i8 i16 i32 i64 u8 u16 u32 u64);

/// Decimal fractions rarely have an exact binary representation, so this check tolerates rounding errors: 0.3 is a
/// multiple of 0.1.
impl Number for f64 {
    fn is_multiple_of(self, divisor: Self) -> bool {
        let ratio = self / divisor;
        (ratio - ratio.round()).abs() <= 4.0 * f64::EPSILON * ratio.abs()
    }
}

/// Checks `uniqueItems` (JSON Schema): no two items may have the same JSON text.
pub(crate) fn unique<C: Items<Item: Serialize>>(
    at: At<'_>,
    values: &C,
) -> Result<(), InvalidInput> {
    let mut seen = HashMap::new();
    values.try_each(at, |at, item| {
        let json = serde_json::to_string(item)
            .map_err(|error| InvalidInput::unreadable(at, &error.to_string()))?;
        let index = seen.len();
        // The error does not show the item, which may contain a secret.
        if let Some(first) = seen.insert(json, index) {
            let rule = format!("equals item {first}, but items must be unique");
            return Err(InvalidInput::unreadable(at, &rule));
        }
        Ok(())
    })
}

/// Checks each item of a list or each value of a map.
pub(crate) fn each<C: Items>(
    at: At<'_>,
    values: &C,
    check: impl FnMut(At<'_>, &C::Item) -> Result<(), InvalidInput>,
) -> Result<(), InvalidInput> {
    values.try_each(at, check)
}

/// Checks `pattern` (JSON Schema), an ECMA-262 regular expression that may match anywhere in the
/// text.
pub(crate) fn pattern<T: Text + ?Sized>(
    at: At<'_>,
    value: &T,
    pattern: &'static str,
) -> Result<(), InvalidInput> {
    let Some(text) = value.text() else {
        return Ok(());
    };
    let compiled = compiled(pattern).map_err(|error| {
        T::invalid(at, text, format!("cannot be checked against `{pattern}`: {error}"))
    })?;
    if pattern::is_found(&compiled, text) {
        Ok(())
    } else {
        Err(T::invalid(at, text, format!("must match `{pattern}`")))
    }
}

/// Returns the compiled pattern, from a cache that all clients share.
fn compiled(pattern: &'static str) -> Result<Arc<Regex>, pattern::Error> {
    // An API has few patterns, so searching a list is as fast as a lookup in a hash table.
    static ALL: RwLock<Vec<(&str, Arc<Regex>)>> = RwLock::new(Vec::new());
    let known = ALL.read().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, regex)) = known.iter().find(|(text, _)| *text == pattern) {
        return Ok(Arc::clone(regex));
    }
    drop(known);
    let regex = Arc::new(pattern::compile(pattern)?);
    let mut known = ALL.write().unwrap_or_else(PoisonError::into_inner);
    known.push((pattern, Arc::clone(&regex)));
    Ok(regex)
}

fn bounds<T: PartialOrd + Display>(range: &impl RangeBounds<T>) -> String {
    let low = match range.start_bound() {
        Bound::Included(low) => Some(format!("at least {low}")),
        Bound::Excluded(low) => Some(format!("more than {low}")),
        Bound::Unbounded => None,
    };
    let high = match range.end_bound() {
        Bound::Included(high) => Some(format!("at most {high}")),
        Bound::Excluded(high) => Some(format!("less than {high}")),
        Bound::Unbounded => None,
    };
    [low, high].into_iter().flatten().collect::<Vec<_>>().join(" and ")
}

/// Text that may be absent.
pub(crate) trait Text {
    fn text(&self) -> Option<&str>;

    /// Returns the error for text that breaks a rule. The error does not show a secret.
    fn invalid(at: At<'_>, text: &str, rule: String) -> InvalidInput {
        InvalidInput::text(at, text, rule)
    }
}

impl Text for str {
    fn text(&self) -> Option<&str> {
        Some(self)
    }
}

impl Text for String {
    fn text(&self) -> Option<&str> {
        Some(self)
    }
}

impl Text for Secret {
    fn text(&self) -> Option<&str> {
        Some(self.expose_secret())
    }

    fn invalid(at: At<'_>, _: &str, rule: String) -> InvalidInput {
        InvalidInput::unreadable(at, &rule)
    }
}

impl<T: Text> Text for Option<T> {
    fn text(&self) -> Option<&str> {
        self.as_ref().and_then(T::text)
    }

    fn invalid(at: At<'_>, text: &str, rule: String) -> InvalidInput {
        T::invalid(at, text, rule)
    }
}

impl<T: Text> Text for Nullable<T> {
    fn text(&self) -> Option<&str> {
        self.as_ref().and_then(T::text)
    }

    fn invalid(at: At<'_>, text: &str, rule: String) -> InvalidInput {
        T::invalid(at, text, rule)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const AT: At<'static> = At::parameter("x");

    fn message(result: Result<(), InvalidInput>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn ranges_apply_to_integers_and_floats_and_ignore_absent_values() {
        assert_eq!(range(AT, 500_u32, 1..=500), Ok(()));
        assert_eq!(range(AT, Some(1_i64), 1..), Ok(()));
        assert_eq!(range(AT, None::<u32>, 1..=500), Ok(()));
        assert_eq!(
            message(range(AT, Some(501_u32), 1..=500)),
            "invalid `x`: 501 is out of range, expected at least 1 and at most 500"
        );
        assert_eq!(
            message(range(AT, 0_u32, 1..)),
            "invalid `x`: 0 is out of range, expected at least 1"
        );
        assert_eq!(
            message(range(AT, 1.0, 0.0..1.0)),
            "invalid `x`: 1 is out of range, expected at least 0 and less than 1"
        );
        assert_eq!(
            message(range(AT, f64::NAN, ..=1.0)),
            "invalid `x`: NaN is out of range, expected at most 1"
        );
        let above_zero = (Bound::Excluded(0), Bound::Unbounded);
        assert_eq!(
            message(range(AT, 0_u8, above_zero)),
            "invalid `x`: 0 is out of range, expected more than 0"
        );
    }

    #[test]
    fn lengths_count_characters_not_bytes() {
        for text in ["ééé", "a\u{1f4be}c"] {
            assert_eq!(length(AT, text, 3..=3), Ok(()));
        }
        assert_eq!(length(AT, &None::<String>, 3..), Ok(()));
        assert_eq!(length(AT, &Nullable::Value(String::from("abc")), 3..), Ok(()));
        assert_eq!(
            message(length(AT.field("y"), "é\n", 3..=63)),
            "invalid `x.y`: \"é\\n\" has 2 characters, expected at least 3 and at most 63"
        );
    }

    #[test]
    fn infinity_and_nan_are_not_finite() {
        for value in [0.0, f64::MIN, f64::MAX] {
            assert_eq!(finite(AT, value), Ok(()));
        }
        assert_eq!(finite(AT, None), Ok(()));
        assert_eq!(message(finite(AT, f64::NAN)), "invalid `x`: NaN must be a finite number");
        let infinite = Nullable::Value(f64::NEG_INFINITY);
        assert_eq!(message(finite(AT, infinite)), "invalid `x`: -inf must be a finite number");
        // These checks also reject such numbers.
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            multiple_of(AT, value, 0.1).unwrap_err();
            range(AT, value, f64::MIN..=f64::MAX).unwrap_err();
        }
    }

    #[test]
    fn decimal_fractions_can_be_multiples() {
        for (value, divisor) in [(0.3, 0.1), (1.1, 0.1), (-0.7, 0.1), (0.0, 0.5), (1e9, 0.01)] {
            assert_eq!(multiple_of(AT, value, divisor), Ok(()), "{value}");
        }
        assert_eq!(multiple_of(AT, Some(6), 3), Ok(()));
        assert_eq!(multiple_of(AT, None, 3), Ok(()));
        assert_eq!(message(multiple_of(AT, 7, 3)), "invalid `x`: 7 must be a multiple of 3");
        assert!(multiple_of(AT, 0.3001, 0.1).is_err());
        let fraction = message(multiple_of(AT, 0.35, 0.1));
        assert_eq!(fraction, "invalid `x`: 0.35 must be a multiple of 0.1");
    }

    #[test]
    fn a_list_or_a_map_of_the_wrong_size_is_rejected() {
        assert_eq!(items(AT, &vec![1, 2], 1..=2), Ok(()));
        assert_eq!(items(AT, &None::<Vec<u8>>, 1..), Ok(()));
        assert_eq!(
            message(items(AT, &vec![1, 2], ..2)),
            "invalid `x`: has 2 items, expected less than 2"
        );
        let map = BTreeMap::from([("a".to_owned(), 1)]);
        assert_eq!(message(items(AT, &map, 2..)), "invalid `x`: has 1 entry, expected at least 2");
    }

    #[test]
    fn an_item_that_equals_any_earlier_one_is_not_unique() {
        assert_eq!(unique(AT, &vec![1, 2, 3]), Ok(()));
        assert_eq!(
            message(unique(AT, &vec![3, 1, 2, 1])),
            "invalid `x[3]`: equals item 1, but items must be unique"
        );
    }

    #[test]
    fn each_item_and_each_map_value_is_checked() {
        let short = |at: At<'_>, text: &String| length(at, text, ..=1);
        let list = vec!["a".to_owned(), "bc".to_owned()];
        assert!(
            message(each(AT, &list, short)).starts_with("invalid `x[1]`: \"bc\" has 2 characters")
        );
        let map = BTreeMap::from([("k".to_owned(), "bc".to_owned())]);
        assert!(message(each(AT, &Some(map), short)).starts_with("invalid `x.k`: \"bc\""));
        assert_eq!(each(AT, &None::<Vec<String>>, short), Ok(()));
    }

    #[test]
    fn patterns_follow_ecma_262() {
        let name = "^[a-zA-Z0-9][a-zA-Z0-9-]*$";
        assert_eq!(pattern(AT, "Cluster-0", name), Ok(()));
        assert_eq!(pattern(AT, &None::<String>, name), Ok(()));
        // The second call reuses the compiled pattern.
        assert_eq!(pattern(AT, "Cluster-0", name), Ok(()));
        assert_eq!(
            message(pattern(AT, "a b", name)),
            format!("invalid `x`: \"a b\" must match `{name}`")
        );
        assert_eq!(
            message(pattern(AT, "a b", name)),
            format!("invalid `x`: \"a b\" must match `{name}`")
        );
        // Unlike in many engines, `$` does not match before a trailing line break.
        assert_eq!(
            message(pattern(AT, "a\n", name)),
            format!("invalid `x`: \"a\\n\" must match `{name}`")
        );
        assert_eq!(pattern(AT, "é", "^\\u00e9$"), Ok(()));
        assert_eq!(pattern(AT, "a-b:c", r"^[a-c]\-[a-c]\:[a-c]$"), Ok(()));
    }

    #[test]
    fn a_pattern_that_does_not_compile_is_reported() {
        assert!(
            message(pattern(AT, "a", "("))
                .starts_with("invalid `x`: \"a\" cannot be checked against `(`: ")
        );
    }

    #[test]
    fn a_failed_conversion_keeps_its_reason() {
        let id: Result<crate::ObjectId, _> = convert("groupId", "abc");
        assert!(
            id.unwrap_err()
                .to_string()
                .starts_with("invalid `groupId`: \"abc\" is not an object id: expected 24")
        );
    }
}
