//! String enums that accept unknown values.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserializer, Visitor};

/// Implements the traits of a string enum from its `as_str` and `From<&str>`.
macro_rules! string_enum {
    ($name:ident) => {
        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            // `Self::Err` would be ambiguous in an enum with the value `err`.
            fn from_str(text: &str) -> Result<Self, ::std::convert::Infallible> {
                Ok(Self::from(text))
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, text: &str) -> bool {
                self.as_str() == text
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, text: &&str) -> bool {
                self.as_str() == *text
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D>(deserializer: D) -> Result<Self, D::Error>
            where
                D: ::serde::Deserializer<'de>,
            {
                $crate::runtime::deserialize_text(deserializer)
            }
        }
    };
}

pub(crate) use string_enum;

/// Decodes a string as an enum. Only an unknown value is copied.
pub(crate) fn deserialize_text<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: for<'a> From<&'a str>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_str(TextVisitor(PhantomData))
}

struct TextVisitor<T>(PhantomData<T>);

impl<T: for<'a> From<&'a str>> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        Ok(T::from(text))
    }
}

#[cfg(test)]
mod tests {
    #[derive(Debug, Clone, PartialEq)]
    enum State {
        Queued,
        InProgress,
        Unknown(String),
    }

    impl State {
        fn as_str(&self) -> &str {
            match self {
                Self::Queued => "Queued",
                Self::InProgress => "InProgress",
                Self::Unknown(value) => value,
            }
        }
    }

    impl From<&str> for State {
        fn from(value: &str) -> Self {
            match value {
                "Queued" => Self::Queued,
                "InProgress" => Self::InProgress,
                _ => Self::Unknown(value.to_owned()),
            }
        }
    }

    string_enum!(State);

    #[test]
    fn known_values_are_variants() {
        assert_eq!("InProgress".parse(), Ok(State::InProgress));
        assert_eq!(State::InProgress, "InProgress");
        assert_eq!(format!("{:>8}", State::Queued), "  Queued");
    }

    #[test]
    fn unknown_values_are_kept_and_sent_back() {
        let state: State = serde_json::from_str("\"Pau\\u0073ed\"").unwrap();
        assert_eq!(state, State::Unknown("Paused".into()));
        assert_eq!(serde_json::to_string(&state).unwrap(), "\"Paused\"");
        assert_eq!(State::from(String::from("paused")).as_str(), "paused");
    }

    #[test]
    fn other_json_types_are_rejected() {
        let error = serde_json::from_str::<State>("7").unwrap_err();
        assert!(error.to_string().starts_with("invalid type: integer `7`, expected a string"));
    }
}
