//! Combines the rules of two schemas if a value must match both.

use openapiv3::{IntegerType, NumberType, SchemaKind, Type};

use crate::number::whole;
use crate::schema::is_secret;

/// Adds the rules of a numeric type to those of another. The types differ for integers and other numbers, but have the
/// same fields.
macro_rules! narrow_number {
    ($it:expr, $other:expr) => {{
        let (it, other) = ($it, $other);
        if it.format.is_empty() {
            it.format = other.format.clone();
        }
        it.multiple_of = it.multiple_of.or(other.multiple_of);
        (it.minimum, it.exclusive_minimum) = stricter(
            (it.minimum, it.exclusive_minimum),
            (other.minimum, other.exclusive_minimum),
            PartialOrd::gt,
        );
        (it.maximum, it.exclusive_maximum) = stricter(
            (it.maximum, it.exclusive_maximum),
            (other.maximum, other.exclusive_maximum),
            PartialOrd::lt,
        );
    }};
}

/// Adds the rules of `other` to `kind`, if both have the same type and are not objects. Also adds them if `kind` is an
/// integer and `other` is a number. Keeps the stricter of two bounds. If both have a pattern, a divisor (`multipleOf`)
/// or a format, only that of `kind` is kept. A string is secret if either of the two is.
pub(super) fn narrow(kind: &mut SchemaKind, other: &SchemaKind) {
    let (SchemaKind::Type(kind), SchemaKind::Type(other)) = (kind, other) else { return };
    match (kind, other) {
        (Type::String(it), Type::String(other)) => {
            it.pattern = it.pattern.take().or_else(|| other.pattern.clone());
            it.min_length = it.min_length.max(other.min_length);
            it.max_length = least(it.max_length, other.max_length);
            if is_secret(other) || it.format.is_empty() {
                it.format = other.format.clone();
            }
        }
        (Type::Integer(it), Type::Integer(other)) => narrow_number!(it, other),
        // An integer is also a number, so the bounds of the number apply.
        (Type::Integer(it), Type::Number(other)) => narrow_number!(it, integers(other)),
        (Type::Number(it), Type::Number(other)) => narrow_number!(it, other),
        (Type::Array(it), Type::Array(other)) => {
            it.min_items = it.min_items.max(other.min_items);
            it.max_items = least(it.max_items, other.max_items);
            it.unique_items |= other.unique_items;
        }
        _ => {}
    }
}

fn least(one: Option<usize>, other: Option<usize>) -> Option<usize> {
    [one, other].into_iter().flatten().min()
}

/// A bound, and whether it is exclusive.
type Bound<T> = (Option<T>, bool);

/// Returns the type of the integers that a number type allows.
fn integers(number: &NumberType) -> IntegerType {
    let (minimum, exclusive_minimum) =
        of_integer((number.minimum, number.exclusive_minimum), f64::ceil);
    let (maximum, exclusive_maximum) =
        of_integer((number.maximum, number.exclusive_maximum), f64::floor);
    IntegerType { minimum, maximum, exclusive_minimum, exclusive_maximum, ..IntegerType::default() }
}

/// Converts a bound of numbers to a bound that allows the same integers. `round` returns the next whole number that the
/// bound allows.
fn of_integer((bound, is_exclusive): Bound<f64>, round: fn(f64) -> f64) -> Bound<i64> {
    let is_whole = bound.and_then(whole).is_some();
    (bound.and_then(|it| whole(round(it))), is_exclusive && is_whole)
}

/// Returns the bound that allows fewer values.
fn stricter<T: PartialEq>(
    one: Bound<T>,
    other: Bound<T>,
    is_stricter: fn(&T, &T) -> bool,
) -> Bound<T> {
    match (&one.0, &other.0) {
        (Some(value), Some(bound)) if value == bound => (one.0, one.1 || other.1),
        (Some(value), Some(bound)) if is_stricter(bound, value) => other,
        (None, Some(_)) => other,
        _ => one,
    }
}

#[cfg(test)]
mod tests {
    use openapiv3::SchemaKind;
    use serde_json::{Value, json};

    use super::narrow;

    fn kind(schema: &Value) -> SchemaKind {
        serde_json::from_value(schema.clone()).unwrap()
    }

    #[test]
    fn two_schemas_combine_to_the_same_rules_in_either_order() {
        for (one, other, both) in [
            (
                json!({"type": "string", "minLength": 1, "maxLength": 5}),
                json!({"type": "string", "minLength": 2, "maxLength": 9}),
                json!({"type": "string", "minLength": 2, "maxLength": 5}),
            ),
            (
                json!({"type": "string", "format": "password"}),
                json!({"type": "string", "format": "uuid"}),
                json!({"type": "string", "format": "password"}),
            ),
            (
                json!({"type": "string", "format": "date-time"}),
                json!({"type": "string"}),
                json!({"type": "string", "format": "date-time"}),
            ),
            (
                json!({"type": "integer", "format": "int32"}),
                json!({"type": "integer", "minimum": 1}),
                json!({"type": "integer", "format": "int32", "minimum": 1}),
            ),
            (
                json!({"type": "integer", "minimum": 1, "exclusiveMaximum": true, "maximum": 9}),
                json!({"type": "integer", "minimum": 3, "maximum": 9}),
                json!({"type": "integer", "minimum": 3, "exclusiveMaximum": true, "maximum": 9}),
            ),
            (
                json!({"type": "number", "minimum": 0.5, "exclusiveMinimum": true, "maximum": 4.5}),
                json!({"type": "number", "minimum": 0.25, "maximum": 2.5, "multipleOf": 0.5}),
                json!({"type": "number", "minimum": 0.5, "exclusiveMinimum": true, "maximum": 2.5, "multipleOf": 0.5}),
            ),
            (
                json!({"type": "array", "items": {}, "minItems": 1, "maxItems": 4}),
                json!({"type": "array", "items": {}, "minItems": 2, "uniqueItems": true}),
                json!({"type": "array", "items": {}, "minItems": 2, "maxItems": 4, "uniqueItems": true}),
            ),
        ] {
            for (mut first, second) in [(kind(&one), kind(&other)), (kind(&other), kind(&one))] {
                narrow(&mut first, &second);
                assert_eq!(first, kind(&both));
            }
        }
    }

    #[test]
    fn the_bounds_of_a_number_apply_to_an_integer() {
        for (number, both) in [
            (
                json!({"type": "number", "minimum": 2.5, "maximum": 4.5, "exclusiveMaximum": true}),
                json!({"type": "integer", "minimum": 3, "maximum": 4}),
            ),
            (
                json!({"type": "number", "minimum": 2, "exclusiveMinimum": true}),
                json!({"type": "integer", "minimum": 2, "exclusiveMinimum": true, "maximum": 9}),
            ),
        ] {
            let mut integer = kind(&json!({"type": "integer", "minimum": 1, "maximum": 9}));
            narrow(&mut integer, &kind(&number));
            assert_eq!(integer, kind(&both));
        }
    }
}
