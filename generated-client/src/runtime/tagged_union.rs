//! Unions told apart by one property, the discriminator.

use serde::de::{DeserializeOwned, Error};
use serde_json::{Map, Value};

use super::json::Located;

/// Implements decoding and encoding of a union whose variants are told apart by `$tag`. Each variant's
/// struct writes its own tag. An object with a tag that is not listed is kept in `Unknown`.
macro_rules! tagged_union {
    ($name:ident by $tag:literal { $($value:literal => $variant:ident($type:ty)),+ $(,)? }) => {
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => value.serialize(serializer),)+
                    Self::Unknown(object) => object.serialize(serializer),
                }
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let object = ::serde::Deserialize::deserialize(deserializer)?;
                match $crate::runtime::read_tag(&object, $tag)? {
                    $($value => $crate::runtime::decode_variant(object).map(Self::$variant),)+
                    _ => Ok(Self::Unknown(object)),
                }
            }
        }

        $(impl From<$type> for $name {
            fn from(value: $type) -> Self {
                Self::$variant(value)
            }
        })+
    };
}

pub(crate) use tagged_union;

/// The discriminator of `object`.
pub(crate) fn read_tag<'o, E: Error>(
    object: &'o Map<String, Value>,
    tag: &str,
) -> Result<&'o str, E> {
    match object.get(tag) {
        Some(Value::String(value)) => Ok(value),
        Some(_) => Err(E::custom(format_args!(
            "the discriminator `{tag}` is not a string"
        ))),
        None => Err(E::custom(format_args!(
            "the discriminator `{tag}` is missing"
        ))),
    }
}

/// The variant that `object` is, once its tag has told which.
pub(crate) fn decode_variant<T: DeserializeOwned, E: Error>(
    object: Map<String, Value>,
) -> Result<T, E> {
    serde_path_to_error::deserialize(Value::Object(object))
        .map_err(|error| E::custom(Located::from(error)))
}
