//! A deserializer for JSON as servers send it.
//!
//! It differs from serde alone by five rules, which apply at every depth:
//!
//! - An array in place of an object is an error. serde also decodes a struct from a sequence of its fields: `["a",1]`
//!   becomes a struct with two fields. No API sends an object in this form.
//! - However, an empty array below the root of a body is an empty object, because PHP writes both as `[]`. If the whole
//!   body is `[]`, the server has more likely answered another request.
//! - A number can be a string, and an integer can have a fraction of zero: [`Lenient`].
//! - A time without an offset is in UTC, and a date can have a time: [`Times`].
//!
//! [`Received`] wraps a deserializer, and also everything through which nested values reach their types: visitors, and
//! with [`Nested`] seeds and accesses.
//!
//! The rules do not apply to values that serde buffers. Those are the values of a flattened field, which
//! [`flattened`](crate::runtime::flattened) wraps again, and of an untagged enum, which no model contains.

use std::{fmt, iter};

use serde::de::value::MapDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected,
    VariantAccess, Visitor,
};

use crate::numbers::Lenient;
use crate::times::Times;

/// A deserializer, or a visitor, that applies the rules of this module.
pub(crate) struct Received<T> {
    inner: T,
    /// Whether the value is the whole body, and not a part of one.
    is_body: bool,
}

impl<T> Received<T> {
    /// Wraps the deserializer of a whole body.
    pub(crate) const fn body(inner: T) -> Self {
        Self { inner, is_body: true }
    }

    /// Wraps the deserializer of a part of a body.
    pub(crate) const fn part(inner: T) -> Self {
        Self { inner, is_body: false }
    }
}

/// A seed or an access, whose values are below the root.
struct Nested<T>(T);

/// Passes the visitor on unchanged, because it receives no nested values.
macro_rules! scalars {
    ($($method:ident)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            self.inner.$method(visitor)
        })+
    };
}

/// Wraps the visitor of a number with a fraction.
macro_rules! floats {
    ($($method:ident)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            self.inner.deserialize_any(Lenient::float(visitor))
        })+
    };
}

/// Wraps the visitor of an integer.
macro_rules! integers {
    ($($method:ident)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            self.inner.deserialize_any(Lenient::integer(visitor))
        })+
    };
}

/// Wraps a visitor that may receive nested values.
macro_rules! nested {
    ($($method:ident($($name:ident: $type:ty),*))+) => {
        $(fn $method<V: Visitor<'de>>(
            self,
            $($name: $type,)*
            visitor: V,
        ) -> Result<V::Value, D::Error> {
            let visitor = Received { inner: visitor, is_body: self.is_body };
            self.inner.$method($($name,)* visitor)
        })+
    };
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Received<D> {
    type Error = D::Error;

    scalars! {
        deserialize_bool deserialize_i128 deserialize_u128
        deserialize_char deserialize_string deserialize_bytes deserialize_byte_buf deserialize_unit
        deserialize_identifier deserialize_ignored_any
    }

    floats! { deserialize_f32 deserialize_f64 }

    integers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    nested! {
        deserialize_any()
        deserialize_option()
        deserialize_newtype_struct(name: &'static str)
        deserialize_seq()
        deserialize_tuple(length: usize)
        deserialize_tuple_struct(name: &'static str, length: usize)
        deserialize_enum(name: &'static str, variants: &'static [&'static str])
    }

    /// chrono decodes times and dates through this method, and `String` through another.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_str(Times(visitor))
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.inner.deserialize_unit_struct(name, visitor)
    }

    /// `serde_json` does not pass arrays to the visitor of a map, but to the visitor of a struct. Never wrap serde's
    /// deserializer of flattened fields: it passes only the entries with the names of `fields` to a struct.
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.deserialize_struct("", &[], visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.inner.deserialize_struct(name, fields, Object { visitor, is_body: self.is_body })
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

/// The visitor of a struct or a map. An array is an object only if it is empty and below the root.
struct Object<V> {
    visitor: V,
    is_body: bool,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Object<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_map(Nested(map))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<V::Value, A::Error> {
        if self.is_body || seq.next_element::<IgnoredAny>()?.is_some() {
            return Err(A::Error::invalid_type(Unexpected::Seq, &self));
        }
        self.visitor.visit_map(MapDeserializer::new(iter::empty::<((), ())>()))
    }
}

/// Passes the value on unchanged, because it contains no other values.
macro_rules! visit {
    ($($method:ident($type:ty))+) => {
        $(fn $method<E: Error>(self, value: $type) -> Result<V::Value, E> {
            self.inner.$method(value)
        })+
    };
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Received<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    visit! {
        visit_bool(bool)
        visit_i8(i8) visit_i16(i16) visit_i32(i32) visit_i64(i64) visit_i128(i128)
        visit_u8(u8) visit_u16(u16) visit_u32(u32) visit_u64(u64) visit_u128(u128)
        visit_f32(f32) visit_f64(f64)
        visit_char(char) visit_str(&str) visit_borrowed_str(&'de str) visit_string(String)
        visit_bytes(&[u8]) visit_borrowed_bytes(&'de [u8]) visit_byte_buf(Vec<u8>)
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_none()
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, value: D) -> Result<V::Value, D::Error> {
        self.inner.visit_some(Received { inner: value, is_body: self.is_body })
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, value: D) -> Result<V::Value, D::Error> {
        self.inner.visit_newtype_struct(Received { inner: value, is_body: self.is_body })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<V::Value, A::Error> {
        self.inner.visit_seq(Nested(seq))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.inner.visit_map(Nested(map))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<V::Value, A::Error> {
        self.inner.visit_enum(Nested(data))
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Nested<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Received::part(deserializer))
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Nested<A> {
    type Error = A::Error;

    fn next_element_seed<S>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error>
    where
        S: DeserializeSeed<'de>,
    {
        self.0.next_element_seed(Nested(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

/// Keys are strings, so only values are wrapped.
impl<'de, A: MapAccess<'de>> MapAccess<'de> for Nested<A> {
    type Error = A::Error;

    fn next_key_seed<S>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error>
    where
        S: DeserializeSeed<'de>,
    {
        self.0.next_key_seed(seed)
    }

    fn next_value_seed<S>(&mut self, seed: S) -> Result<S::Value, A::Error>
    where
        S: DeserializeSeed<'de>,
    {
        self.0.next_value_seed(Nested(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

/// The name of a variant is a string, so only its content is wrapped.
impl<'de, A: EnumAccess<'de>> EnumAccess<'de> for Nested<A> {
    type Error = A::Error;
    type Variant = Nested<A::Variant>;

    fn variant_seed<S>(self, seed: S) -> Result<(S::Value, Self::Variant), A::Error>
    where
        S: DeserializeSeed<'de>,
    {
        self.0.variant_seed(seed).map(|(name, variant)| (name, Nested(variant)))
    }
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for Nested<A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        self.0.unit_variant()
    }

    fn newtype_variant_seed<S>(self, seed: S) -> Result<S::Value, A::Error>
    where
        S: DeserializeSeed<'de>,
    {
        self.0.newtype_variant_seed(Nested(seed))
    }

    fn tuple_variant<V>(self, length: usize, visitor: V) -> Result<V::Value, A::Error>
    where
        V: Visitor<'de>,
    {
        self.0.tuple_variant(length, Received::part(visitor))
    }

    fn struct_variant<V>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error>
    where
        V: Visitor<'de>,
    {
        self.0.struct_variant(fields, Object { visitor, is_body: false })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;
    use serde_json::{Value, json};

    use super::Received;
    use crate::json::{Failure, decode, from_str};

    /// A struct that serde decodes from `[]`.
    #[derive(Debug, Clone, Default, PartialEq, Deserialize)]
    struct Size {
        width: Option<u8>,
    }

    /// A struct that serde decodes from `["a",1]`.
    #[derive(Debug, PartialEq, Deserialize)]
    struct Pair {
        name: String,
        count: u8,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Wrapped(Size);

    #[derive(Debug, PartialEq, Deserialize)]
    enum Shape {
        Point,
        Square(Size),
        Rectangle(u8, Size),
        Circle { radius: u8 },
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct All {
        size: Size,
        pair: Option<Pair>,
        list: Vec<Size>,
        map: BTreeMap<String, Size>,
        tuple: Option<(u8, Size)>,
        wrapped: Option<Wrapped>,
        shape: Option<Shape>,
        any: Value,
        boxed: Option<Box<All>>,
    }

    fn found_array(body: &str) -> String {
        match decode::<All>(body.as_bytes()) {
            Err(Failure::Shape { path, message, value }) => {
                assert_eq!(message, "expected an object, found an array", "{body}");
                let value = value.unwrap();
                assert!(value.is_array(), "{body}: {value}");
                path
            }
            Err(Failure::Syntax(error)) => panic!("{body}: {error}"),
            Ok(value) => panic!("{body} decodes as {value:?}"),
        }
    }

    #[test]
    fn an_array_in_place_of_an_object_is_an_error_with_its_path() {
        for (body, path) in [
            ("[]", "."),
            ("[{}]", "."),
            (r#"{"size":[1]}"#, "size"),
            (r#"{"size":[[]]}"#, "size"),
            (r#"{"pair":["a",1]}"#, "pair"),
            (r#"{"list":[{},[1]]}"#, "list[1]"),
            (r#"{"map":[1]}"#, "map"),
            (r#"{"map":{"a":{},"b":[1]}}"#, "map.b"),
            (r#"{"tuple":[1,[1]]}"#, "tuple[1]"),
            (r#"{"wrapped":[1]}"#, "wrapped"),
            (r#"{"shape":{"Square":[1]}}"#, "shape.Square"),
            (r#"{"shape":{"Rectangle":[1,[1]]}}"#, "shape.Rectangle[1]"),
            (r#"{"shape":{"Circle":[1]}}"#, "shape.Circle"),
            (r#"{"boxed":{"boxed":{"size":[1]}}}"#, "boxed.boxed.size"),
        ] {
            assert_eq!(found_array(body), path, "{body}");
        }
    }

    #[test]
    fn an_empty_array_below_the_root_is_an_empty_object() {
        for (body, object) in [
            (r#"{"size":[],"map":[],"wrapped":[]}"#, r#"{"size":{},"map":{},"wrapped":{}}"#),
            (r#"{"list":[[],{}],"map":{"a":[ ]}}"#, r#"{"list":[{},{}],"map":{"a":{}}}"#),
            (r#"{"shape":{"Square":[]}}"#, r#"{"shape":{"Square":{}}}"#),
            (r#"{"tuple":[1,[]]}"#, r#"{"tuple":[1,{}]}"#),
            (r#"{"boxed":[]}"#, r#"{"boxed":{}}"#),
        ] {
            let expected: All = from_str(object).unwrap();
            assert_eq!(from_str::<All>(body).unwrap(), expected, "{body}");
            let value: Value = serde_json::from_str(body).unwrap();
            assert_eq!(All::deserialize(Received::part(&value)).unwrap(), expected, "{body}");
            assert_eq!(All::deserialize(Received::part(value)).unwrap(), expected, "{body}");
        }
        assert_eq!(from_str::<Vec<Size>>("[[]]").unwrap(), [Size::default()]);
        let Err(Failure::Shape { path, message, .. }) = decode::<All>(br#"{"pair":[]}"#) else {
            panic!("`pair` has required fields")
        };
        assert_eq!((&*path, &*message), ("pair", "missing field `name`"));
        assert_eq!(from_str::<All>(r#"{"any":[]}"#).unwrap().any, json!([]));
    }

    #[test]
    fn a_body_that_is_an_empty_array_is_not_an_object() {
        assert!(from_str::<Size>("[]").is_err());
        assert!(from_str::<BTreeMap<String, u8>>(" [ ]").is_err());
        assert!(from_str::<Option<Size>>("[]").is_err());
        assert!(from_str::<Wrapped>("[]").is_err());
        assert_eq!(from_str::<Vec<Size>>("[]").unwrap(), []);
        assert_eq!(from_str::<Value>("[]").unwrap(), json!([]));
    }

    #[test]
    fn everything_else_decodes_as_with_serde_alone() {
        for body in [
            json!({}),
            json!({"size": {"width": null}, "pair": null, "shape": null, "boxed": null}),
            json!({"size": {"width": 1, "new": [[]]}, "pair": {"name": "é\n", "count": 1}}),
            json!({"list": [], "map": {}}),
            json!({"list": [{}, {"width": 1}], "map": {"a": {"width": 1}}}),
            json!({"tuple": [1, {"width": 2}], "wrapped": {"width": 1}}),
            json!({"shape": "Point"}),
            json!({"shape": {"Square": {"width": 1}}}),
            json!({"shape": {"Rectangle": [1, {}]}}),
            json!({"shape": {"Circle": {"radius": 1}}}),
            json!({"any": [[], {"a": [1, -1, 1.5, u64::MAX, "a", true, null]}]}),
            json!({"boxed": {"boxed": {"list": [{}]}}}),
        ] {
            let expected = All::deserialize(&body).unwrap();
            assert_eq!(from_str::<All>(&body.to_string()).unwrap(), expected, "{body}");
            assert_eq!(All::deserialize(Received::part(&body)).unwrap(), expected, "{body}");
            assert_eq!(All::deserialize(Received::part(body)).unwrap(), expected);
        }
    }

    #[test]
    fn null_is_still_an_error_where_an_object_is_required() {
        let Err(Failure::Shape { path, message, .. }) = decode::<All>(br#"{"size":null}"#) else {
            panic!("`size` must not be null")
        };
        assert_eq!((&*path, &*message), ("size", "invalid type: null, expected an object"));
    }

    #[test]
    fn text_is_borrowed() {
        let body = r#"["a"]"#;
        let [text] = from_str::<[&str; 1]>(body).unwrap();
        assert!(body.as_bytes().as_ptr_range().contains(&text.as_ptr()));
    }

    #[test]
    fn numbers_of_every_size_are_decoded() {
        let text = format!("[{},{}]", i128::MIN, i128::MAX);
        assert_eq!(from_str::<[i128; 2]>(&text).unwrap(), [i128::MIN, i128::MAX]);
        assert_eq!(from_str::<u128>(&u128::MAX.to_string()).unwrap(), u128::MAX);
    }

    #[test]
    fn the_format_is_still_human_readable() {
        let id = "67e55044-10b1-426f-9247-bb680e5fe0c8";
        let uuid: uuid::Uuid = from_str(&format!("\"{id}\"")).unwrap();
        assert_eq!(uuid.to_string(), id);
    }
}
