//! Unions whose variant is chosen by one property, the discriminator.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Error, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::value_enum::whole;
use crate::json;
use crate::received::Received;

/// Implements encoding, decoding through [`TaggedUnion`], and conversions from the variants. Each
/// variant encodes its own tag.
macro_rules! tagged_union {
    ($name:ident, $($variant:ident($type:ty)),+ $(,)?) => {
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => value.serialize(serializer),)+
                    Self::Unknown(object) => object.serialize(serializer),
                }
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D>(deserializer: D) -> Result<Self, D::Error>
            where
                D: ::serde::Deserializer<'de>,
            {
                deserializer.deserialize_map($crate::runtime::UnionVisitor::new())
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

pub(crate) type JsonObject = Map<String, Value>;

/// A union of objects, discriminated by one property.
pub(crate) trait TaggedUnion: Sized {
    /// The name of the discriminator property.
    const TAG: &'static str;

    /// Whether numbers and booleans also select variants.
    const HAS_JSON_TAGS: bool = false;

    /// Decodes the variant that `tag` selects. `tag` is the text of a string, or the JSON text of a number or a
    /// boolean. An object without a tag, or with an unknown tag, becomes `Unknown`, so that the rest of the response
    /// can still be decoded.
    fn decode<E: Error>(tag: Option<&str>, object: JsonObject) -> Result<Self, E>;
}

/// A visitor that decodes a union in place, so that errors contain the location of the object.
pub(crate) struct UnionVisitor<T>(PhantomData<T>);

impl<T> UnionVisitor<T> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: TaggedUnion> Visitor<'de> for UnionVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        let object = Map::deserialize(MapAccessDeserializer::new(map))?;
        let tag = object.get(T::TAG).filter(|tag| T::HAS_JSON_TAGS || tag.is_string()).map(text);
        T::decode(tag.as_deref(), object)
    }
}

/// Returns the text of a string, or the JSON text of another value. A whole number becomes an integer, as in [`whole`].
fn text(tag: &Value) -> String {
    match whole(tag.clone()) {
        Value::String(text) => text,
        tag => tag.to_string(),
    }
}

/// Decodes `object` as the variant that its tag has selected.
pub(crate) fn decode_variant<T: DeserializeOwned, E: Error>(
    object: Map<String, Value>,
) -> Result<T, E> {
    serde_path_to_error::deserialize(Received::part(Value::Object(object)))
        .map_err(|error| E::custom(json::nested(&error)))
}

/// The tag of a variant that always has the integer `VALUE`. Decoding ignores the received tag, because the union has
/// already used it to select the variant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct IntegerTag<const VALUE: i64>;

impl<const VALUE: i64> Serialize for IntegerTag<VALUE> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(VALUE)
    }
}

impl<'de, const VALUE: i64> Deserialize<'de> for IntegerTag<VALUE> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Debug, PartialEq)]
    enum Shape {
        Circle(Circle),
        Group(Group),
        Unknown(Map<String, Value>),
    }

    impl TaggedUnion for Shape {
        const TAG: &'static str = "kind";

        fn decode<E: Error>(tag: Option<&str>, object: JsonObject) -> Result<Self, E> {
            match tag {
                Some("circle" | "7") => decode_variant(object).map(Self::Circle),
                Some("group") => decode_variant(object).map(Self::Group),
                _ => Ok(Self::Unknown(object)),
            }
        }
    }

    tagged_union!(Shape, Circle(Circle), Group(Group));

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "kind", rename = "circle")]
    struct Circle {
        radius: u32,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "kind", rename = "group")]
    struct Group {
        shapes: Vec<Shape>,
    }

    fn error(json: &str) -> String {
        serde_json::from_str::<Shape>(json).unwrap_err().to_string()
    }

    #[test]
    fn every_variant_writes_its_own_tag() {
        let circle = r#"{"kind":"circle","radius":1}"#;
        let star = r#"{"kind":"star","points":5}"#;
        let json = &format!(r#"{{"kind":"group","shapes":[{circle},{star}]}}"#);
        let shape: Shape = serde_json::from_str(json).unwrap();
        let Shape::Group(group) = &shape else { panic!("{shape:?}") };
        assert_eq!(group.shapes[0], Circle { radius: 1 }.into());
        assert!(matches!(&group.shapes[1], Shape::Unknown(object) if object["points"] == 5));
        assert_eq!(&serde_json::to_string(&shape).unwrap(), json);
    }

    #[test]
    fn an_object_without_a_tag_is_kept_and_does_not_fail_the_response() {
        for object in ["{}", r#"{"radius":1}"#, r#"{"kind":null}"#, r#"{"kind":7,"radius":1}"#] {
            let json = &format!(r#"{{"kind":"group","shapes":[{object}]}}"#);
            let shape: Shape = serde_json::from_str(json).unwrap();
            let Shape::Group(group) = &shape else { panic!("{shape:?}") };
            assert!(matches!(&group.shapes[0], Shape::Unknown(_)), "{json}");
            assert_eq!(&serde_json::to_string(&shape).unwrap(), json);
        }
        assert!(error("[]").starts_with("invalid type: sequence, expected an object"));
    }

    #[derive(Debug, PartialEq)]
    enum Coin {
        Penny(Penny),
        Crown(Crown),
        Unknown(Map<String, Value>),
    }

    impl TaggedUnion for Coin {
        const TAG: &'static str = "value";
        const HAS_JSON_TAGS: bool = true;

        fn decode<E: Error>(tag: Option<&str>, object: JsonObject) -> Result<Self, E> {
            match tag {
                Some("1") => decode_variant(object).map(Self::Penny),
                Some("true") => decode_variant(object).map(Self::Crown),
                _ => Ok(Self::Unknown(object)),
            }
        }
    }

    tagged_union!(Coin, Penny(Penny), Crown(Crown));

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Penny {
        #[serde(rename = "value", default)]
        _tag: IntegerTag<1>,
        year: u32,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Crown {
        value: bool,
    }

    #[test]
    fn a_tag_can_be_an_integer_or_a_boolean() {
        let json =
            r#"[{"value":1,"year":1900},{"value":true},{"value":2},{"value":1.5},{"value":false}]"#;
        let coins: Vec<Coin> = serde_json::from_str(json).unwrap();
        assert_eq!(coins[0], Penny { _tag: IntegerTag, year: 1900 }.into());
        assert_eq!(coins[1], Crown { value: true }.into());
        assert!(coins[2..].iter().all(|coin| matches!(coin, Coin::Unknown(_))), "{coins:?}");
        assert_eq!(serde_json::to_string(&coins).unwrap(), json);
        let whole: Coin = serde_json::from_str(r#"{"value":1.0,"year":1900}"#).unwrap();
        assert_eq!(whole, Penny { _tag: IntegerTag, year: 1900 }.into());
        let untagged: Penny = serde_json::from_str(r#"{"year":1900}"#).unwrap();
        assert_eq!(untagged, Penny { _tag: IntegerTag, year: 1900 });
    }

    #[test]
    fn error_paths_continue_through_nested_unions() {
        let group = r#"{"kind":"group","shapes":[{"kind":"circle","radius":"x"}]}"#;
        let json = &format!(r#"{{"kind":"group","shapes":[{group}]}}"#);
        let expected = "at `shapes[0].shapes[0].radius`: invalid type: string \"x\", expected u32";
        assert!(error(json).starts_with(expected), "{}", error(json));
    }
}
