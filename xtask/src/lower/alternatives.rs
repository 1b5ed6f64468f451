//! Merges the variants of a union into one object.

use heck::ToUpperCamelCase as _;
use indexmap::IndexMap;
use openapiv3::{
    AdditionalProperties, ArrayType, ObjectType, ReferenceOr, Schema, SchemaData, SchemaKind, Type,
};

use super::merge::{Alternative, Merge, Property};
use super::nullable::is_nullable;
use super::scalars::{common_scalar, values};
use super::simplify::is_unconstrained;
use super::{Finding, Origin, json_types, warning};
use crate::diagnostic::Pointer;
use crate::schema::{self, Schemas, resolved, target};

/// The name of an alternative, and the property as this alternative describes it.
type Described<'a> = (&'a str, &'a Property);

impl Merge<'_> {
    /// Merges alternatives into one object. A property is required if all alternatives require it. A schema for
    /// additional properties also describes each property that its alternative does not define. Omits a property that
    /// the alternatives describe differently if the union's `own` property replaces it.
    pub(super) fn alternatives(
        &mut self,
        alternatives: &[Alternative<'_>],
        own: &ObjectType,
    ) -> ObjectType {
        let mut whole = ObjectType::default();
        let Some((first, others)) = alternatives.split_first() else { return whole };
        let all_require =
            |name: &&String| others.iter().all(|it| it.object.required.contains(name));
        whole.required.extend(first.object.required.iter().filter(all_require).cloned());
        let mut properties: IndexMap<&String, Vec<Described<'_>>> = IndexMap::new();
        for Alternative { name: alternative, object } in alternatives {
            for (name, property) in &object.properties {
                properties.entry(name).or_default().push((alternative, property));
            }
        }
        let rests =
            alternatives.iter().filter_map(|it| Some((it, additional(&it.object, self.schemas)?)));
        let rests: Vec<(&Alternative<'_>, Property)> = rests.collect();
        let typed = properties
            .iter_mut()
            .filter(|(_, all)| !all.iter().any(|it| is_any(it.1, self.schemas)));
        for (name, described) in typed {
            let others = rests.iter().filter(|(it, _)| !it.object.properties.contains_key(*name));
            described.extend(others.map(|(it, property)| (it.name, property)));
        }
        whole.additional_properties = common_rest(alternatives);
        for (name, described) in properties {
            let [(_, first), others @ ..] = described.as_slice() else { continue };
            let mut property = match others.iter().find(|(_, other)| !is_same(first, other)) {
                None => (*first).clone(),
                Some(_) if own.properties.contains_key(name) => continue,
                Some((member, _)) => self.reconcile(name, member, first, &described),
            };
            if let ReferenceOr::Item(property) = &mut property {
                self.limit(&mut property.schema_data, &described);
            }
            whole.properties.insert(name.clone(), property);
        }
        whole
    }

    /// Merges a property that the alternative `member` describes differently from `first`, the first description of the
    /// property. Scalars with a common type become that type, unless one of them is an enum. Arrays become one array,
    /// and other schemas a union. If the JSON type of a schema is unknown, the property can have any value.
    fn reconcile(
        &mut self,
        name: &str,
        member: &str,
        first: &Property,
        described: &[Described<'_>],
    ) -> Property {
        let mut schema_data =
            first.as_item().map(|schema| schema.schema_data.clone()).unwrap_or_default();
        schema_data.nullable =
            described.iter().any(|(_, it)| is_nullable(*it, self.nullable, self.schemas));
        let resolved = described.iter().map(|(_, it)| resolved(it, self.schemas));
        let resolved = resolved.collect::<Option<Vec<&Schema>>>().unwrap_or_default();
        let is_enum = resolved.iter().any(|schema| values(schema).is_some());
        let schema_kind = if let Some(scalar) = common_scalar(&resolved).filter(|_| !is_enum) {
            SchemaKind::Type(scalar)
        } else if let Some(union) = self.union(name, member, described) {
            union
        } else {
            self.findings.push(self.conflict(member, name));
            schema::any_kind()
        };
        ReferenceOr::Item(Box::new(Schema { schema_data, schema_kind }))
    }

    /// Returns an array or a union for the schemas that describe a property, if their JSON types are known. The
    /// `unions` pass merges the variants that share a type.
    fn union(
        &mut self,
        property: &str,
        member: &str,
        described: &[Described<'_>],
    ) -> Option<SchemaKind> {
        let mut distinct: Vec<ReferenceOr<Schema>> = Vec::new();
        for (_, schema) in described {
            for schema in self.parts((*schema).clone().unbox()) {
                json_types::of(&schema, self.schemas, &mut Vec::new())?;
                if !distinct.contains(&schema) {
                    distinct.push(schema);
                }
            }
        }
        let name = property.to_upper_camel_case();
        let pointer = self.origins.pointer(member).join(["properties", property]);
        let arrays: Option<Vec<&ArrayType>> =
            distinct.iter().map(|slot| schema::array(resolved(slot, self.schemas)?)).collect();
        if let Some(arrays) = arrays {
            return Some(self.array(&arrays, &format!("{name}Item"), pointer));
        }
        let name = self.add_union(&name, distinct, pointer);
        Some(schema::reference_kind(&name))
    }

    /// Returns one array for all arrays, without their bounds. Its items have the item schema that all arrays share, or
    /// else a union of the item schemas.
    pub(super) fn array(
        &mut self,
        arrays: &[&ArrayType],
        suffix: &str,
        pointer: Pointer,
    ) -> SchemaKind {
        let mut one_of: Vec<ReferenceOr<Schema>> = Vec::new();
        for array in arrays {
            let any = || ReferenceOr::Item(schema::bare(schema::any_kind()));
            let items = array.items.clone().map_or_else(any, ReferenceOr::unbox);
            if !one_of.contains(&items) {
                one_of.push(items);
            }
        }
        let items = match one_of.as_slice() {
            [only] => only.clone(),
            _ => schema::reference_to(&self.add_union(suffix, one_of, pointer)),
        };
        let items = Some(schema::boxed(items));
        let (min_items, max_items, unique_items) = (None, None, false);
        SchemaKind::Type(Type::Array(ArrayType { items, min_items, max_items, unique_items }))
    }

    /// Adds a union and returns its name. The merged schema or one of its ancestors in the lineage can already be a
    /// union of the same variants. If so, returns the name of that union instead. Without this rule, each round of
    /// merging a recursive schema would add another union.
    fn add_union(
        &mut self,
        suffix: &str,
        one_of: Vec<ReferenceOr<Schema>>,
        pointer: Pointer,
    ) -> String {
        match self.lineage.ancestor(self.name, &one_of) {
            Some(name) => name.to_owned(),
            None => self.add(suffix, schema::bare(SchemaKind::OneOf { one_of }), pointer),
        }
    }

    /// Returns the variants of a union that merging has just added, if the schema refers to one. Also removes that
    /// union, because its variants become variants of a larger union. Returns any other schema unchanged.
    fn parts(&mut self, schema: ReferenceOr<Schema>) -> Vec<ReferenceOr<Schema>> {
        let is_it = |(name, ..): &(String, Schema, Origin)| target(&schema) == Some(name.as_str());
        match self.added.iter().position(is_it) {
            Some(index) => {
                let (_, union, _) = self.added.remove(index);
                schema::variants(&union.schema_kind).to_vec()
            }
            None => vec![schema],
        }
    }

    /// Sets `readOnly`, `writeOnly` and `deprecated` if all descriptions of the property, or the schemas to which they
    /// refer, have them.
    fn limit(&self, data: &mut SchemaData, described: &[Described<'_>]) {
        let all = |has: fn(&SchemaData) -> bool| {
            described.iter().all(|(_, it)| {
                let target = resolved(it, self.schemas);
                let mut schemas = it.as_item().map(Box::as_ref).into_iter().chain(target);
                schemas.any(|it| has(&it.schema_data))
            })
        };
        data.read_only = all(|it| it.read_only);
        data.write_only = all(|it| it.write_only);
        data.deprecated = all(|it| it.deprecated);
    }

    /// Reports a property that an earlier alternative describes differently.
    fn conflict(&self, member: &str, property: &str) -> Finding {
        let union = self.name;
        warning(
            self.origins.pointer(member).join(["properties", property]),
            format!("the variants of `{union}` describe `{property}` differently"),
            format!("`{property}` is read as any JSON value"),
            "describe the property consistently, or add a `discriminator` to the union",
        )
    }
}

/// Returns the common schema of the alternatives' additional properties. Ignores alternatives that allow none. If the
/// schemas differ, additional properties can have any value.
fn common_rest(alternatives: &[Alternative<'_>]) -> Option<AdditionalProperties> {
    let all = alternatives.iter().map(|it| rest(&it.object));
    let mut open = all.filter(|it| *it != Some(AdditionalProperties::Any(false)));
    let first = open.next()?;
    if open.all(|it| it == first) { first } else { Some(AdditionalProperties::Any(true)) }
}

/// Returns the schema of an alternative's additional properties. An alternative that describes nothing allows any
/// properties.
fn rest(alternative: &ObjectType) -> Option<AdditionalProperties> {
    let is_free = *alternative == ObjectType::default();
    alternative.additional_properties.clone().or(is_free.then_some(AdditionalProperties::Any(true)))
}

/// Returns the schema of each additional property, unless it allows any value.
fn additional(alternative: &ObjectType, schemas: &Schemas) -> Option<Property> {
    let Some(AdditionalProperties::Schema(schema)) = &alternative.additional_properties else {
        return None;
    };
    Some(schema::boxed((**schema).clone())).filter(|it| !is_any(it, schemas))
}

/// Returns whether a property can have any value.
fn is_any(property: &Property, schemas: &Schemas) -> bool {
    resolved(property, schemas).is_some_and(|it| is_unconstrained(&it.schema_kind))
}

/// Returns whether two properties allow the same values, regardless of annotations.
fn is_same(one: &Property, other: &Property) -> bool {
    target(one) == target(other)
        && match (one, other) {
            (ReferenceOr::Item(one), ReferenceOr::Item(other)) => {
                one.schema_data.nullable == other.schema_data.nullable
                    && (one.schema_kind == other.schema_kind || schema::only_member(one).is_some())
            }
            (one, other) => {
                let is_nullable =
                    |it: &Property| it.as_item().is_some_and(|schema| schema.schema_data.nullable);
                is_nullable(one) == is_nullable(other) && target(one).is_some()
            }
        }
}
