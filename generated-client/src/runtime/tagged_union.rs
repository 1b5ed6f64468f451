//! Unions told apart by one property, the discriminator.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeOwned, Error, MapAccess, Visitor};
use serde_json::{Map, Value};

use crate::json;

/// Implements decoding and encoding of a union whose variants are told apart by `$tag`. Each
/// variant's struct writes its own tag. An object without a tag, or with one that is not listed, is
/// kept in `Unknown`, so that it does not make the whole response fail.
macro_rules! tagged_union {
    ($name:ident by $tag:literal {
        $($($value:literal)|+ => $variant:ident($type:ty)),+ $(,)?
    }) => {
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

        impl $crate::runtime::TaggedUnion for $name {
            fn read<E>(object: ::serde_json::Map<String, ::serde_json::Value>) -> Result<Self, E>
            where
                E: ::serde::de::Error,
            {
                match $crate::runtime::read_tag(&object, $tag) {
                    $(Some($($value)|+) => $crate::runtime::decode_variant(object).map(Self::$variant),)+
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

/// A union that an object makes.
pub(crate) trait TaggedUnion: Sized {
    fn read<E: Error>(object: Map<String, Value>) -> Result<Self, E>;
}

/// Reads a union while its object is read, so that an error has the place of the object.
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
        T::read(Map::deserialize(MapAccessDeserializer::new(map))?)
    }
}

/// The discriminator of `object`, if it has one that is a string.
pub(crate) fn read_tag<'o>(object: &'o Map<String, Value>, tag: &str) -> Option<&'o str> {
    object.get(tag)?.as_str()
}

/// The variant that `object` is, once its tag has told which.
pub(crate) fn decode_variant<T: DeserializeOwned, E: Error>(
    object: Map<String, Value>,
) -> Result<T, E> {
    serde_path_to_error::deserialize(Value::Object(object))
        .map_err(|error| E::custom(json::nested(&error)))
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

    tagged_union! { Shape by "kind" { "circle" => Circle(Circle), "group" => Group(Group) } }

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
    fn an_object_without_its_tag_is_kept_and_fails_nothing_around_it() {
        for object in ["{}", r#"{"radius":1}"#, r#"{"kind":null}"#, r#"{"kind":7,"radius":1}"#] {
            let json = &format!(r#"{{"kind":"group","shapes":[{object}]}}"#);
            let shape: Shape = serde_json::from_str(json).unwrap();
            let Shape::Group(group) = &shape else { panic!("{shape:?}") };
            assert!(matches!(&group.shapes[0], Shape::Unknown(_)), "{json}");
            assert_eq!(&serde_json::to_string(&shape).unwrap(), json);
        }
        assert!(error("[]").starts_with("invalid type: sequence, expected an object"));
    }

    #[test]
    fn paths_join_through_unions_in_unions() {
        let group = r#"{"kind":"group","shapes":[{"kind":"circle","radius":-1}]}"#;
        let json = &format!(r#"{{"kind":"group","shapes":[{group}]}}"#);
        let expected = "at `shapes[0].shapes[0].radius`: invalid value: integer `-1`, expected u32";
        assert!(error(json).starts_with(expected), "{}", error(json));
    }
}
