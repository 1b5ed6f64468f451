//! A type that the client defines for a schema.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::is_false;
use super::paging::Page;
use super::value::{Docs, Rules, Type};
use crate::diagnostic::Pointer;
use crate::lower::{JsonType, text};

/// A type that the client defines for a schema.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// The name in Rust.
    pub ident: String,
    /// The module that defines the model. An inline model is in the module of its owner.
    pub module: String,
    /// The model or operation that contains the model inline in the document. `None` for a named
    /// schema.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The location of the schema in the document.
    #[serde(skip)]
    pub pointer: Pointer,
    /// The documentation, from the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether requests contain the model, and whether responses contain it.
    pub usage: Usage,
    /// Whether a value is validated before it is sent.
    #[serde(default, skip_serializing_if = "is_false")]
    pub validates: bool,
    /// Whether the model is the value of a parameter, or an item of a list or map that is the value.
    #[serde(default, skip_serializing_if = "is_false")]
    pub in_parameter: bool,
    /// Whether the model is an enum of strings, and the type of any field is `Nullable` of it. If so, text converts to
    /// `Nullable` of the enum.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_nullable_text: bool,
    /// The features that need the module. Empty if the module is always compiled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<String>,
    /// The kind of the model.
    pub kind: Kind,
}

/// The use of a model in requests and in responses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Whether requests can contain the model.
    #[serde(default, skip_serializing_if = "is_false")]
    pub request: bool,
    /// Whether responses can contain the model.
    #[serde(default, skip_serializing_if = "is_false")]
    pub response: bool,
}

/// The kind of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::large_enum_variant, reason = "most models are structs")]
pub enum Kind {
    /// An object with known properties.
    Struct(Struct),
    /// One of several values.
    Enum(Vec<EnumValue>),
    /// One of several models, discriminated by a property.
    Union(Union),
    /// One of several values with different JSON types.
    #[serde(rename = "typeUnion")]
    TypeUnion(TypeUnion),
}

impl Kind {
    /// Returns the type and the rules of each field of a struct, or of each variant of a union of JSON types. Returns
    /// nothing for enums and for unions with a discriminator.
    pub fn values(&self) -> impl Iterator<Item = (&Type, &Rules)> {
        let (fields, variants) = match self {
            Self::Struct(object) => (object.fields.as_slice(), [].as_slice()),
            Self::TypeUnion(union) => ([].as_slice(), union.variants.as_slice()),
            Self::Enum(_) | Self::Union(_) => ([].as_slice(), [].as_slice()),
        };
        let fields = fields.iter().map(|field| (&field.ty, &field.rules));
        fields.chain(variants.iter().map(|variant| (&variant.ty, &variant.rules)))
    }
}

/// An object with known properties.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Struct {
    /// The fields, in document order.
    pub fields: Vec<Field>,
    /// The discriminator and its value, if the object is a variant that exactly one such pair selects. `None` if the
    /// object has additional properties, because they contain the discriminator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<Tag>,
    /// How to read the object as a page of a list, if an operation returns it as a page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<Page>,
}

/// A property with a constant value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tag {
    /// The name of the property.
    pub property: String,
    /// The value: a string or an integer.
    pub value: Value,
}

/// A field of a struct.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "the facts are independent of each other")]
pub struct Field {
    /// The name in Rust.
    pub ident: String,
    /// The name on the wire.
    pub name: String,
    /// The type, including any `Option` and `Box`.
    pub ty: Type,
    /// Whether the field may be absent. If so, its type has a value for an absent field: `None`, `Nullable::Absent`, or
    /// an empty list or map. An empty list or map is used only in models that only responses contain, and for
    /// additional properties.
    #[serde(default, skip_serializing_if = "is_false")]
    pub optional: bool,
    /// Whether requests must set the field although its type is an `Option`. Responses exclude such a field.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required_in_requests: bool,
    /// Whether examples set the field although it is optional. This is the case if the struct combines several variants
    /// and the first variant requires the field.
    #[serde(default, skip_serializing_if = "is_false")]
    pub in_example: bool,
    /// Whether only the server sets the field, although requests contain the model. Such a field is optional, and its
    /// setter exists only for tests.
    #[serde(default, skip_serializing_if = "is_false")]
    pub read_only: bool,
    /// Whether the field contains all properties that the document allows but does not define.
    #[serde(default, skip_serializing_if = "is_false")]
    pub rest: bool,
    /// The rules for the value.
    #[serde(default, skip_serializing_if = "Rules::is_empty")]
    pub rules: Rules,
    /// Whether the type of the field's argument is an enum of strings, so that callers can also pass text. `false` for
    /// `Nullable` of such an enum, whose conversions accept text: see [`Model::is_nullable_text`].
    #[serde(default, skip_serializing_if = "is_false")]
    pub accepts_text: bool,
    /// Whether the field contains an `IdInput`, or a model that is validated before it is sent.
    #[serde(default, skip_serializing_if = "is_false")]
    pub validates: bool,
    /// The documentation, from the document.
    #[serde(default, skip_serializing_if = "Docs::is_empty")]
    pub docs: Docs,
}

impl Field {
    /// Returns whether the constructor of the struct requires the field.
    #[must_use]
    pub fn is_argument(&self) -> bool {
        !self.optional || self.required_in_requests
    }

    /// Returns the type of the argument that the constructor or setter takes. This is the type of the field, without
    /// the `Option` of an optional field.
    #[must_use]
    pub fn argument(&self) -> &Type {
        match &self.ty {
            Type::Option(inner) if self.optional => inner,
            ty => ty,
        }
    }
}

/// An enum value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnumValue {
    /// The name of the variant in Rust.
    pub ident: String,
    /// The value on the wire: a string, a number or a boolean.
    pub value: Value,
    /// The meaning of the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl EnumValue {
    /// Returns the value as text: a string unchanged, and anything else as JSON.
    #[must_use]
    pub fn text(&self) -> String {
        text(&self.value)
    }
}

/// One of several models, discriminated by a property.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Union {
    /// The discriminator.
    pub property: String,
    /// Whether the discriminator can be a number or a boolean.
    #[serde(default, skip_serializing_if = "is_false")]
    pub has_json_tags: bool,
    /// The variants, in document order.
    pub variants: Vec<Variant>,
    /// The required fields that all variants have with the same type.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shared: Vec<Field>,
}

/// A variant of a union.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// The name in Rust.
    pub ident: String,
    /// The model in the variant.
    pub model: String,
    /// The discriminator values that select the variant. Numbers and booleans are written as JSON.
    pub values: Vec<String>,
    /// The description of the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether the model is validated before it is sent.
    #[serde(default, skip_serializing_if = "is_false")]
    pub validates: bool,
}

/// One of several values with different JSON types.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TypeUnion {
    /// The variants, in document order.
    pub variants: Vec<TypeVariant>,
    /// Whether the type of any field is `Nullable` of this union. If so, all values that convert to the union also
    /// convert to `Nullable` of the union.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_nullable: bool,
    /// The same for `Nullable` of a `Box` of this union.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_nullable_box: bool,
}

/// A variant of a union of values with different JSON types.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TypeVariant {
    /// The name in Rust.
    pub ident: String,
    /// The type of the value.
    pub ty: Type,
    /// The JSON types that select the variant.
    pub json_types: BTreeSet<JsonType>,
    /// Whether every string converts to the type of the value. This is the case for a string, a secret and an enum of
    /// strings.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_text: bool,
    /// The models in the variants of the value, if the value is a union with a discriminator. These models also convert
    /// to the union of JSON types.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub models: Vec<String>,
    /// The rules for the value.
    #[serde(default, skip_serializing_if = "Rules::is_empty")]
    pub rules: Rules,
    /// The description of the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether the value contains a model that is validated before it is sent.
    #[serde(default, skip_serializing_if = "is_false")]
    pub validates: bool,
}
