//! Emits the type of the value in a successful response, and the code that decodes the value.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens as _, quote};

use super::Imports;
use super::docs::{self, Links};
use super::tokens::ident;
use crate::api::{Operation, StatusValue, Success, Type};

/// Returns the type of the value.
pub(super) fn ty(success: &Success, imports: &Imports) -> TokenStream {
    match success {
        Success::Nothing | Success::Redirect => quote!(()),
        Success::Text => quote!(String),
        Success::Bytes => imports.root("ByteStream").to_token_stream(),
        Success::Lines(ty) => {
            let (lines, ty) = (imports.root("JsonLines"), imports.ty(ty));
            quote!(#lines<#ty>)
        }
        Success::Statuses { ident, .. } => super::tokens::ident(ident).to_token_stream(),
        Success::Optional(ty) => {
            let ty = imports.ty(ty);
            quote!(Option<#ty>)
        }
        Success::Json(ty) => imports.ty(ty),
    }
}

/// Returns the method of the client that sends the request and decodes the value.
pub(super) fn call(success: &Success) -> TokenStream {
    match success {
        Success::Nothing => quote!(call_empty),
        Success::Statuses { .. } => quote!(call_by_status),
        Success::Lines(_) => quote!(call_lines),
        Success::Redirect => quote!(call_redirect),
        Success::Text => quote!(call_text),
        Success::Bytes => quote!(call_bytes),
        Success::Optional(_) => quote!(call_optional),
        Success::Json(ty) => match ty.value() {
            Type::String | Type::Bool | Type::Integer(_) | Type::Float(_) => quote!(call_scalar),
            _ => quote!(call),
        },
    }
}

/// Emits the enum for several possible values, and the code that selects the variant by status.
pub(super) fn definition(
    operation: &Operation,
    imports: &Imports,
    links: &Links<'_>,
) -> Vec<TokenStream> {
    let Success::Statuses { ident: name, values } = &operation.success else { return Vec::new() };
    let name = ident(name);
    let doc =
        docs::own(&format!("The value of a successful [`Client::{}`] call.", operation.ident));
    let variants = values.iter().map(|value| {
        let text = format!("{}: {}", value.status, value.meaning);
        let (doc, variant) = (docs::text(&text, links), ident(&value.ident));
        let ty = value.ty.as_ref().map(|ty| imports.ty(ty)).map(|ty| quote!((#ty)));
        quote!(#doc #variant #ty,)
    });
    let definition = quote! {
        #doc
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum #name { #(#variants)* }
    };
    vec![definition, by_status(&name, values, imports)]
}

/// Emits the code that selects the variant. A status that the document does not list selects the variant of the status
/// range (such as `2XX`), if that range has a value. Otherwise, it selects the first variant with a value.
fn by_status(name: &proc_macro2::Ident, values: &[StatusValue], imports: &Imports) -> TokenStream {
    let (by_status, result) = (imports.runtime("ByStatus"), imports.runtime("Decoded"));
    let decode = imports.runtime("decode");
    let (full, empty): (Vec<_>, Vec<_>) = values.iter().partition(|value| value.ty.is_some());
    let range = full.iter().find(|value| code(value).is_none());
    let Some(other) = range.or(full.first()) else { return TokenStream::new() };
    let listed = full.iter().filter(|value| value.ident != other.ident);
    let listed = listed.filter_map(|value| {
        let (code, variant) = (code(value)?, ident(&value.ident));
        Some(quote!(#code => #decode(body).map(Self::#variant),))
    });
    let other = ident(&other.ident);
    let empty = (!empty.is_empty()).then(|| without_body(&full, &empty));
    quote! {
        impl #by_status for #name {
            #empty
            fn decode(status: u16, body: &[u8]) -> #result<Self> {
                match status { #(#listed)* _ => #decode(body).map(Self::#other) }
            }
        }
    }
}

/// Emits the code that selects the variants without a value. A range without a value applies to all statuses that the
/// document does not list.
fn without_body(full: &[&StatusValue], empty: &[&StatusValue]) -> TokenStream {
    let some = |value: &StatusValue| {
        let variant = ident(&value.ident);
        quote!(Some(Self::#variant))
    };
    let listed = empty.iter().filter_map(|value| {
        let (code, value) = (code(value)?, some(value));
        Some(quote!(#code => #value,))
    });
    let range = empty.iter().find(|value| code(value).is_none());
    let full = range.map(|_| {
        let codes = full.iter().filter_map(|value| code(value));
        quote!(#(#codes)|* => None,)
    });
    let other = range.map_or_else(|| quote!(None), |value| some(value));
    quote! {
        fn without_body(status: u16) -> Option<Self> {
            match status { #(#listed)* #full _ => #other }
        }
    }
}

/// Returns the status of a response, or `None` for a range.
fn code(value: &StatusValue) -> Option<Literal> {
    value.status.parse().ok().map(Literal::u16_unsuffixed)
}
