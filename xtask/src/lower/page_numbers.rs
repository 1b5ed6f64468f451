//! Gives page numbers, page sizes and offsets the type `integer`.

use openapiv3::{
    IntegerType, Parameter, ParameterSchemaOrContent, ReferenceOr, Schema, SchemaKind, Type,
    VariantOrUnknownOrEmpty,
};
use serde_json::Value;

use super::{Lowered, Options};
use crate::number::whole;
use crate::visitor;

/// The names of query parameters for the page number, compared with [`is_named`].
pub(crate) const NUMBERS: &[&str] = &["page_num", "page", "page_number"];

/// The names of query parameters for the number of items per page, compared with [`is_named`].
pub(crate) const SIZES: &[&str] =
    &["items_per_page", "per_page", "page_size", "limit", "max_results", "take", "size"];

/// The names of query parameters for the number of items before the page, compared with [`is_named`].
pub(crate) const OFFSETS: &[&str] = &["offset", "skip", "start_at"];

/// Returns whether two names are equal except for case, `_` and `-`.
pub(crate) fn is_named(one: &str, other: &str) -> bool {
    let letters = |name: &str| {
        let kept = name.bytes().filter(|byte| !matches!(byte, b'_' | b'-'));
        kept.map(|byte| byte.to_ascii_lowercase()).collect::<Vec<_>>()
    };
    letters(one) == letters(other)
}

/// Changes the type of page numbers, page sizes and offsets from `number` to `integer`. Leaves out schemas with an
/// `enum`, with `multipleOf`, or with a bound or default that is not a whole number. TypeScript has only one type for
/// integers and fractions, so documents from TypeScript servers use `number`.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    for (_, operation) in visitor::operations_mut(&mut lowered.openapi.paths) {
        for schema in operation.parameters.iter_mut().filter_map(counter) {
            if let Some(integer) = integer(schema) {
                schema.schema_kind = SchemaKind::Type(Type::Integer(integer));
            }
        }
    }
}

/// Returns the schema of a parameter for the page number, the page size or the offset.
fn counter(parameter: &mut ReferenceOr<Parameter>) -> Option<&mut Schema> {
    let ReferenceOr::Item(Parameter::Query { parameter_data, .. }) = parameter else { return None };
    let mut names = [NUMBERS, SIZES, OFFSETS].into_iter().flatten();
    if !names.any(|name| is_named(&parameter_data.name, name)) {
        return None;
    }
    match &mut parameter_data.format {
        ParameterSchemaOrContent::Schema(ReferenceOr::Item(schema)) => Some(schema),
        _ => None,
    }
}

/// Returns an integer type with the same bounds, if the schema is a number with whole bounds, a whole default and no
/// other rules.
fn integer(schema: &Schema) -> Option<IntegerType> {
    let SchemaKind::Type(Type::Number(number)) = &schema.schema_kind else { return None };
    let default = schema.schema_data.default.as_ref().and_then(Value::as_f64);
    let is_whole = default.is_none_or(|it| whole(it).is_some());
    let is_plain = number.enumeration.is_empty() && number.multiple_of.is_none();
    let [minimum, maximum] = [number.minimum, number.maximum].map(|bound| match bound {
        None => Some(None),
        Some(bound) => whole(bound).map(Some),
    });
    (is_whole && is_plain).then_some(IntegerType {
        format: VariantOrUnknownOrEmpty::Empty,
        minimum: minimum?,
        maximum: maximum?,
        exclusive_minimum: number.exclusive_minimum,
        exclusive_maximum: number.exclusive_maximum,
        ..IntegerType::default()
    })
}
