//! Names the inline variants of a union.

use std::collections::BTreeSet;

use heck::ToUpperCamelCase as _;
use openapiv3::{ReferenceOr, Schema, SchemaKind, StringType, Type};

use crate::schema;

/// Returns a word for each inline variant of the union `name`. If exactly one of them is an array, its word is empty,
/// so that its items are named after the union. If exactly one is an enum of strings, its word is `Enum`. For objects,
/// see [`object_words`]. Other variants have no word.
pub(super) fn words(union: &Schema, name: &str) -> Vec<Option<String>> {
    let variants = schema::variants(&union.schema_kind);
    let variants: Vec<Option<&Schema>> = variants.iter().map(ReferenceOr::as_item).collect();
    let mut words = object_words(&variants, name);
    words.resize(variants.len(), None);
    for (is_kind, word) in [(is_array as fn(&Schema) -> bool, ""), (is_enum, "Enum")] {
        let pairs = words.iter_mut().zip(&variants);
        let mut words = pairs.filter(|(_, variant)| variant.is_some_and(is_kind)).map(|it| it.0);
        if let (Some(only), None) = (words.next(), words.next()) {
            *only = Some(word.to_owned());
        }
    }
    words
}

/// Returns a word for each inline object among the variants of the union `name`. The word is the value of a property
/// that distinguishes the objects. Without such a property, it is the name of an object's only property (as in an enum
/// from a Rust server), or else an object's title. If there is only one object, its word is such a value, its title, or
/// else `Object`. Returns an empty list if none of these gives each object a different word.
fn object_words(variants: &[Option<&Schema>], name: &str) -> Vec<Option<String>> {
    let objects: Vec<Option<&Schema>> =
        variants.iter().map(|it| it.filter(|it| !properties(it).is_empty())).collect();
    let Some(first) = objects.iter().flatten().next() else { return Vec::new() };
    let tags = properties(first).into_iter().map(|(tag, _)| tag);
    let by_tag = |tag| distinct(&objects, |it| only_value(it, tag).map(ToOwned::to_owned));
    let tagged = tags.into_iter().find_map(by_tag);
    let is_only = objects.iter().flatten().count() == 1;
    let by_property = || distinct(&objects, only_property).filter(|_| !is_only);
    let by_title = || distinct(&objects, |it| title(it, name));
    let by_type = || distinct(&objects, |_| Some("Object".to_owned()));
    tagged.or_else(by_property).or_else(by_title).or_else(by_type).unwrap_or_default()
}

fn is_array(schema: &Schema) -> bool {
    matches!(schema.schema_kind, SchemaKind::Type(Type::Array(_)))
}

fn is_enum(schema: &Schema) -> bool {
    matches!(&schema.schema_kind, SchemaKind::Type(Type::String(it)) if !it.enumeration.is_empty())
}

/// Returns the word of each object, if all objects have a word and the words are distinct in upper camel case.
fn distinct(
    objects: &[Option<&Schema>],
    word: impl Fn(&Schema) -> Option<String>,
) -> Option<Vec<Option<String>>> {
    let mut seen = BTreeSet::new();
    let words = objects.iter().map(|object| match object {
        None => Some(None),
        Some(object) => {
            let word = word(object)?;
            let camel = word.to_upper_camel_case();
            (!camel.is_empty() && seen.insert(camel)).then_some(Some(word))
        }
    });
    words.collect()
}

/// Returns the properties of an object, including those of the inline members of an `allOf`.
fn properties(schema: &Schema) -> Vec<(&str, &ReferenceOr<Box<Schema>>)> {
    let own = schema::own_properties(schema)
        .into_iter()
        .flatten()
        .map(|(name, property)| (name.as_str(), property));
    let members = schema::members(&schema.schema_kind).iter().filter_map(ReferenceOr::as_item);
    own.chain(members.flat_map(properties)).collect()
}

/// Returns the value of a property that allows only one string.
fn only_value<'a>(object: &'a Schema, name: &str) -> Option<&'a str> {
    let (_, property) = properties(object).into_iter().find(|(known, _)| *known == name)?;
    let SchemaKind::Type(Type::String(StringType { enumeration, .. })) =
        &property.as_item()?.schema_kind
    else {
        return None;
    };
    match enumeration.as_slice() {
        [Some(value)] => Some(value),
        _ => None,
    }
}

/// Returns the name of the only property, if the object has exactly one, no members of `allOf` and no variants.
fn only_property(object: &Schema) -> Option<String> {
    let kind = &object.schema_kind;
    let is_plain = schema::members(kind).is_empty() && schema::variants(kind).is_empty();
    match properties(object).as_slice() {
        [(name, _)] if is_plain => Some((*name).to_owned()),
        _ => None,
    }
}

/// Returns the title in upper camel case, without the union's name at the start.
fn title(object: &Schema, union: &str) -> Option<String> {
    let title = object.schema_data.title.as_ref()?.to_upper_camel_case();
    let own = title.strip_prefix(union).unwrap_or(&title);
    Some(own.to_owned())
}
