//! Rules for values, from the keywords of their schemas.

use openapiv3::{Schema, SchemaKind, Type};
use serde_json::Number;

use super::plain::has_own_type;
use super::types::Rules;
use crate::schema::{self, SchemaRef};

/// Returns the rules for values of `schema`, including the rules for list items and map values. Leaves out the rules of
/// models: the fields of each model have their own, and a warning reports bounds on the number of fields.
pub(super) fn of(schema: SchemaRef<'_>) -> Rules {
    let SchemaRef::Schema(Schema { schema_kind: SchemaKind::Type(kind), .. }) = schema else {
        return Rules::default();
    };
    match kind {
        // The type already restricts the value.
        Type::String(string) if has_own_type(string) => Rules::default(),
        Type::String(string) => Rules {
            pattern: string.pattern.clone(),
            min_length: least(string.min_length),
            max_length: string.max_length,
            ..Rules::default()
        },
        Type::Integer(integer) => {
            let above = i64::from(integer.exclusive_minimum);
            let below = i64::from(integer.exclusive_maximum);
            Rules {
                minimum: integer.minimum.map(|it| it.saturating_add(above).into()),
                maximum: integer.maximum.map(|it| it.saturating_sub(below).into()),
                multiple_of: integer.multiple_of.filter(|it| *it > 1).map(Number::from),
                ..Rules::default()
            }
        }
        Type::Number(number) => {
            let minimum = number.minimum.and_then(Number::from_f64);
            let maximum = number.maximum.and_then(Number::from_f64);
            let multiple_of = number.multiple_of.filter(|it| *it > 0.0);
            // Other rules exclude infinity and NaN too, and the values of an enum are finite.
            let is_finite = minimum.is_some() && maximum.is_some() || multiple_of.is_some();
            Rules {
                finite: !is_finite && number.enumeration.is_empty(),
                minimum,
                maximum,
                exclusive_minimum: number.exclusive_minimum,
                exclusive_maximum: number.exclusive_maximum,
                multiple_of: multiple_of.and_then(Number::from_f64),
                ..Rules::default()
            }
        }
        Type::Array(array) => Rules {
            min_items: least(array.min_items),
            max_items: array.max_items,
            unique_items: array.unique_items,
            each: array.items.as_ref().and_then(|items| each(items.into())),
            ..Rules::default()
        },
        Type::Object(object) => Rules {
            min_items: least(object.min_properties),
            max_items: object.max_properties,
            each: schema::rest(object).and_then(each),
            ..Rules::default()
        },
        Type::Boolean(_) => Rules::default(),
    }
}

/// Returns the rules of each item of a list or each value of a map, or `None` if there are none.
pub(super) fn each(schema: SchemaRef<'_>) -> Option<Box<Rules>> {
    Some(of(schema)).filter(|rules| !rules.is_empty()).map(Box::new)
}

/// Returns the minimum size, or `None` if it is 0, because a minimum of 0 excludes nothing.
fn least(size: Option<usize>) -> Option<usize> {
    size.filter(|size| *size > 0)
}
