//! Emits code that validates values before they are sent.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use serde_json::Number;

use super::Imports;
use super::tokens::{self, allow_deprecated, ident};
use crate::api::{Field, Model, Rules, Struct, Type, Union};

/// Implements `Validate` for a struct.
pub(super) fn of_struct(model: &Model, object: &Struct, imports: &Imports) -> TokenStream {
    let is_checked = |field: &&Field| field.validates || !field.rules.is_empty();
    let checked: Vec<&Field> = object.fields.iter().filter(is_checked).collect();
    let checks = checked.iter().map(|field| field_checks(field, imports));
    let body = quote!(#(#checks)* Ok(()));
    let allow = allow_deprecated(checked.iter().copied());
    let validate = validate(model, checked.is_empty(), &body, imports);
    quote!(#allow #validate)
}

/// Implements `Validate` for a union, whose variants validate themselves.
pub(super) fn of_union(model: &Model, union: &Union, imports: &Imports) -> TokenStream {
    let checked = union.variants.iter().filter(|variant| variant.validates);
    let arms: Vec<TokenStream> = checked
        .map(|variant| {
            let name = ident(&variant.ident);
            quote!(Self::#name(variant) => variant.validate(at),)
        })
        .collect();
    validate(model, arms.is_empty(), &quote!(match self { #(#arms)* _ => Ok(()) }), imports)
}

/// Implements `Validate` with the given body. `is_empty` is true if the body checks nothing.
pub(super) fn validate(
    model: &Model,
    is_empty: bool,
    body: &TokenStream,
    imports: &Imports,
) -> TokenStream {
    let name = ident(&model.ident);
    let (validate, at) = (imports.runtime("Validate"), imports.runtime("At"));
    let error = imports.root("InvalidInput");
    let argument = if is_empty { quote!(_) } else { quote!(at) };
    quote! {
        impl #validate for #name {
            fn validate(&self, #argument: #at<'_>) -> Result<(), #error> { #body }
        }
    }
}

fn field_checks(field: &Field, imports: &Imports) -> TokenStream {
    let (name, wire_name) = (ident(&field.ident), &field.name);
    let at = if field.rest { quote!(at) } else { quote!(at.field(#wire_name)) };
    let own =
        checks(&field.rules, &field.ty, &Place::owned(at.clone(), quote!(self.#name)), imports);
    let below = field.validates.then(|| quote!(self.#name.validate(#at)?;));
    quote!(#(#own?;)* #below)
}

/// A value to validate.
pub(super) struct Place {
    /// The location in the request.
    at: TokenStream,
    value: TokenStream,
    /// Whether `value` is a reference.
    is_reference: bool,
}

impl Place {
    /// Creates the place for a value that is not a reference.
    pub(super) fn owned(at: TokenStream, value: TokenStream) -> Self {
        Self { at, value, is_reference: false }
    }

    /// Creates the place for a value behind a reference.
    pub(super) fn borrowed(at: TokenStream, value: TokenStream) -> Self {
        Self { at, value, is_reference: true }
    }

    fn reference(&self) -> TokenStream {
        let value = &self.value;
        if self.is_reference { quote!(#value) } else { quote!(&#value) }
    }

    fn copied(&self) -> TokenStream {
        let value = &self.value;
        if self.is_reference { quote!(*#value) } else { quote!(#value) }
    }
}

/// Emits the expressions that validate a value.
pub(super) fn checks(
    rules: &Rules,
    ty: &Type,
    place: &Place,
    imports: &Imports,
) -> Vec<TokenStream> {
    if rules.is_empty() {
        return Vec::new();
    }
    let check = imports.runtime("check");
    let (at, value) = (&place.at, place.reference());
    let size = |size: Option<usize>| size.map(Literal::usize_unsuffixed);
    let mut checks = Vec::new();
    if let Some(range) = range(size(rules.min_length), size(rules.max_length)) {
        checks.push(quote!(#check::length(#at, #value, #range)));
    }
    if let Some(pattern) = &rules.pattern {
        checks.push(quote!(#check::pattern(#at, #value, #pattern)));
    }
    if let Some(range) = number_range(rules, ty, imports) {
        let number = place.copied();
        checks.push(quote!(#check::range(#at, #number, #range)));
    }
    if rules.finite {
        let number = place.copied();
        checks.push(quote!(#check::finite(#at, #number)));
    }
    if let Some(divisor) = &rules.multiple_of {
        let (number, divisor) = (place.copied(), literal(divisor, ty));
        checks.push(quote!(#check::multiple_of(#at, #number, #divisor)));
    }
    if let Some(range) = range(size(rules.min_items), size(rules.max_items)) {
        checks.push(quote!(#check::items(#at, #value, #range)));
    }
    if rules.unique_items {
        checks.push(quote!(#check::unique(#at, #value)));
    }
    if let (Some(each), Some(item)) = (&rules.each, item(ty)) {
        let below = Place::borrowed(quote!(at), quote!(item));
        let inner = self::checks(each, item, &below, imports);
        let inner = match inner.as_slice() {
            [only] => only.clone(),
            [first @ .., last] => quote!({ #(#first?;)* #last }),
            [] => return checks,
        };
        checks.push(quote!(#check::each(#at, #value, |at, item| #inner)));
    }
    checks
}

/// Returns the type of list items or map values.
fn item(ty: &Type) -> Option<&Type> {
    match ty.unwrapped() {
        Type::List(item) | Type::Map(item) => Some(item),
        _ => None,
    }
}

fn number_range(rules: &Rules, ty: &Type, imports: &Imports) -> Option<TokenStream> {
    let literal = |bound: &Number| literal(bound, ty);
    let (least, most) = (rules.minimum.as_ref().map(literal), rules.maximum.as_ref().map(literal));
    if !rules.exclusive_minimum && !rules.exclusive_maximum {
        return range(least, most);
    }
    let bound_type = imports.name("std::ops", "Bound");
    let bound = |bound: Option<TokenStream>, is_exclusive: bool| match bound {
        Some(bound) if is_exclusive => quote!(#bound_type::Excluded(#bound)),
        Some(bound) => quote!(#bound_type::Included(#bound)),
        None => quote!(#bound_type::Unbounded),
    };
    let is_bounded = least.is_some() || most.is_some();
    let least = bound(least, rules.exclusive_minimum);
    let most = bound(most, rules.exclusive_maximum);
    is_bounded.then(|| quote!((#least, #most)))
}

/// Emits a number as a literal of the type.
fn literal(number: &Number, ty: &Type) -> TokenStream {
    match number.as_f64() {
        Some(number) if matches!(ty.value(), Type::Float(_)) => {
            tokens::parsed(&format!("{number:?}"))
        }
        _ => tokens::parsed(&number.to_string()),
    }
}

fn range(least: Option<impl ToTokens>, most: Option<impl ToTokens>) -> Option<TokenStream> {
    match (least, most) {
        (Some(least), Some(most)) => Some(quote!(#least..=#most)),
        (Some(least), None) => Some(quote!(#least..)),
        (None, Some(most)) => Some(quote!(..=#most)),
        (None, None) => None,
    }
}
