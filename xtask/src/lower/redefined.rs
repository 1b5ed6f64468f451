//! Completes properties that an `allOf` redefines.

use std::collections::{BTreeSet, HashSet};

use indexmap::IndexMap;
use openapiv3::{ObjectType, ReferenceOr, Schema, SchemaKind, Type};

use super::{Lowered, Options};
use crate::schema::{self, Schemas, target};
use crate::visitor::{self, Slot, Step};

type Property = ReferenceOr<Box<Schema>>;

/// The name of an inline object that redefines a property, and the name of the object that the base describes.
type Extension = (String, String);

/// Completes properties that an `allOf` describes although one of its references already describes them:
///
/// - An inline object gets an `allOf` that adds the properties of the base's object.
/// - A string without an `enum` becomes a reference to the base's enum, and an object without properties becomes a
///   reference to the base's object.
///
/// The same applies to the items of lists. For all other properties, `compose` combines the two schemas.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, origins, .. } = lowered;
    let schemas = visitor::schemas_mut(openapi);
    let mut pending: BTreeSet<String> = schemas.keys().cloned().collect();
    // An inline object can contain an inline object that also redefines a property.
    while !pending.is_empty() {
        let mut extensions = complete_all(&pending, schemas);
        extensions.retain(|(name, _)| origins.0.contains_key(name));
        for (name, base) in &extensions {
            if let Some(ReferenceOr::Item(schema)) = schemas.get_mut(name) {
                let own = std::mem::replace(&mut schema.schema_kind, schema::any_kind());
                let own = ReferenceOr::Item(schema::bare(own));
                let all_of = vec![schema::reference_to(base), own];
                schema.schema_kind = SchemaKind::AllOf { all_of };
            }
        }
        pending = extensions.into_iter().map(|(name, _)| name).collect();
    }
}

/// Completes the properties of the named schemas, and returns the inline objects to extend.
fn complete_all(names: &BTreeSet<String>, schemas: &mut Schemas) -> BTreeSet<Extension> {
    let (mut completed, mut extensions) = (Vec::new(), BTreeSet::new());
    for (index, name, schema) in names.iter().filter_map(|name| schemas.get_full(name)) {
        let Some(schema) = schema.as_item() else { continue };
        let seen = HashSet::from([name.as_str()]);
        let mut inherited = Inherited { schemas, seen, properties: IndexMap::new() };
        inherited.add(schema, false);
        if !inherited.properties.is_empty() {
            let mut schema = schema.clone();
            inherited.complete(&mut schema, &mut extensions);
            completed.push((index, schema.schema_kind));
        }
    }
    for (index, kind) in completed {
        schema::set_kind(schemas, index, kind);
    }
    extensions
}

/// The properties that a schema inherits from the references in its `allOf`.
struct Inherited<'a> {
    schemas: &'a Schemas,
    /// The names of the schema and of the schemas that it inherits from.
    seen: HashSet<&'a str>,
    properties: IndexMap<&'a str, Property>,
}

impl<'a> Inherited<'a> {
    /// Adds the properties of the schema's references, and its own properties if it is a base.
    fn add(&mut self, schema: &'a Schema, is_base: bool) {
        for member in schema::members(&schema.schema_kind) {
            match member {
                ReferenceOr::Item(member) => self.add(member, is_base),
                ReferenceOr::Reference { reference } => {
                    let name = schema::name(reference);
                    let base = schema::named(name, self.schemas);
                    if let Some(base) = base.filter(|_| self.seen.insert(name)) {
                        self.add(base, true);
                    }
                }
            }
        }
        let own = schema::own_properties(schema).filter(|_| is_base);
        for (name, property) in own.into_iter().flatten() {
            let mut property = property.clone();
            if let Some(known) = self.properties.get(name.as_str()) {
                complete(&mut property, known, self.schemas);
            }
            self.properties.insert(name, property);
        }
    }

    /// Completes the schema's own properties, and records the inline objects to extend.
    fn complete(&self, schema: &mut Schema, extensions: &mut BTreeSet<Extension>) {
        for (step, slot) in visitor::children(schema) {
            match (step, slot) {
                (Step::Property(name), Slot::Boxed(property)) => {
                    let base = self.properties.get(name);
                    extensions.extend(base.and_then(|base| complete(property, base, self.schemas)));
                }
                (Step::AllOf(_), Slot::Plain(ReferenceOr::Item(member))) => {
                    self.complete(member, extensions);
                }
                _ => {}
            }
        }
    }
}

/// Completes a property that is less specific than in the base. If the two are different objects, returns their names.
fn complete(property: &mut Property, base: &Property, schemas: &Schemas) -> Option<Extension> {
    match (target(property), target(base)) {
        (Some(name), Some(base)) => {
            let is_object = |name| is_object(name, schemas, &mut HashSet::new());
            let are_objects = || is_object(name) && is_object(base);
            (name != base && are_objects()).then(|| (name.to_owned(), base.to_owned()))
        }
        (None, Some(base)) => {
            let schema = visitor::item_mut(property)?;
            if is_less_specific(&schema.schema_kind, base, schemas) {
                schema.schema_kind = schema::reference_kind(base);
            }
            None
        }
        (None, None) => {
            let base = schema::array(base.as_item()?)?.items.as_ref()?;
            match &mut visitor::item_mut(property)?.schema_kind {
                SchemaKind::Type(Type::Array(array)) => {
                    complete(array.items.as_mut()?, base, schemas)
                }
                _ => None,
            }
        }
        (Some(_), None) => None,
    }
}

/// Returns whether the base is an enum and the schema is a string without an `enum`. Also returns `true` if the base is
/// an object and the schema is an object without properties.
fn is_less_specific(kind: &SchemaKind, base: &str, schemas: &Schemas) -> bool {
    match kind {
        SchemaKind::Type(Type::String(string)) => {
            let base = schema::named(base, schemas);
            let base = base.map(|it| &it.schema_kind);
            string.enumeration.is_empty()
                && matches!(base, Some(SchemaKind::Type(Type::String(base))) if !base.enumeration.is_empty())
        }
        SchemaKind::Type(Type::Object(object)) => {
            *object == ObjectType::default() && is_object(base, schemas, &mut HashSet::new())
        }
        _ => false,
    }
}

/// Returns whether a named schema is an object, or composes only objects.
fn is_object<'a>(name: &'a str, schemas: &'a Schemas, seen: &mut HashSet<&'a str>) -> bool {
    let schema = schema::named(name, schemas);
    !seen.insert(name) || schema.is_some_and(|it| describes_object(it, schemas, seen))
}

fn describes_object<'a>(
    schema: &'a Schema,
    schemas: &'a Schemas,
    seen: &mut HashSet<&'a str>,
) -> bool {
    let members = schema::members(&schema.schema_kind);
    let is_union = !schema::variants(&schema.schema_kind).is_empty();
    schema::object(schema).is_some()
        || !members.is_empty()
            && !is_union
            && members.iter().all(|member| match member {
                ReferenceOr::Item(member) => describes_object(member, schemas, seen),
                ReferenceOr::Reference { reference } => {
                    is_object(schema::name(reference), schemas, seen)
                }
            })
}
