//! Replaces `allOf` by the composed object.

use indexmap::IndexMap;
use openapiv3::{ObjectType, ReferenceOr, Schema, SchemaData, SchemaKind, Type};

use super::{Finding, Lowered, Options, place};
use crate::visitor;

type Named = IndexMap<String, ReferenceOr<Schema>>;

/// Replaces each `allOf` of objects by the one object that it describes. A base with a
/// `discriminator` only contributes its own properties, so a child that refers to its base is
/// finite.
///
/// An `allOf` around one reference to an object becomes its own type. One around another reference
/// is kept for the pass `aliases`.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, origins, findings } = lowered;
    let components = openapi.components.get_or_insert_with(Default::default);
    let named = &components.schemas;
    let mut objects = Vec::new();
    for (index, (name, schema)) in named.iter().enumerate() {
        let Some(schema) = schema.as_item().filter(|schema| composes(schema, named)) else {
            continue;
        };
        if holds_union(schema, named, &mut Vec::new()) {
            findings.push(no_variants(name, &origins.pointer(name)));
        } else if is_object(schema, named, &mut Vec::new()) {
            objects.push((index, flatten(schema, named, &mut Vec::new())));
        } else {
            findings.push(no_object(name, &origins.pointer(name)));
        }
    }
    for (index, object) in objects {
        if let Some((_, ReferenceOr::Item(schema))) = components.schemas.get_index_mut(index) {
            schema.schema_kind = SchemaKind::Type(Type::Object(object));
        }
    }
}

/// Returns whether there is something to compose: members other than one reference to another kind
/// of value.
fn composes(schema: &Schema, named: &Named) -> bool {
    match &schema.schema_kind {
        SchemaKind::AllOf { all_of } => {
            !matches!(all_of.as_slice(), [ReferenceOr::Reference { .. }])
                || is_object(schema, named, &mut Vec::new())
        }
        SchemaKind::Any(any) => !any.all_of.is_empty(),
        _ => false,
    }
}

/// Returns whether a value of the schema can be an object.
fn is_object(schema: &Schema, named: &Named, within: &mut Vec<String>) -> bool {
    let members = match &schema.schema_kind {
        SchemaKind::Type(kind) => return matches!(kind, Type::Object(_)),
        SchemaKind::AllOf { all_of } => all_of,
        SchemaKind::Any(any) => &any.all_of,
        _ => return true,
    };
    members.iter().all(|member| {
        resolve(member, named, within).is_none_or(|member| is_object(member, named, within))
    })
}

/// Returns whether a part of the schema is a union without a discriminator. Composing it would lose
/// the properties of its variants.
fn holds_union(schema: &Schema, named: &Named, within: &mut Vec<String>) -> bool {
    let (members, is_union) = match &schema.schema_kind {
        SchemaKind::OneOf { .. } | SchemaKind::AnyOf { .. } => (&[][..], true),
        SchemaKind::AllOf { all_of } => (all_of.as_slice(), false),
        SchemaKind::Any(any) => {
            (any.all_of.as_slice(), !any.one_of.is_empty() || !any.any_of.is_empty())
        }
        _ => (&[][..], false),
    };
    (is_union && schema.schema_data.discriminator.is_none())
        || members.iter().any(|member| {
            resolve(member, named, within).is_some_and(|member| holds_union(member, named, within))
        })
}

/// Resolves a member. Returns `None` if it was seen already.
fn resolve<'a>(
    member: &'a ReferenceOr<Schema>,
    named: &'a Named,
    seen: &mut Vec<String>,
) -> Option<&'a Schema> {
    let reference = match member {
        ReferenceOr::Item(schema) => return Some(schema),
        ReferenceOr::Reference { reference } => reference,
    };
    let name = visitor::schema_name(reference).to_owned();
    let target = named.get(&name)?.as_item().filter(|_| !seen.contains(&name));
    seen.push(name);
    target
}

/// Merges everything that an object must satisfy. Members come first, so that outer keywords win.
fn flatten(schema: &Schema, named: &Named, within: &mut Vec<String>) -> ObjectType {
    let (members, own) = match &schema.schema_kind {
        SchemaKind::AllOf { all_of } => (all_of.as_slice(), ObjectType::default()),
        SchemaKind::Any(any) => (any.all_of.as_slice(), visitor::own_object(any)),
        SchemaKind::Type(Type::Object(object)) => (&[][..], object.clone()),
        _ => (&[][..], ObjectType::default()),
    };
    let mut whole = ObjectType::default();
    for member in members {
        match member {
            ReferenceOr::Item(schema) => merge(&mut whole, flatten(schema, named, within)),
            ReferenceOr::Reference { reference } => {
                let name = visitor::schema_name(reference).to_owned();
                let target = named.get(&name).and_then(ReferenceOr::as_item);
                let Some(target) = target.filter(|_| !within.contains(&name)) else { continue };
                within.push(name);
                merge(&mut whole, flatten(target, named, within));
                within.pop();
            }
        }
    }
    merge(&mut whole, own);
    whole
}

fn merge(whole: &mut ObjectType, part: ObjectType) {
    for (name, property) in part.properties {
        match whole.properties.get_mut(&name) {
            Some(known) => *known = refine(known, property),
            None => {
                whole.properties.insert(name, property);
            }
        }
    }
    for name in part.required {
        if !whole.required.contains(&name) {
            whole.required.push(name);
        }
    }
    whole.additional_properties = part.additional_properties.or(whole.additional_properties.take());
}

/// Merges a property that a child redefines: annotations that only the base has are kept.
fn refine(
    base: &ReferenceOr<Box<Schema>>,
    child: ReferenceOr<Box<Schema>>,
) -> ReferenceOr<Box<Schema>> {
    let ReferenceOr::Item(base) = base else { return child };
    let mut child = match child {
        ReferenceOr::Item(child) => *child,
        ReferenceOr::Reference { reference } => Schema {
            schema_data: SchemaData::default(),
            schema_kind: SchemaKind::AllOf { all_of: vec![ReferenceOr::Reference { reference }] },
        },
    };
    visitor::complete(&mut child.schema_data, &base.schema_data);
    ReferenceOr::Item(Box::new(child))
}

fn no_variants(name: &str, pointer: &str) -> Finding {
    let what = format!("`allOf` in `{name}` composes a union without a discriminator");
    let help = "add a `discriminator` to the union, or move it to a property";
    Finding::error(place(&format!("{pointer}/allOf")), what, help)
}

fn no_object(name: &str, pointer: &str) -> Finding {
    let what = format!("`allOf` in `{name}` composes values that are not all objects");
    let help = "compose only objects, or use a reference to one schema";
    Finding::error(place(&format!("{pointer}/allOf")), what, help)
}
