//! Strategies that generate random JSON for the models.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Number, Value};

/// The properties of an object, each with a strategy for its value. `None` omits the property.
pub(crate) type Properties = Vec<(&'static str, BoxedStrategy<Option<Value>>)>;

pub(crate) fn must(
    name: &'static str,
    value: impl Strategy<Value = Value> + 'static,
) -> (&'static str, BoxedStrategy<Option<Value>>) {
    (name, value.prop_map(Some).boxed())
}

pub(crate) fn may(
    name: &'static str,
    value: impl Strategy<Value = Value> + 'static,
) -> (&'static str, BoxedStrategy<Option<Value>>) {
    (name, proptest::option::of(value).boxed())
}

pub(crate) fn object(properties: Properties) -> BoxedStrategy<Value> {
    let (names, values): (Vec<_>, Vec<_>) = properties.into_iter().unzip();
    let object = values.prop_map(move |values| {
        let pairs = names.iter().zip(values);
        pairs.filter_map(|(name, value)| Some(((*name).to_owned(), value?))).collect()
    });
    object.prop_map(Value::Object).boxed()
}

/// Generates lists with at least one item, because models omit empty lists.
pub(crate) fn list(item: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<Value> {
    vec(item, 1..4).prop_map(Value::Array).boxed()
}

pub(crate) fn text() -> BoxedStrategy<Value> {
    any::<String>().prop_map(Value::String).boxed()
}

pub(crate) fn boolean() -> BoxedStrategy<Value> {
    any::<bool>().prop_map(Value::Bool).boxed()
}

pub(crate) fn integer() -> BoxedStrategy<Value> {
    any::<i32>().prop_map(Value::from).boxed()
}

pub(crate) fn object_id() -> BoxedStrategy<Value> {
    "[a-f0-9]{24}".prop_map(Value::String).boxed()
}

pub(crate) fn uuid() -> BoxedStrategy<Value> {
    "[a-f0-9]{8}(-[a-f0-9]{4}){3}-[a-f0-9]{12}".prop_map(Value::String).boxed()
}

/// Generates times in Atlas's format, with or without milliseconds.
pub(crate) fn time() -> BoxedStrategy<Value> {
    let time = "[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{2}[1-9])?Z";
    time.prop_map(Value::String).boxed()
}

/// Generates any JSON, a few levels deep.
pub(crate) fn anything() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        boolean(),
        any::<i64>().prop_map(Value::from),
        any::<f64>()
            .prop_filter_map("JSON cannot represent the number", Number::from_f64)
            .prop_map(Value::Number),
        text(),
    ];
    let nested = leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::Array),
            vec((any::<String>(), inner), 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    });
    nested.boxed()
}

/// Generates objects with random properties. The property named `tag` has a value that is not in `known`.
pub(crate) fn unknown(
    tag: &'static str,
    known: &'static [&'static str],
) -> BoxedStrategy<Map<String, Value>> {
    let value =
        any::<String>().prop_filter("the value is known", |it| !known.contains(&it.as_str()));
    let rest = vec((any::<String>(), anything()), 0..4);
    let object = (value, rest).prop_map(move |(value, rest)| {
        let tagged = [(tag.to_owned(), Value::String(value))];
        rest.into_iter().chain(tagged).collect()
    });
    object.boxed()
}
