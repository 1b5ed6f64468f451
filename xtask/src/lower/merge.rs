//! Merges the parts of an `allOf` or a union into one object.

use std::collections::BTreeSet;

use openapiv3::{AnySchema, ObjectType, ReferenceOr, Schema, SchemaKind, Type};

use super::lineage::Lineage;
use super::narrow::narrow;
use super::simplify::is_unconstrained;
use super::{Finding, Origin, Origins};
use crate::diagnostic::Pointer;
use crate::free_name::free_name;
use crate::schema::{self, Schemas, resolved};

/// The maximum number of schemas that are merged into one object. Nested unions multiply the number of schemas to
/// merge.
const BUDGET: usize = 10_000;

/// A variant of a union after merging, with the name of its schema.
pub(super) struct Alternative<'a> {
    pub(super) name: &'a str,
    pub(super) object: ObjectType,
}

/// A schema and the context for merging its parts.
pub(super) struct Merge<'a> {
    /// The name of the schema.
    pub(super) name: &'a str,
    pub(super) schemas: &'a Schemas,
    /// The names of the schemas that can be `null`.
    pub(super) nullable: &'a BTreeSet<String>,
    pub(super) origins: &'a Origins,
    pub(super) findings: &'a mut Vec<Finding>,
    /// The named schemas that this merge and earlier ones have added.
    pub(super) added: &'a mut Vec<(String, Schema, Origin)>,
    pub(super) lineage: &'a Lineage,
    /// The number of further schemas that can be merged before the budget is exhausted.
    left: usize,
}

pub(super) type Property = ReferenceOr<Box<Schema>>;

impl<'a> Merge<'a> {
    pub(super) fn new(
        name: &'a str,
        schemas: &'a Schemas,
        nullable: &'a BTreeSet<String>,
        origins: &'a Origins,
        findings: &'a mut Vec<Finding>,
        added: &'a mut Vec<(String, Schema, Origin)>,
        lineage: &'a Lineage,
    ) -> Self {
        Self { name, schemas, nullable, origins, findings, added, lineage, left: BUDGET }
    }

    /// Merges everything that the schema, its members and its variants describe. Outer keywords take precedence.
    /// Returns `None` if one of these parts is not an object ([`own_object`]), or if the budget is exhausted.
    pub(super) fn object(&mut self, schema: &'a Schema) -> Option<ObjectType> {
        self.object_within(schema, &mut vec![self.name])
    }

    /// Merges like [`object`](Self::object), but skips the schemas in `within`, which contain `schema`, so that the
    /// object is finite.
    fn object_within(
        &mut self,
        schema: &'a Schema,
        within: &mut Vec<&'a str>,
    ) -> Option<ObjectType> {
        self.left = self.left.checked_sub(1)?;
        let own = own_object(&schema.schema_kind)?;
        let mut whole = ObjectType::default();
        let members = schema::members(&schema.schema_kind);
        let has_object = members.iter().any(|slot| {
            resolved(slot, self.schemas).is_some_and(|it| schema::object(it).is_some())
        });
        let is_outermost = within.len() == 1;
        let mut replaced = Vec::new();
        for slot in members {
            let Some((name, member)) = self.enter(slot, within) else { continue };
            let part = match &member.schema_kind {
                // Rules for scalars do not apply to an object.
                SchemaKind::Any(any)
                    if has_object && schema::is_untyped(any) && any.items.is_none() =>
                {
                    schema::own_object(any)
                }
                _ => self.object_within(member, within)?,
            };
            if is_outermost && slot.as_item().is_none() {
                replaced.extend(self.replaced(name, &whole, &part));
            }
            extend(&mut whole, part);
        }
        if !is_base_of(schema, within) {
            let mut alternatives = Vec::new();
            for variant in schema::variants(&schema.schema_kind) {
                let mut within = within.clone();
                if let Some((name, variant)) = self.enter(variant, &mut within) {
                    let object = self.object_within(variant, &mut within)?;
                    alternatives.push(Alternative { name, object });
                }
            }
            extend(&mut whole, self.alternatives(&alternatives, &own));
        }
        extend(&mut whole, own);
        self.report(replaced, &whole);
        Some(whole)
    }

    /// Resolves a member or variant, and returns its name and schema. Adds the name of a referenced schema to `within`.
    /// An inline schema gets the name of the merged schema. Returns `None` for one of the schemas in `within`.
    fn enter(
        &self,
        slot: &'a ReferenceOr<Schema>,
        within: &mut Vec<&'a str>,
    ) -> Option<(&'a str, &'a Schema)> {
        let reference = match slot {
            ReferenceOr::Item(schema) => return Some((self.name, schema)),
            ReferenceOr::Reference { reference } => reference,
        };
        let name = schema::name(reference);
        let schema = schema::named(name, self.schemas).filter(|_| !within.contains(&name))?;
        within.push(name);
        Some((name, schema))
    }

    /// Adds a named schema from a location in the document. Returns its name: the name of the merged schema, followed
    /// by `suffix`, and by a number if that name is taken.
    pub(super) fn add(&mut self, suffix: &str, schema: Schema, pointer: Pointer) -> String {
        let name = free_name(&format!("{}{suffix}", self.name), |name| {
            !self.schemas.contains_key(name) && self.added.iter().all(|(added, ..)| added != name)
        });
        let owner = self.origins.0.get(self.name).map_or(self.name, |origin| &origin.owner);
        let origin = Origin { pointer, owner: owner.to_owned() };
        self.added.push((name.clone(), schema, origin));
        name
    }
}

/// Returns the schema as an object without its members and variants, or `None` if the schema is not an object. A schema
/// without a type is treated as an object, unless it has keywords for other values, such as an `enum` or a `format`.
fn own_object(kind: &SchemaKind) -> Option<ObjectType> {
    match kind {
        SchemaKind::Type(Type::Object(object)) => Some(object.clone()),
        SchemaKind::Any(any) => {
            let is_object = any.typ.as_deref().is_none_or(|typ| typ == "object");
            (is_object && !describes_others(any)).then(|| schema::own_object(any))
        }
        SchemaKind::Type(_) => None,
        _ => Some(ObjectType::default()),
    }
}

/// Returns whether a schema has an `enum`, or keywords for scalars or arrays.
fn describes_others(any: &AnySchema) -> bool {
    let is_text = any.format.is_some() || any.pattern.is_some();
    let is_array = any.items.is_some();
    let sizes = [any.min_length, any.max_length, any.min_items, any.max_items];
    let bounds = [any.minimum, any.maximum, any.multiple_of];
    !any.enumeration.is_empty()
        || is_text
        || is_array
        || sizes.iter().any(Option::is_some)
        || bounds.iter().any(Option::is_some)
}

/// Returns whether one of the schemas `names` is a variant of the union. A variant inherits the union's own properties,
/// but not the properties of other variants.
fn is_base_of(union: &Schema, names: &[&str]) -> bool {
    let mapping = union.schema_data.discriminator.iter().flat_map(|it| it.mapping.values());
    mapping.map(|reference| schema::name(reference)).any(|child| names.contains(&child))
}

/// Merges `part` into `whole`. The keywords of `part` take precedence.
pub(super) fn extend(whole: &mut ObjectType, part: ObjectType) {
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

/// Merges a property that a child redefines. Keeps the annotations and rules that only the base has, and the base's
/// type if the child has none. If both properties are references, keeps only the child's. If the child's was an inline
/// object, the `redefined` pass has already added the base's properties to it. For two bases, see `replaced.rs`.
fn refine(base: &Property, child: Property) -> Property {
    if let (ReferenceOr::Reference { .. }, ReferenceOr::Reference { .. }) = (base, &child) {
        return child;
    }
    let (base, mut child) = (inline(base.clone()), inline(child));
    schema::complete(&mut child.schema_data, &base.schema_data);
    if is_unconstrained(&child.schema_kind) {
        child.schema_data.nullable |= base.schema_data.nullable;
        child.schema_kind = base.schema_kind;
    } else {
        combine(&mut child.schema_kind, &base.schema_kind);
    }
    ReferenceOr::Item(Box::new(child))
}

/// Adds the rules of `base` to `child`, and merges the schemas of list items and map values.
pub(super) fn combine(child: &mut SchemaKind, base: &SchemaKind) {
    narrow(child, base);
    refine_parts(child, base);
}

/// Merges the items of two lists. A map without a schema for its values gets that of the base.
fn refine_parts(child: &mut SchemaKind, base: &SchemaKind) {
    match (child, base) {
        (SchemaKind::Type(Type::Array(child)), SchemaKind::Type(Type::Array(base))) => {
            child.items = match (child.items.take(), &base.items) {
                (Some(items), Some(base)) => Some(refine(base, items)),
                (items, base) => items.or_else(|| base.clone()),
            };
        }
        (SchemaKind::Type(Type::Object(child)), SchemaKind::Type(Type::Object(base))) => {
            let own = child.additional_properties.take();
            child.additional_properties = own.or_else(|| base.additional_properties.clone());
        }
        _ => {}
    }
}

/// Returns the schema of a property. For a reference, returns a schema that refers to the named schema.
fn inline(property: Property) -> Schema {
    match property {
        ReferenceOr::Item(schema) => *schema,
        ReferenceOr::Reference { reference } => {
            schema::bare(schema::reference_kind(schema::name(&reference)))
        }
    }
}

/// Adds new named schemas to the document.
pub(super) fn add(
    added: Vec<(String, Schema, Origin)>,
    schemas: &mut Schemas,
    origins: &mut Origins,
) {
    for (name, schema, origin) in added {
        schemas.insert(name.clone(), ReferenceOr::Item(schema));
        origins.0.insert(name, origin);
    }
}
