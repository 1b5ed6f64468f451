//! Says plainly what a schema says in a roundabout way.

use openapiv3::{
    AnySchema, BooleanType, IntegerType, NumberType, OpenAPI, ReferenceOr, Schema, SchemaKind,
    StringType, Type,
};

use super::{Lowered, Options};
use crate::walk;

/// Drops the members of `allOf` that say nothing of the value, and `allOf` itself where it holds no
/// more than one schema that is written out.
///
/// A number or a string with a keyword that does not go with its type, or with a bound in another
/// notation (`1e9` of an integer), is a plain one.
///
/// Around one reference `allOf` stays: that is the way to say something of a reference in OpenAPI 3.0.
pub(super) fn run(mut document: OpenAPI, _: &Options) -> Lowered {
    walk::every_schema(&mut document, &mut |schema| {
        simplify(schema);
        classify(&mut schema.schema_kind);
    });
    Ok(document)
}

fn simplify(schema: &mut Schema) {
    while let SchemaKind::AllOf { all_of } = &mut schema.schema_kind {
        let description = &mut schema.schema_data.description;
        all_of.retain(|member| match member {
            ReferenceOr::Item(member) if says_nothing(&member.schema_kind) => {
                *description = description.take().or(member.schema_data.description.clone());
                false
            }
            _ => true,
        });
        let [ReferenceOr::Item(only)] = all_of.as_slice() else { return };
        let Schema { schema_data, schema_kind } = only.clone();
        let own = &mut schema.schema_data;
        walk::complete(own, &schema_data);
        own.nullable |= schema_data.nullable;
        own.discriminator = own.discriminator.take().or(schema_data.discriminator);
        schema.schema_kind = schema_kind;
    }
}

fn says_nothing(kind: &SchemaKind) -> bool {
    matches!(kind, SchemaKind::Any(any) if *any == AnySchema::default())
}

/// The parser calls everything "anything" that has a keyword it does not expect.
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

/// The bound as an integer, if it is one that fits.
fn whole(bound: Option<f64>) -> Option<i64> {
    format!("{:.0}", bound?).parse().ok()
}
