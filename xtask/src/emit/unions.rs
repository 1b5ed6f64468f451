//! Emits unions: one of several models, discriminated by a property.

use proc_macro2::TokenStream;
use quote::quote;

use super::Imports;
use super::docs::{self, Links};
use super::tokens::ident;
use crate::api::{Field, Model, Type, Union, Variant};

/// Emits the enum, a getter for each field that its variants share, and the code that selects a variant. A runtime
/// macro implements the serde traits and the conversions from variants.
pub(super) fn emit(
    model: &Model,
    union: &Union,
    imports: &Imports,
    links: &Links<'_>,
) -> Vec<TokenStream> {
    let name = ident(&model.ident);
    let doc = docs::of_model(model, links);
    let variants = union.variants.iter().map(|variant| {
        let schema = || links.schema(&variant.model);
        let doc = docs::own(&docs::described(variant.description.as_deref(), schema, links));
        let (ident, model) = (ident(&variant.ident), imports.model(&variant.model));
        quote!(#doc #ident(#model),)
    });
    let property = &union.property;
    let unknown = docs::own(&format!("An object with an unknown `{property}`, kept as received."));
    let mut items = vec![quote! {
        #doc
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            #unknown
            Unknown(serde_json::Map<String, serde_json::Value>),
        }
    }];
    if !union.shared.is_empty() {
        let getters = union.shared.iter().map(|field| getter(field, union, imports, links));
        items.push(quote!(impl #name { #(#getters)* }));
    }
    items.extend(decoding(model, union, imports));
    items
}

/// Emits the code that selects a variant by the discriminator. A runtime macro implements the serde
/// traits and the conversions.
fn decoding(model: &Model, union: &Union, imports: &Imports) -> [TokenStream; 2] {
    let name = ident(&model.ident);
    let property = &union.property;
    let (trait_name, decode) = (imports.runtime("TaggedUnion"), imports.runtime("decode_variant"));
    let object = imports.runtime("JsonObject");
    let arms = union.variants.iter().map(|Variant { ident, values, .. }| {
        let ident = self::ident(ident);
        quote!(Some(#(#values)|*) => #decode(object).map(Self::#ident),)
    });
    let variants = union.variants.iter().map(|Variant { ident, model, .. }| {
        let (ident, model) = (self::ident(ident), imports.model(model));
        quote!(#ident(#model))
    });
    let json_tags = union.has_json_tags.then(|| {
        quote!(
            const HAS_JSON_TAGS: bool = true;
        )
    });
    let tagged_union = imports.runtime("tagged_union");
    [
        quote! {
            impl #trait_name for #name {
                const TAG: &'static str = #property;
                #json_tags

                fn decode<E: serde::de::Error>(tag: Option<&str>, object: #object) -> Result<Self, E> {
                    match tag {
                        #(#arms)*
                        _ => Ok(Self::Unknown(object)),
                    }
                }
            }
        },
        quote!(#tagged_union!(#name, #(#variants),*);),
    ]
}

/// Emits a getter for a field that every variant has.
fn getter(field: &Field, union: &Union, imports: &Imports, links: &Links<'_>) -> TokenStream {
    let doc = docs::of_value(&field.name, &field.rules, &field.docs, links);
    let absent = docs::section("Returns `None` for the variant `Unknown`.");
    let name = ident(&field.ident);
    let (ty, value) = match &field.ty {
        Type::String => (quote!(&str), quote!(&variant.#name)),
        ty @ (Type::ObjectId | Type::Bool | Type::Integer(_) | Type::Float(_) | Type::Uuid) => {
            (imports.ty(ty), quote!(variant.#name))
        }
        ty => {
            let ty = imports.ty(ty);
            (quote!(&#ty), quote!(&variant.#name))
        }
    };
    let arms = union.variants.iter().map(|variant| {
        let ident = ident(&variant.ident);
        quote!(Self::#ident(variant) => Some(#value),)
    });
    quote! {
        #doc
        #absent
        #[must_use]
        pub fn #name(&self) -> Option<#ty> {
            match self {
                #(#arms)*
                Self::Unknown(_) => None,
            }
        }
    }
}
