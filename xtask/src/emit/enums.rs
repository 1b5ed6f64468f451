//! Emission of enums: the documented values, and a variant for unknown ones.

use proc_macro2::TokenStream;
use quote::quote;

use super::Imports;
use super::docs::{self, Links};
use super::tokens::{self, ident};
use crate::api::{EnumValue, Model};

/// Emits the enum and its conversions from and to values. A runtime macro implements the rest.
pub(super) fn emit(
    model: &Model,
    values: &[EnumValue],
    imports: &Imports,
    links: &Links<'_>,
) -> Vec<TokenStream> {
    if values.iter().all(|it| it.value.is_string()) {
        of_strings(model, values, imports, links)
    } else {
        of_json(model, values, imports, links)
    }
}

fn definition(
    model: &Model,
    values: &[EnumValue],
    unknown: &TokenStream,
    links: &Links<'_>,
) -> TokenStream {
    let name = ident(&model.ident);
    let doc = docs::of_model(model, links);
    let variants = values.iter().map(|value| {
        let description = value.description.as_ref();
        let description = description.map(|text| format!("{text}\n\n")).unwrap_or_default();
        let doc = docs::text(&format!("{description}`{}`", value.text()), links);
        let ident = ident(&value.ident);
        quote!(#doc #ident,)
    });
    quote! {
        #doc
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            /// An unknown value, kept as received.
            Unknown(#unknown),
        }
    }
}

fn of_strings(
    model: &Model,
    values: &[EnumValue],
    imports: &Imports,
    links: &Links<'_>,
) -> Vec<TokenStream> {
    let name = ident(&model.ident);
    let pairs = values.iter().map(|value| (ident(&value.ident), value.text()));
    let (idents, texts): (Vec<_>, Vec<_>) = pairs.unzip();
    let string_enum = imports.runtime("string_enum");
    vec![
        definition(model, values, &quote!(String), links),
        quote! {
            impl #name {
                /// Returns the string that represents this value in JSON.
                #[must_use]
                pub fn as_str(&self) -> &str {
                    match self {
                        #(Self::#idents => #texts,)*
                        Self::Unknown(value) => value,
                    }
                }
            }
        },
        quote! {
            impl From<&str> for #name {
                fn from(value: &str) -> Self {
                    match value {
                        #(#texts => Self::#idents,)*
                        _ => Self::Unknown(value.to_owned()),
                    }
                }
            }
        },
        quote!(#string_enum!(#name);),
    ]
}

/// Values are compared as JSON text, in which `1` and `"1"` differ.
fn of_json(
    model: &Model,
    values: &[EnumValue],
    imports: &Imports,
    links: &Links<'_>,
) -> Vec<TokenStream> {
    let name = ident(&model.ident);
    let idents: Vec<_> = values.iter().map(|it| ident(&it.ident)).collect();
    let json = values.iter().map(|it| tokens::json(&it.value));
    let texts = values.iter().map(|it| it.value.to_string());
    let value_enum = imports.runtime("value_enum");
    let value = quote!(serde_json::Value);
    vec![
        definition(model, values, &value, links),
        quote! {
            impl #name {
                /// Returns the JSON that represents this value.
                #[must_use]
                pub fn to_json(&self) -> #value {
                    match self {
                        #(Self::#idents => #json,)*
                        Self::Unknown(value) => value.clone(),
                    }
                }
            }
        },
        quote! {
            impl From<#value> for #name {
                fn from(value: #value) -> Self {
                    match value.to_string().as_str() {
                        #(#texts => Self::#idents,)*
                        _ => Self::Unknown(value),
                    }
                }
            }
        },
        quote!(#value_enum!(#name);),
    ]
}
