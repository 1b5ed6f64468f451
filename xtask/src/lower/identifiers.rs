//! Recognises the identifiers that the runtime has a type for.

use openapiv3::{OpenAPI, SchemaKind, Type, VariantOrUnknownOrEmpty};

use super::{Lowered, Options};
use crate::walk;

/// The format that the engine reads as the runtime's `ObjectId`.
pub const OBJECT_ID: &str = "x-object-id";

/// Twelve bytes, written as 24 lower-case hexadecimal digits.
const PATTERN: &str = "^([a-f0-9]{24})$";

/// Replaces the pattern of an object id, and its lengths with it, by a format of that name.
pub(super) fn run(mut document: OpenAPI, _: &Options) -> Lowered {
    walk::every_schema(&mut document, &mut |schema| {
        let SchemaKind::Type(Type::String(string)) = &mut schema.schema_kind else { return };
        if string.pattern.as_deref() == Some(PATTERN) {
            string.pattern = None;
            string.min_length = None;
            string.max_length = None;
            string.format = VariantOrUnknownOrEmpty::Unknown(OBJECT_ID.to_owned());
        }
    });
    Ok(document)
}
