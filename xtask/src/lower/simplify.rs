//! Takes `allOf` away where it composes nothing.

use openapiv3::{AnySchema, OpenAPI, ReferenceOr, Schema, SchemaKind};

use super::{Complaint, Options};
use crate::walk;

/// Drops the members of `allOf` that say nothing of the value, and `allOf` itself where it holds no
/// more than one schema that is written out.
///
/// Around one reference it stays: that is the way to say something of a reference in OpenAPI 3.0.
pub(super) fn run(mut document: OpenAPI, _: &Options) -> Result<OpenAPI, Vec<Complaint>> {
    walk::every_schema(&mut document, &mut simplify);
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
