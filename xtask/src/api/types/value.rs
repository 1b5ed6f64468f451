//! The type of a value, its rules and its documentation.

use std::fmt::{self, Display};

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use super::{is_false, present};

/// The documentation of a value.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Docs {
    /// The meaning of the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether the value is deprecated.
    #[serde(default, skip_serializing_if = "is_false")]
    pub deprecated: bool,
    /// The server's default for an absent value.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// An example of a value, from the document. If there is none, an example for the format, such as
    /// `user@example.com` for `email`.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub example: Option<Value>,
}

impl Docs {
    /// Returns whether there is no documentation.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The server's rules for a value, as JSON Schema keywords.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a rule of its own")]
pub struct Rules {
    /// The ECMA-262 pattern that the string must match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The minimum number of characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<usize>,
    /// The maximum number of characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<usize>,
    /// The minimum of a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Number>,
    /// The maximum of a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Number>,
    /// Whether `minimum` itself is excluded.
    #[serde(skip_serializing_if = "is_false")]
    pub exclusive_minimum: bool,
    /// Whether `maximum` itself is excluded.
    #[serde(skip_serializing_if = "is_false")]
    pub exclusive_maximum: bool,
    /// The number of which the value must be a multiple.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multiple_of: Option<Number>,
    /// Whether infinity and NaN are excluded, because JSON cannot express them, and no other rule excludes them.
    #[serde(skip_serializing_if = "is_false")]
    pub finite: bool,
    /// The minimum number of list items or map entries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_items: Option<usize>,
    /// The maximum number of list items or map entries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_items: Option<usize>,
    /// Whether list items must be unique.
    #[serde(skip_serializing_if = "is_false")]
    pub unique_items: bool,
    /// The rules for each list item or map value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub each: Option<Box<Rules>>,
}

impl Rules {
    /// Returns whether every value is allowed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The type of a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Type {
    /// `bool`
    Bool,
    /// An integer, by its name in Rust, such as `i32` or `u64`.
    Integer(String),
    /// `f32` or `f64`, by its name in Rust.
    Float(String),
    /// `String`
    String,
    /// `ObjectId`, the runtime's type for identifiers.
    ObjectId,
    /// `IdInput`, the runtime's type for an identifier that callers may pass as text.
    IdInput,
    /// `Base64`, the runtime's type for bytes.
    Bytes,
    /// `Secret`, the runtime's type for text that must not appear in logs.
    Secret,
    /// `Uuid`
    Uuid,
    /// `DateTime<Utc>`
    DateTime,
    /// `NaiveDate`
    Date,
    /// `serde_json::Value`
    Json,
    /// `serde_json::Map<String, serde_json::Value>`
    JsonObject,
    /// `Option<_>`
    Option(Box<Type>),
    /// `Nullable<_>`, the runtime's type for a field that may be absent, `null` or a value.
    Nullable(Box<Type>),
    /// `Vec<_>`
    List(Box<Type>),
    /// `BTreeMap<String, _>`
    Map(Box<Type>),
    /// `Box<_>`
    Boxed(Box<Type>),
    /// `Upload`, the contents of a file or a raw body.
    Upload,
    /// `Form`, the parts of a `multipart/form-data` body.
    Form,
    /// A model, by its name in Rust.
    Model(String),
    /// A union of values with different JSON types, by its name in Rust. Arguments of this type accept every value that
    /// converts to the union.
    TypeUnion(String),
}

impl Type {
    /// Returns the type of a present value: `T` for `Option<T>` and `Nullable<T>`, and any other type unchanged.
    #[must_use]
    pub fn value(&self) -> &Self {
        if let Self::Option(inner) | Self::Nullable(inner) = self { inner } else { self }
    }

    /// Returns whether the type is an `Option` or a `Nullable`.
    #[must_use]
    pub fn is_option(&self) -> bool {
        matches!(self, Self::Option(_) | Self::Nullable(_))
    }

    /// Returns whether arguments of the type accept every value that converts to the type.
    #[must_use]
    pub fn is_converted(&self) -> bool {
        matches!(
            self,
            Self::String
                | Self::Bytes
                | Self::IdInput
                | Self::Secret
                | Self::Upload
                | Self::Nullable(_)
                | Self::TypeUnion(_)
        )
    }

    /// Returns whether a value of the type is a single text on the wire: a scalar, or a model for which `is_enum`
    /// returns `true`.
    pub(in crate::api) fn is_text(&self, is_enum: &dyn Fn(&str) -> bool) -> bool {
        match self {
            Self::Bool
            | Self::Integer(_)
            | Self::Float(_)
            | Self::String
            | Self::ObjectId
            | Self::IdInput
            | Self::Bytes
            | Self::Secret
            | Self::Uuid
            | Self::DateTime
            | Self::Date => true,
            Self::Model(name) => is_enum(name),
            Self::Boxed(inner) => inner.is_text(is_enum),
            _ => false,
        }
    }

    /// Returns the type without an `Option`, `Nullable` or `Box` around it.
    #[must_use]
    pub fn unwrapped(&self) -> &Self {
        match self {
            Self::Option(inner) | Self::Nullable(inner) | Self::Boxed(inner) => inner.unwrapped(),
            other => other,
        }
    }

    /// Returns the type inside all containers.
    #[must_use]
    pub fn innermost(&self) -> &Self {
        match self {
            Self::Option(inner)
            | Self::Nullable(inner)
            | Self::List(inner)
            | Self::Map(inner)
            | Self::Boxed(inner) => inner.innermost(),
            other => other,
        }
    }

    /// Returns the Rust name of the model inside any containers, or `None` if the innermost type is not a model.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        match self.innermost() {
            Self::Model(name) | Self::TypeUnion(name) => Some(name),
            _ => None,
        }
    }
}

/// Formats the type as Rust code.
impl Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Integer(name) | Self::Float(name) | Self::Model(name) | Self::TypeUnion(name) => {
                f.write_str(name)
            }
            Self::String => f.write_str("String"),
            Self::ObjectId => f.write_str("ObjectId"),
            Self::IdInput => f.write_str("IdInput"),
            Self::Bytes => f.write_str("Base64"),
            Self::Secret => f.write_str("Secret"),
            Self::Uuid => f.write_str("Uuid"),
            Self::DateTime => f.write_str("DateTime<Utc>"),
            Self::Date => f.write_str("NaiveDate"),
            Self::Json => f.write_str("serde_json::Value"),
            Self::JsonObject => f.write_str("serde_json::Map<String, serde_json::Value>"),
            Self::Option(inner) => write!(f, "Option<{inner}>"),
            Self::List(inner) => write!(f, "Vec<{inner}>"),
            Self::Map(inner) => write!(f, "BTreeMap<String, {inner}>"),
            Self::Nullable(inner) => write!(f, "Nullable<{inner}>"),
            Self::Boxed(inner) => write!(f, "Box<{inner}>"),
            Self::Upload => f.write_str("Upload"),
            Self::Form => f.write_str("Form"),
        }
    }
}
