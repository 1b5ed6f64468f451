//! Optional request fields that distinguish `null` from an absent field.

use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An optional, nullable field of a request: absent, `null`, or a value.
///
/// In a `PATCH`, an absent field usually leaves the server's value unchanged, and `null` removes that value. A setter
/// accepts a plain value, or `None` for `null`. To leave the field out, do not call the setter.
///
/// ```
/// use generated_client::Nullable;
///
/// let value: Nullable<String> = "text".into();
/// assert_eq!(value.as_deref(), Some("text"));
/// assert_eq!(Nullable::<String>::from(None::<String>), Nullable::Null);
/// assert_eq!(Nullable::<String>::default(), Nullable::Absent);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Nullable<T> {
    /// The field is not sent, or was not received.
    #[default]
    Absent,
    /// The field is `null`.
    Null,
    /// The field has a value.
    Value(T),
}

impl<T> Nullable<T> {
    /// Returns whether the field is absent.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Returns whether the field is `null`.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Returns a reference to the value, or `None` if the field is absent or `null`.
    pub const fn as_ref(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// Returns a reference to the dereferenced value, such as a `&str` for a `Nullable<String>` or a slice for a list.
    /// Returns `None` if the field is absent or `null`.
    pub fn as_deref(&self) -> Option<&T::Target>
    where
        T: Deref,
    {
        self.as_ref().map(T::deref)
    }

    /// Returns the value, or `None` if the field is absent or `null`.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }
}

impl<T> From<T> for Nullable<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

/// Boxes the value, because the fields of a recursive model are boxed.
impl<T> From<T> for Nullable<Box<T>> {
    fn from(value: T) -> Self {
        Self::Value(Box::new(value))
    }
}

impl From<&str> for Nullable<String> {
    fn from(text: &str) -> Self {
        Self::Value(text.to_owned())
    }
}

/// Converts `None` to `null`.
impl<T> From<Option<T>> for Nullable<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

/// Converts an absent field and `null` to `None`.
impl<T> From<Nullable<T>> for Option<T> {
    fn from(field: Nullable<T>) -> Self {
        field.into_value()
    }
}

/// Writes `null` for an absent field too, so the struct must skip absent fields.
impl<T: Serialize> Serialize for Nullable<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_ref().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Nullable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    struct Patch {
        #[serde(default, skip_serializing_if = "Nullable::is_absent")]
        size: Nullable<u8>,
    }

    #[test]
    fn absent_null_and_a_value_survive_decoding_and_encoding() {
        for (json, size) in [
            (json!({}), Nullable::Absent),
            (json!({"size": null}), Nullable::Null),
            (json!({"size": 1}), Nullable::Value(1)),
        ] {
            let patch: Patch = serde_json::from_value(json.clone()).unwrap();
            assert_eq!(patch, Patch { size });
            assert_eq!(json!(patch), json);
        }
    }

    #[test]
    fn a_setter_accepts_a_value_or_none() {
        fn field<T>(value: impl Into<Nullable<T>>) -> Nullable<T> {
            value.into()
        }
        assert_eq!(field::<String>("a"), Nullable::Value("a".to_owned()));
        assert_eq!(field::<i64>(1), Nullable::Value(1));
        assert_eq!(field::<Box<u8>>(1), Nullable::Value(Box::new(1)));
        assert_eq!(field::<Box<u8>>(None), Nullable::Null);
        assert_eq!(field::<Vec<u8>>(None), Nullable::Null);
        assert_eq!(field::<Vec<u8>>(Vec::new()), Nullable::Value(Vec::new()));
        assert_eq!(field::<u8>(Nullable::Absent).into_value(), None);
    }
}
