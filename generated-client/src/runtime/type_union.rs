//! Unions whose variant is chosen by the JSON type of the value.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer, Error, IntoDeserializer as _, MapAccess, SeqAccess, Visitor,
};
use serde_json::Number;

use crate::received::Received;

/// Implements encoding, and decoding through [`TypeUnion`].
macro_rules! type_union {
    ($name:ident, $($variant:ident),+ $(,)?) => {
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => value.serialize(serializer),)+
                    Self::Unknown(value) => value.serialize(serializer),
                }
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D>(deserializer: D) -> Result<Self, D::Error>
            where
                D: ::serde::Deserializer<'de>,
            {
                deserializer.deserialize_any($crate::runtime::TypeVisitor::new())
            }
        }
    };
}

pub(crate) use type_union;

/// The type of a JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JsonType {
    Null,
    Boolean,
    /// An integer of at most 64 bits, written without a fraction or an exponent.
    Integer,
    /// Any other number.
    Number,
    String,
    Array,
    Object,
}

/// A union of values with different JSON types.
pub(crate) trait TypeUnion: Sized {
    /// Decodes the variant that the type of `value` selects. A value whose type selects no variant becomes `Unknown`,
    /// so that the rest of the response can still be decoded.
    fn decode<'de, D: Deserializer<'de>>(json_type: JsonType, value: D) -> Result<Self, D::Error>;
}

/// A visitor that decodes a union without a copy of the JSON, so that errors contain the location of the invalid value.
pub(crate) struct TypeVisitor<T>(PhantomData<T>);

impl<T> TypeVisitor<T> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: TypeUnion> Visitor<'de> for TypeVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<T, E> {
        T::decode(JsonType::Null, ().into_deserializer())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<T, E> {
        T::decode(JsonType::Boolean, value.into_deserializer())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<T, E> {
        T::decode(JsonType::Integer, value.into_deserializer())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<T, E> {
        T::decode(JsonType::Integer, value.into_deserializer())
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<T, E> {
        decode_number(&value.to_string())
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<T, E> {
        decode_number(&value.to_string())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<T, E> {
        T::decode(JsonType::Number, value.into_deserializer())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<T, E> {
        T::decode(JsonType::String, Received::part(value.into_deserializer()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<T, E> {
        T::decode(JsonType::String, Received::part(value.into_deserializer()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<T, A::Error> {
        T::decode(JsonType::Array, SeqAccessDeserializer::new(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<T, A::Error> {
        let first: Option<String> = entries.next_key()?;
        if first.as_deref() == Some(NUMBER) {
            return decode_number(&entries.next_value::<String>()?);
        }
        T::decode(JsonType::Object, MapAccessDeserializer::new(Entries { first, rest: entries }))
    }
}

/// The only key of a map that represents a number; its value is the number as text. Such a map arrives in place of a
/// number with a fraction or beyond 64 bits, if another crate has enabled the feature `arbitrary_precision` of
/// `serde_json`.
const NUMBER: &str = "$serde_json::private::Number";

fn decode_number<T: TypeUnion, E: Error>(text: &str) -> Result<T, E> {
    let number: Number = text.parse().map_err(E::custom)?;
    T::decode(JsonType::Number, number).map_err(E::custom)
}

/// The entries of an object whose first key has already been read.
struct Entries<A> {
    first: Option<String>,
    rest: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Entries<A> {
    type Error = A::Error;

    fn next_key_seed<K>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error>
    where
        K: DeserializeSeed<'de>,
    {
        match self.first.take() {
            Some(key) => seed.deserialize(key.into_deserializer()).map(Some),
            None => self.rest.next_key_seed(seed),
        }
    }

    fn next_value_seed<V>(&mut self, seed: V) -> Result<V::Value, A::Error>
    where
        V: DeserializeSeed<'de>,
    {
        self.rest.next_value_seed(seed)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use serde::{Deserialize, Serialize};
    use serde_json::{Value, json};

    use super::*;
    use crate::json::{Failure, decode};

    #[derive(Debug, Clone, PartialEq)]
    enum Input {
        Text(String),
        Count(i32),
        Flag(bool),
        Parts(Vec<Part>),
        Part(Box<Part>),
        Unknown(Value),
    }

    impl TypeUnion for Input {
        fn decode<'de, D: Deserializer<'de>>(
            json_type: JsonType,
            value: D,
        ) -> Result<Self, D::Error> {
            match json_type {
                JsonType::String => Deserialize::deserialize(value).map(Self::Text),
                JsonType::Integer => Deserialize::deserialize(value).map(Self::Count),
                JsonType::Boolean => Deserialize::deserialize(value).map(Self::Flag),
                JsonType::Array => Deserialize::deserialize(value).map(Self::Parts),
                JsonType::Object => Deserialize::deserialize(value).map(Self::Part),
                _ => Deserialize::deserialize(value).map(Self::Unknown),
            }
        }
    }

    type_union!(Input, Text, Count, Flag, Parts, Part);

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Part {
        size: u8,
        #[serde(skip_serializing_if = "Option::is_none")]
        next: Option<Input>,
    }

    #[derive(Debug, Clone, PartialEq)]
    enum Size {
        Any(f64),
        Unknown(Value),
    }

    impl TypeUnion for Size {
        fn decode<'de, D: Deserializer<'de>>(
            json_type: JsonType,
            value: D,
        ) -> Result<Self, D::Error> {
            match json_type {
                JsonType::Integer | JsonType::Number => {
                    Deserialize::deserialize(value).map(Self::Any)
                }
                _ => Deserialize::deserialize(value).map(Self::Unknown),
            }
        }
    }

    type_union!(Size, Any);

    #[derive(Debug, Clone, PartialEq)]
    enum Start {
        Time(DateTime<Utc>),
        Unknown(Value),
    }

    impl TypeUnion for Start {
        fn decode<'de, D: Deserializer<'de>>(
            json_type: JsonType,
            value: D,
        ) -> Result<Self, D::Error> {
            match json_type {
                JsonType::String => Deserialize::deserialize(value).map(Self::Time),
                _ => Deserialize::deserialize(value).map(Self::Unknown),
            }
        }
    }

    type_union!(Start, Time);

    fn part(size: u8, next: Option<Input>) -> Part {
        Part { size, next }
    }

    #[test]
    fn the_json_type_selects_the_variant() {
        let parts = vec![part(1, Some(Input::Text("a".to_owned()))), part(2, None)];
        for (json, input) in [
            (json!("a"), Input::Text("a".to_owned())),
            (json!(-7), Input::Count(-7)),
            (json!(true), Input::Flag(true)),
            (json!([]), Input::Parts(Vec::new())),
            (json!([{"size": 1, "next": "a"}, {"size": 2}]), Input::Parts(parts)),
            (json!({"size": 1, "next": [{"size": 2}]}), {
                Input::Part(Box::new(part(1, Some(Input::Parts(vec![part(2, None)])))))
            }),
        ] {
            assert_eq!(serde_json::from_value::<Input>(json.clone()).unwrap(), input);
            assert_eq!(serde_json::from_str::<Input>(&json.to_string()).unwrap(), input);
            assert_eq!(serde_json::to_value(&input).unwrap(), json);
        }
    }

    #[test]
    fn a_value_of_another_type_is_kept() {
        for json in [json!(1.5), json!(null)] {
            let input: Input = serde_json::from_value(json.clone()).unwrap();
            assert_eq!(input, Input::Unknown(json.clone()));
            assert_eq!(serde_json::to_value(&input).unwrap(), json);
        }
        for json in [json!("a"), json!(null), json!([{"a": [1.5, -1]}]), json!({"b": u64::MAX})] {
            let size: Size = serde_json::from_str(&json.to_string()).unwrap();
            assert_eq!(size, Size::Unknown(json.clone()));
            assert_eq!(serde_json::to_value(&size).unwrap(), json);
        }
    }

    #[test]
    fn every_number_selects_the_variant_for_numbers() {
        for json in ["1", "-1.5", "1e300", "0.10", "36893488147419103232", "-36893488147419103232"]
        {
            let expected = Size::Any(json.parse().unwrap());
            assert_eq!(serde_json::from_str::<Size>(json).unwrap(), expected);
            let value: Value = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::from_value::<Size>(value).unwrap(), expected);
            assert!(decode::<Size>(json.as_bytes()).is_ok_and(|size| size == expected));
        }
    }

    #[test]
    fn a_time_needs_no_offset() {
        let expected = Start::Time("2024-05-30T10:00:00Z".parse().unwrap());
        for json in [r#""2024-05-30T10:00:00""#, r#""2024-05-30T10\u003a00:00""#] {
            assert_eq!(serde_json::from_str::<Start>(json).unwrap(), expected);
            let value: Value = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::from_value::<Start>(value).unwrap(), expected);
        }
    }

    #[test]
    fn an_object_can_be_empty() {
        let size: Size = serde_json::from_str("{}").unwrap();
        assert_eq!(size, Size::Unknown(json!({})));
    }

    #[test]
    fn an_error_within_a_variant_has_its_path() {
        for (body, expected) in [
            (r#"[{"size":1},{"size":256}]"#, "[1].size"),
            (r#"{"size":1,"next":{"size":2,"next":[{"size":-1}]}}"#, "next.next[0].size"),
            (r#"{"size":1,"next":[[]]}"#, "next[0]"),
        ] {
            let Err(Failure::Shape { path, .. }) = decode::<Input>(body.as_bytes()) else {
                panic!("{body} must not decode")
            };
            assert_eq!(path, expected);
        }
    }
}
