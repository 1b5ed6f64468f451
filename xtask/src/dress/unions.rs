//! One of several models, told apart by a property.

use indexmap::{IndexMap, IndexSet};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::docs::Docs;
use super::enums;
use super::structs::{Object, ObjectField};
use crate::engine::Emitted;

/// The enum, and its encoding by the property.
pub(super) fn emit(
    name: &str,
    property: &str,
    variants: &IndexMap<String, String>,
    emitted: &Emitted,
    docs: &Docs<'_>,
) -> TokenStream {
    let ident = format_ident!("{name}");
    let doc = docs.of_model(name);
    let names = self::variants(variants);
    let arms = names.iter().map(|(model, variant)| {
        let doc = docs.of_model(model);
        let model = format_ident!("{model}");
        quote!(#doc #variant(#model),)
    });
    let known = names.iter().map(|(model, variant)| {
        let values = variants.iter().filter(|(_, it)| it == model).map(|(value, _)| value);
        let model = format_ident!("{model}");
        quote!(#(#values)|* => #variant(#model))
    });
    let shared = shared(name, variants, emitted, docs);
    let unknown =
        format!(" An object whose `{property}` is newer than this client, kept as it came.");
    quote! {
        #doc
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum #ident {
            #(#arms)*
            #[doc = #unknown]
            Unknown(serde_json::Map<String, serde_json::Value>),
        }

        #shared

        tagged_union! { #ident by #property { #(#known),* } }
    }
}

/// A method for each field that every variant has, so that nobody has to match for it.
fn shared(
    name: &str,
    variants: &IndexMap<String, String>,
    emitted: &Emitted,
    docs: &Docs<'_>,
) -> Option<TokenStream> {
    let models: IndexSet<&String> = variants.values().collect();
    let objects: Option<Vec<Object<'_>>> =
        models.into_iter().map(|model| Object::of(model, docs.api, emitted)).collect();
    let objects = objects?;
    let (first, others) = objects.split_first()?;
    let fields = first.fields.iter().filter(|field| {
        let has = |object: &Object<'_>| object.fields.iter().any(|it| same(it, field));
        !field.is_optional() && others.iter().all(has)
    });
    let methods: Vec<_> = fields.map(|field| getter(field, variants, docs)).collect();
    let ident = format_ident!("{name}");
    (!methods.is_empty()).then(|| quote!(impl #ident { #(#methods)* }))
}

fn same(one: &ObjectField<'_>, other: &ObjectField<'_>) -> bool {
    one.wire_name == other.wire_name && one.ty == other.ty
}

fn getter(
    field: &ObjectField<'_>,
    variants: &IndexMap<String, String>,
    docs: &Docs<'_>,
) -> TokenStream {
    let ObjectField { ident, ty, wire_name, about } = field;
    let doc = docs.of_value(wire_name, ty, about);
    let absent = docs.raw("\n`None` where the variant is unknown.".to_owned());
    let (ty, value) = match ty.plain_name() {
        Some("String") => (quote!(&str), quote!(&variant.#ident)),
        Some("ObjectId" | "bool" | "i32" | "i64" | "f64" | "Uuid") => {
            (quote!(#ty), quote!(variant.#ident))
        }
        _ => (quote!(&#ty), quote!(&variant.#ident)),
    };
    let arms = self::variants(variants)
        .into_values()
        .map(|variant| quote!(Self::#variant(variant) => Some(#value),));
    quote! {
        #doc
        #absent
        #[must_use]
        pub fn #ident(&self) -> Option<#ty> {
            match self {
                #(#arms)*
                Self::Unknown(_) => None,
            }
        }
    }
}

/// A variant for each model. A model that stands for one value is called after the value.
pub(super) fn variants(variants: &IndexMap<String, String>) -> IndexMap<&String, Ident> {
    let models: IndexSet<&String> = variants.values().collect();
    let names: Vec<&String> = models.iter().map(|model| called_after(variants, model)).collect();
    models.into_iter().zip(enums::idents(names.into_iter())).collect()
}

fn called_after<'a>(variants: &'a IndexMap<String, String>, model: &'a String) -> &'a String {
    let mut values = variants.iter().filter(|(_, it)| *it == model).map(|(value, _)| value);
    match (values.next(), values.next()) {
        (Some(value), None) => value,
        _ => model,
    }
}
