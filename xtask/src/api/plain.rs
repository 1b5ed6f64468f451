//! Schemas with only the keywords that determine the Rust type.

use std::collections::BTreeMap;

use openapiv3::{
    AdditionalProperties, ArrayType, BooleanType, IntegerFormat, IntegerType, NumberType,
    ObjectType, ReferenceOr, Schema, SchemaData, SchemaKind, StringFormat, StringType,
    Type as Shape, VariantOrUnknownOrEmpty as Format,
};

use crate::schema::{SchemaRef, any_kind, bare, boxed, is_secret, reference_to};

/// The format of strings that become the runtime's `ObjectId`.
pub(super) const OBJECT_ID: &str = "x-object-id";

/// The format of strings that become the runtime's `Base64`.
pub(super) const BASE64: &str = "x-base64";

/// The format of strings that become the runtime's `Secret`.
pub(super) const PASSWORD: &str = "password";

/// The pattern of an object id: 12 bytes, written as 24 lowercase hexadecimal digits.
const OBJECT_ID_PATTERN: &str = "^([a-f0-9]{24})$";

/// Returns the schema with only the keywords that determine its type. `models` maps the name of each named schema to
/// the name to use in references. References, scalars, lists, objects and `allOf` with a single member keep their
/// kind. Any other schema becomes one that allows any value.
pub(super) fn plain(
    schema: SchemaRef<'_>,
    is_parameter: bool,
    models: &BTreeMap<String, String>,
) -> ReferenceOr<Schema> {
    let schema = match schema {
        SchemaRef::Name(name) => {
            return models.get(name).map_or_else(any, |model| reference_to(model));
        }
        SchemaRef::Schema(schema) => schema,
    };
    let below = |schema: SchemaRef<'_>| plain(schema, is_parameter, models);
    let schema_kind = match &schema.schema_kind {
        SchemaKind::Type(shape) => SchemaKind::Type(plain_type(shape, is_parameter, below)),
        SchemaKind::AllOf { all_of } => match all_of.as_slice() {
            [only] => SchemaKind::AllOf { all_of: vec![below(only.into())] },
            _ => return any(),
        },
        _ => return any(),
    };
    let schema_data = SchemaData { nullable: schema.schema_data.nullable, ..SchemaData::default() };
    ReferenceOr::Item(Schema { schema_data, schema_kind })
}

fn plain_type(
    shape: &Shape,
    is_parameter: bool,
    below: impl Fn(SchemaRef<'_>) -> ReferenceOr<Schema>,
) -> Shape {
    match shape {
        Shape::String(string) => {
            Shape::String(StringType { format: text_format(string), ..StringType::default() })
        }
        Shape::Integer(integer) => {
            let unsigned = if is_parameter { unsigned_format(integer) } else { None };
            let format = unsigned.unwrap_or_else(|| integer.format.clone());
            Shape::Integer(IntegerType { format, ..IntegerType::default() })
        }
        // The format is dropped, because servers send more digits than an `f32` can represent, even for the format
        // `float`.
        Shape::Number(_) => Shape::Number(NumberType::default()),
        Shape::Boolean(_) => Shape::Boolean(BooleanType::default()),
        Shape::Array(array) => {
            let items = array.items.as_ref().map_or_else(any, |items| below(items.into()));
            let items = Some(boxed(items));
            let (min_items, max_items, unique_items) = (None, None, false);
            Shape::Array(ArrayType { items, min_items, max_items, unique_items })
        }
        Shape::Object(object) => {
            let additional_properties = match &object.additional_properties {
                Some(AdditionalProperties::Schema(values)) => {
                    Some(AdditionalProperties::Schema(Box::new(below(values.as_ref().into()))))
                }
                _ => None,
            };
            Shape::Object(ObjectType { additional_properties, ..ObjectType::default() })
        }
    }
}

/// Returns whether the string has a Rust type other than `String` and `Secret`.
pub(super) fn has_own_type(string: &StringType) -> bool {
    !matches!(text_format(string), Format::Empty | Format::Item(StringFormat::Password))
}

/// Returns whether a string is an object id. A secret is never an object id, even if it has the pattern of one.
fn is_object_id(string: &StringType) -> bool {
    string.pattern.as_deref() == Some(OBJECT_ID_PATTERN) && !is_secret(string)
}

/// Returns the format that selects the Rust type of a string, or no format for a plain `String`.
fn text_format(string: &StringType) -> Format<StringFormat> {
    match &string.format {
        _ if is_object_id(string) => Format::Unknown(OBJECT_ID.to_owned()),
        Format::Item(StringFormat::Date | StringFormat::DateTime | StringFormat::Password) => {
            string.format.clone()
        }
        Format::Item(StringFormat::Byte) => Format::Unknown(BASE64.to_owned()),
        Format::Unknown(format) if format == "uuid" => string.format.clone(),
        _ => Format::Empty,
    }
}

/// Returns an unsigned format for an integer whose minimum is 0 or more, unless the integer has a format other than
/// `int32` and `int64`.
fn unsigned_format(integer: &IntegerType) -> Option<Format<IntegerFormat>> {
    integer.minimum.filter(|minimum| *minimum >= 0)?;
    if matches!(integer.format, Format::Unknown(_)) {
        return None;
    }
    let is_short = integer.format == Format::Item(IntegerFormat::Int32)
        || integer.maximum.is_some_and(|maximum| u32::try_from(maximum).is_ok());
    Some(Format::Unknown(if is_short { "uint32" } else { "uint64" }.to_owned()))
}

fn any() -> ReferenceOr<Schema> {
    ReferenceOr::Item(bare(any_kind()))
}
