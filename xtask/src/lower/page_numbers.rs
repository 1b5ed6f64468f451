//! Gives page numbers, page sizes and offsets the type `integer`.

use openapiv3::{
    IntegerType, Parameter, ParameterData, ParameterSchemaOrContent, ReferenceOr, Schema,
    SchemaKind, Type, VariantOrUnknownOrEmpty,
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

/// The names that can also mean another quantity, such as the size of a file or an offset in seconds.
const AMBIGUOUS: &[&str] = &["size", "offset"];

/// Returns whether two names are equal except for case, `_` and `-`.
pub(crate) fn is_named(one: &str, other: &str) -> bool {
    let letters = |name: &str| {
        let kept = name.bytes().filter(|byte| !matches!(byte, b'_' | b'-'));
        kept.map(|byte| byte.to_ascii_lowercase()).collect::<Vec<_>>()
    };
    letters(one) == letters(other)
}

/// Changes the type of page numbers, page sizes and offsets from `number` to `integer`. Leaves out schemas with an
/// `enum`, with `multipleOf`, or with a bound, default or example that is not a whole number. Also leaves out an
/// ambiguous name without another of these parameters. TypeScript has only one type for integers and fractions, so
/// documents from TypeScript servers use `number`.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    for (_, operation) in visitor::operations_mut(&mut lowered.openapi.paths) {
        let mut counters: Vec<&mut ParameterData> =
            operation.parameters.iter_mut().filter_map(counter).collect();
        let is_alone = counters.len() == 1;
        counters.retain(|it| !is_alone || !is_any(&it.name, AMBIGUOUS));
        counters.into_iter().for_each(count_in_integers);
    }
}

/// Returns the parameter if it has the name of a page number, a page size or an offset.
fn counter(parameter: &mut ReferenceOr<Parameter>) -> Option<&mut ParameterData> {
    let ReferenceOr::Item(Parameter::Query { parameter_data, .. }) = parameter else { return None };
    let is_counter = [NUMBERS, SIZES, OFFSETS].iter().any(|it| is_any(&parameter_data.name, it));
    is_counter.then_some(parameter_data)
}

fn is_any(name: &str, names: &[&str]) -> bool {
    names.iter().any(|it| is_named(name, it))
}

fn count_in_integers(parameter: &mut ParameterData) {
    let ParameterData { example, examples, format, .. } = parameter;
    let ParameterSchemaOrContent::Schema(ReferenceOr::Item(schema)) = format else { return };
    let examples = examples.values().filter_map(|it| it.as_item()?.value.as_ref());
    let is_whole = example.as_ref().into_iter().chain(examples).all(is_whole);
    if let Some(integer) = integer(schema).filter(|_| is_whole) {
        schema.schema_kind = SchemaKind::Type(Type::Integer(integer));
    }
}

/// Returns whether the value is not a number with a fraction.
fn is_whole(value: &Value) -> bool {
    value.as_f64().is_none_or(|it| whole(it).is_some())
}

/// Returns an integer type with the same bounds, if the schema is a number with whole bounds, a whole default and
/// example, and no other rules.
fn integer(schema: &Schema) -> Option<IntegerType> {
    let SchemaKind::Type(Type::Number(number)) = &schema.schema_kind else { return None };
    let data = &schema.schema_data;
    let is_whole = data.default.iter().chain(&data.example).all(is_whole);
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
