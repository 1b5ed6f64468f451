//! Emission of enums: the documented strings, and a variant for unknown ones.

use proc_macro2::TokenStream;
use quote::quote;

use super::Imports;
use super::docs::{self, Links};
use super::tokens::ident;
use crate::api::{EnumValue, Model};

/// Emits the enum and its conversions from and to strings. A runtime macro implements the rest.
pub(super) fn emit(
    model: &Model,
    values: &[EnumValue],
    imports: &Imports,
    links: &Links<'_>,
) -> Vec<TokenStream> {
    let name = ident(&model.ident);
    let doc = docs::of_model(model, links);
    let variants = values.iter().map(|EnumValue { ident, value, description }| {
        let description =
            description.as_ref().map(|text| format!("{text}\n\n")).unwrap_or_default();
        let doc = docs::text(&format!("{description}`{value}`"), links);
        let ident = self::ident(ident);
        quote!(#doc #ident,)
    });
    let to_text = values.iter().map(|EnumValue { ident, value, .. }| {
        let ident = self::ident(ident);
        quote!(Self::#ident => #value,)
    });
    let from_text = values.iter().map(|EnumValue { ident, value, .. }| {
        let ident = self::ident(ident);
        quote!(#value => Self::#ident,)
    });
    let string_enum = imports.runtime("string_enum");
    vec![
        quote! {
            #doc
            #[derive(Debug, Clone, PartialEq, Eq, Hash)]
            #[non_exhaustive]
            pub enum #name {
                #(#variants)*
                /// A value that this version of the client does not know, kept as received.
                Unknown(String),
            }
        },
        quote! {
            impl #name {
                /// The value as the API writes it.
                #[must_use]
                pub fn as_str(&self) -> &str {
                    match self {
                        #(#to_text)*
                        Self::Unknown(value) => value,
                    }
                }
            }
        },
        quote! {
            impl From<&str> for #name {
                fn from(value: &str) -> Self {
                    match value {
                        #(#from_text)*
                        _ => Self::Unknown(value.to_owned()),
                    }
                }
            }
        },
        quote!(#string_enum!(#name);),
    ]
}
