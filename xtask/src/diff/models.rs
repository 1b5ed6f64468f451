//! Facts about models.

use std::mem::discriminant;

use super::change::Effect;
use super::fact::{API, DEMAND, FORM, Fact, Policy, VARIANT, WIRE};
use super::members::Member;
use super::rules;
use super::value::{Arguments, Value, code, codes};
use crate::api::types::{Api, EnumValue, Field, Kind, Model, Page, Struct, TypeVariant, Union};
use crate::lower::text;

/// Returns the facts about a model, for comparison with `other`, which is the same model in the other version of the
/// API. If `other` is missing or has a different kind, returns only the kind of the model.
pub(super) fn fact(model: &Model, other: Option<&Model>, new: &Api) -> Fact {
    let fact = match &model.kind {
        Kind::Struct(_) => Fact::new(API, "a struct"),
        Kind::Enum(values) if values.iter().all(|it| it.value.is_string()) => {
            Fact::new(API, "an enum of strings")
        }
        Kind::Enum(_) => Fact::new(API, "an enum of JSON values"),
        Kind::Union(_) => Fact::new(API, "a union"),
        Kind::TypeUnion(_) => Fact::new(API, "a union of JSON types"),
    };
    let Some(other) = other.filter(|it| discriminant(&it.kind) == discriminant(&model.kind)) else {
        return fact;
    };
    let fact = features(fact, &model.features, &other.features, new);
    let fact = fact.documentation(&model.description);
    let variant = if other.usage.response { VARIANT } else { API };
    match &model.kind {
        Kind::Struct(it) => {
            let sent = model.usage.request;
            let fact = fact.optional("`new` and setters", API, sent.then_some(""));
            object(fact, it, other, sent && other.usage.request)
        }
        Kind::Enum(values) => values.iter().fold(fact, |fact, it| value(fact, it, variant)),
        Kind::Union(it) => union(fact, it, variant),
        Kind::TypeUnion(it) => {
            it.variants.iter().fold(fact, |fact, it| type_variant(fact, it, variant))
        }
    }
}

/// Adds the Cargo features. A model without features is always compiled.
fn features(fact: Fact, one: &[String], other: &[String], new: &Api) -> Fact {
    if other.is_empty() {
        return fact.optional("required feature", DEMAND, codes(one, " or "));
    }
    // A removed feature is reported as a separate change.
    let kept = one.iter().filter(|name| new.features.iter().any(|it| it.name == **name));
    kept.fold(fact, |fact, name| {
        let available = Fact::new(Policy { new: None, ..API }, "");
        fact.part(format_args!("available with the feature `{name}`"), available)
    })
}

fn object(fact: Fact, it: &Struct, other: &Model, provided: bool) -> Fact {
    let has_default = !it.fields.iter().any(Field::is_argument);
    let tag = it.tag.as_ref().map(|tag| {
        let kind = if tag.value.is_string() { "" } else { ", an integer" };
        format!("`{}: {}`{kind}", tag.property, text(&tag.value))
    });
    let arguments = it.fields.iter().filter(|field| field.is_argument());
    let arguments = arguments.map(|field| (field.ident.clone(), field.argument().clone()));
    let arguments = arguments.collect();
    let arguments = Fact::new(API, Value::Arguments(Arguments(arguments)));
    let fact = fact
        .optional("`Default`", API, has_default.then_some(""))
        .optional("discriminator", WIRE, tag)
        .part("order of arguments", provided.then_some(arguments))
        .part("pages of `stream`", it.page.as_ref().map(page));
    let was_kept = keeps_properties(other);
    it.fields.iter().fold(fact, |fact, field| {
        let (ty, required, wire) = (&field.ty, field.is_argument(), field.name.clone());
        let member = Member { ty, required, wire, rules: &field.rules, docs: &field.docs };
        let read_only = (provided && field.read_only).then_some("");
        let of_field = member.fact(provided).optional("set by the server", DEMAND, read_only);
        let of_field = if was_kept { of_field.unless_breaking(Effect::Field) } else { of_field };
        fact.part(format_args!("field `{}`", field.ident), of_field)
    })
}

/// Returns whether responses contain the model, and its values keep the properties that have no separate field.
fn keeps_properties(model: &Model) -> bool {
    let Kind::Struct(object) = &model.kind else { return false };
    model.usage.response && object.fields.iter().any(|field| field.rest)
}

/// Returns the facts about a page: the id, with which `stream` skips repeated items, and the links, which indicate the
/// last page.
fn page(page: &Page) -> Fact {
    let id = page.id.as_ref().map(|it| code(&it.ident));
    let links = page.links.as_ref().map(|it| format!("`{}.{}`", it.ident, it.relation.ident));
    Fact::new(FORM, "").optional("id of an item", WIRE, id).optional("links", WIRE, links)
}

fn value(fact: Fact, it: &EnumValue, policy: Policy) -> Fact {
    let variant = Fact::new(policy, "").code("on the wire", FORM, it.text());
    fact.part(format_args!("variant `{}`", it.ident), variant.documentation(&it.description))
}

fn type_variant(fact: Fact, it: &TypeVariant, policy: Policy) -> Fact {
    let types = it.json_types.iter().map(|json_type| format!("{json_type:?}").to_lowercase());
    let variant = Fact::new(policy, code(&it.ty))
        .optional("on the wire", FORM, codes(types, " or "))
        .documentation(&it.description);
    fact.part(format_args!("variant `{}`", it.ident), rules::facts(variant, "", &it.rules))
}

fn union(fact: Fact, it: &Union, policy: Policy) -> Fact {
    let fact = fact.code("discriminator", WIRE, &it.property);
    let fact = it.variants.iter().fold(fact, |fact, it| {
        let variant = Fact::new(policy, code(&it.model))
            .optional("on the wire", FORM, codes(&it.values, " or "))
            .documentation(&it.description);
        fact.part(format_args!("variant `{}`", it.ident), variant)
    });
    it.shared.iter().fold(fact, |fact, field| {
        fact.code(format_args!("method `{}`", field.ident), API, &field.ty)
    })
}
