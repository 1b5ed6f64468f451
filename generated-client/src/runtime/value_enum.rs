//! Enums of numbers, booleans and strings that accept unknown values.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::numbers::integer;

/// Implements the traits of an enum of JSON values from its `to_json` and `From<Value>`.
macro_rules! value_enum {
    ($name:ident) => {
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                match self.to_json() {
                    ::serde_json::Value::String(text) => f.pad(&text),
                    value => f.pad(&value.to_string()),
                }
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                ::serde::Serialize::serialize(&self.to_json(), serializer)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D>(deserializer: D) -> Result<Self, D::Error>
            where
                D: ::serde::Deserializer<'de>,
            {
                $crate::runtime::deserialize_value(deserializer).map(Self::from)
            }
        }
    };
}

pub(crate) use value_enum;

/// Decodes a value. A whole number becomes an integer, as in [`whole`].
pub(crate) fn deserialize_value<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Value, D::Error> {
    Value::deserialize(deserializer).map(whole)
}

/// Converts a whole number such as `2.0`, which some servers send, to the integer `2`. Returns any other value
/// unchanged.
pub(super) fn whole(value: Value) -> Value {
    let number = value.as_f64().filter(|_| value.is_f64());
    number.and_then(integer).map_or(value, Value::from)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    #[derive(Debug, Clone, PartialEq)]
    enum Size {
        V1,
        Auto,
        Unknown(Value),
    }

    impl Size {
        fn to_json(&self) -> Value {
            match self {
                Self::V1 => json!(1),
                Self::Auto => json!("auto"),
                Self::Unknown(value) => value.clone(),
            }
        }
    }

    impl From<Value> for Size {
        fn from(value: Value) -> Self {
            match value.to_string().as_str() {
                "1" => Self::V1,
                "\"auto\"" => Self::Auto,
                _ => Self::Unknown(value),
            }
        }
    }

    value_enum!(Size);

    #[test]
    fn numbers_and_strings_can_be_variants_and_unknown_values_are_kept() {
        let text = r#"[1,"auto","1",2.5,true,1.0]"#;
        let sizes: Vec<Size> = serde_json::from_str(text).unwrap();
        let unknown = [json!("1"), json!(2.5), json!(true)].map(Size::Unknown);
        assert_eq!(sizes, [&[Size::V1, Size::Auto], &unknown[..], &[Size::V1]].concat());
        assert_eq!(json!(sizes), json!([1, "auto", "1", 2.5, true, 1]));
        assert_eq!([&sizes[0], &sizes[1]].map(ToString::to_string), ["1", "auto"]);
    }
}
