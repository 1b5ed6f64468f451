//! The checks that a value passes before it is sent.

use indexmap::IndexMap;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::structs::{self, Object, ObjectField};
use crate::api::{Api, Shape};
use crate::notes::Rules;
use crate::rust_type::Type;

/// Whether any value within a model has a rule.
pub(super) fn has_rules(name: &str, api: &Api) -> bool {
    has_rules_within(name, api, &mut Vec::new())
}

fn has_rules_within(name: &str, api: &Api, seen: &mut Vec<String>) -> bool {
    let Some(model) = api.models.get(name).filter(|model| model.usage.request) else {
        return false;
    };
    if seen.iter().any(|known| known == name) {
        return false;
    }
    seen.push(name.to_owned());
    match &model.shape {
        Shape::Enum { .. } => false,
        Shape::Union { variants, .. } => {
            variants.values().any(|variant| has_rules_within(variant, api, seen))
        }
        Shape::Object { fields, models, .. } => {
            fields.values().any(|about| !about.rules.is_empty())
                || models.iter().any(|model| has_rules_within(model, api, seen))
        }
    }
}

/// `Validate` for an object.
pub(super) fn emit_object(name: &str, object: &Object<'_>, api: &Api) -> TokenStream {
    let checked = object.fields.iter().filter_map(|it| Some((it, field_checks(it, api)?)));
    let (fields, checks): (Vec<_>, Vec<_>) = checked.unzip();
    let validate = validate(name, checks.is_empty(), &quote!(#(#checks)* Ok(())));
    let deprecated = structs::allow_deprecated(&fields);
    quote!(#deprecated #validate)
}

/// `Validate` for a union: a variant checks itself.
pub(super) fn emit_union(
    name: &str,
    variants: &IndexMap<String, String>,
    api: &Api,
) -> TokenStream {
    let checked: Vec<_> = super::unions::variants(variants)
        .into_iter()
        .filter(|(model, _)| has_rules(model, api))
        .map(|(_, variant)| quote!(Self::#variant(variant) => variant.validate(at),))
        .collect();
    validate(name, checked.is_empty(), &quote!(match self { #(#checked)* _ => Ok(()) }))
}

fn validate(name: &str, is_empty: bool, body: &TokenStream) -> TokenStream {
    let ident = format_ident!("{name}");
    let at = if is_empty { quote!(_) } else { quote!(at) };
    quote! {
        impl Validate for #ident {
            fn validate(&self, #at: At<'_>) -> Result<(), InvalidInput> { #body }
        }
    }
}

fn field_checks(field: &ObjectField<'_>, api: &Api) -> Option<TokenStream> {
    let ObjectField { ident, wire_name, ty, about } = field;
    let at = quote!(at.field(#wire_name));
    let own = checks(&about.rules, &at, &quote!(self.#ident), ty);
    // An optional list that is empty is absent: it is not sent.
    let may_be_absent = field.is_optional() && ty.argument("Vec").is_some();
    let own = if may_be_absent && about.rules.min_items > Some(0) {
        quote!(if !self.#ident.is_empty() { #(#own?;)* })
    } else {
        quote!(#(#own?;)*)
    };
    let below = holds_rules(ty, api).then(|| quote!(self.#ident.validate(#at)?;));
    let all = quote!(#own #below);
    (!all.is_empty()).then_some(all)
}

/// Whether a value of this type holds a model that has rules.
pub(super) fn holds_rules(ty: &Type, api: &Api) -> bool {
    ty.innermost().is_some_and(|name| has_rules(name, api))
}

/// What checks `value` against its rules, an expression each.
pub(super) fn checks(
    rules: &Rules,
    at: &TokenStream,
    value: &TokenStream,
    ty: &Type,
) -> Vec<TokenStream> {
    let is_option = ty.argument("Option").is_some();
    let text = if is_option { quote!(#value.as_deref()) } else { quote!(&#value) };
    let mut checks = Vec::new();
    if let Some(range) = range(rules.min_length, rules.max_length) {
        checks.push(quote!(check::length(#at, #text, #range)));
    }
    if let Some(pattern) = &rules.pattern {
        checks.push(quote!(check::pattern(#at, #text, #pattern)));
    }
    let bounds = (number(rules.minimum.as_ref(), ty), number(rules.maximum.as_ref(), ty));
    let exclusive = rules.exclusive_minimum || rules.exclusive_maximum;
    let range_of = if exclusive { open_range(bounds, rules) } else { range(bounds.0, bounds.1) };
    if let Some(range) = range_of {
        checks.push(quote!(check::range(#at, #value, #range)));
    }
    if let Some(range) = range(rules.min_items, rules.max_items) {
        let items = if is_option { quote!(#value.as_deref()) } else { quote!(#value.as_slice()) };
        checks.push(quote!(check::items(#at, #items, #range)));
    }
    checks
}

fn range<T: std::fmt::Display>(least: Option<T>, most: Option<T>) -> Option<TokenStream> {
    match (least.map(literal), most.map(literal)) {
        (Some(least), Some(most)) => Some(quote!(#least..=#most)),
        (Some(least), None) => Some(quote!(#least..)),
        (None, Some(most)) => Some(quote!(..=#most)),
        (None, None) => None,
    }
}

/// A range with a bound that is outside of it.
fn open_range(
    (least, most): (Option<String>, Option<String>),
    rules: &Rules,
) -> Option<TokenStream> {
    let bound = |bound: Option<String>, is_exclusive: bool| match bound.map(literal) {
        Some(bound) if is_exclusive => quote!(Bound::Excluded(#bound)),
        Some(bound) => quote!(Bound::Included(#bound)),
        None => quote!(Bound::Unbounded),
    };
    let is_bounded = least.is_some() || most.is_some();
    let least = bound(least, rules.exclusive_minimum);
    let most = bound(most, rules.exclusive_maximum);
    is_bounded.then(|| quote!((#least, #most)))
}

fn literal(bound: impl std::fmt::Display) -> TokenStream {
    bound.to_string().parse().unwrap_or_default()
}

/// A bound as a literal of the value's type.
fn number(bound: Option<&serde_json::Number>, ty: &Type) -> Option<String> {
    let value_type = ty.argument("Option").unwrap_or(ty);
    let is_float = value_type.plain_name().is_some_and(|name| name.starts_with('f'));
    let bound = bound?;
    Some(if is_float { format!("{:?}", bound.as_f64()?) } else { bound.to_string() })
}
