//! Removes redundant wrapping and keywords from schemas.

use openapiv3::{
    AnySchema, BooleanType, IntegerType, NumberType, ReferenceOr, Schema, SchemaKind, StringType,
    Type,
};

use super::{Lowered, Options};
use crate::visitor;

/// Removes members of `allOf` that do not constrain the value, and `allOf` itself if a single
/// inline schema is left. An `allOf` around one reference is kept, because OpenAPI 3.0 needs it to
/// annotate a reference.
///
/// Also normalizes numbers and strings that have a keyword of another type, or a bound in an
/// unusual notation (`1e9` for an integer).
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    visitor::every_schema(&mut lowered.openapi, &mut |schema| {
        simplify(schema);
        classify(&mut schema.schema_kind);
    });
}

fn simplify(schema: &mut Schema) {
    while let SchemaKind::AllOf { all_of } = &mut schema.schema_kind {
        let description = &mut schema.schema_data.description;
        all_of.retain(|member| match member {
            ReferenceOr::Item(member) if is_unconstrained(&member.schema_kind) => {
                *description = description.take().or(member.schema_data.description.clone());
                false
            }
            _ => true,
        });
        let [ReferenceOr::Item(only)] = all_of.as_slice() else { return };
        let Schema { schema_data, schema_kind } = only.clone();
        let own = &mut schema.schema_data;
        visitor::complete(own, &schema_data);
        own.nullable |= schema_data.nullable;
        own.discriminator = own.discriminator.take().or(schema_data.discriminator);
        schema.schema_kind = schema_kind;
    }
}

fn is_unconstrained(kind: &SchemaKind) -> bool {
    matches!(kind, SchemaKind::Any(any) if *any == AnySchema::default())
}

/// The parser reads a schema with an unexpected keyword as one without a known type.
fn classify(kind: &mut SchemaKind) {
    let SchemaKind::Any(any) = kind else { return };
    let scalar = match any.typ.as_deref() {
        Some("integer") => Type::Integer(IntegerType {
            format: any.format.clone().into(),
            minimum: whole(any.minimum),
            maximum: whole(any.maximum),
            ..IntegerType::default()
        }),
        Some("number") => Type::Number(NumberType {
            format: any.format.clone().into(),
            minimum: any.minimum,
            maximum: any.maximum,
            ..NumberType::default()
        }),
        Some("string") => Type::String(StringType {
            format: any.format.clone().into(),
            pattern: any.pattern.clone(),
            enumeration: any.enumeration.iter().map(|it| it.as_str().map(Into::into)).collect(),
            min_length: any.min_length,
            max_length: any.max_length,
        }),
        Some("boolean") => Type::Boolean(BooleanType::default()),
        _ => return,
    };
    *kind = SchemaKind::Type(scalar);
}

/// Returns the bound as an integer, if it fits.
fn whole(bound: Option<f64>) -> Option<i64> {
    format!("{:.0}", bound?).parse().ok()
}
