//! How a caller builds what is sent: what is required at once, the rest by name.

use std::iter;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::docs::Docs;
use super::structs::{DEPRECATED, Object, ObjectField, allow_deprecated};
use crate::rust_type::Type;

/// `new` with everything that is required, and a method for each field that is not.
pub(super) fn emit(name: &str, object: &Object<'_>, docs: &Docs<'_>) -> TokenStream {
    let ident = format_ident!("{name}");
    let new = new(object);
    let optional = object.fields.iter().filter(|field| field.is_optional());
    let setters = optional.map(|field| setter(field, docs));
    let deprecated = allow_deprecated(&object.fields.iter().collect::<Vec<_>>());
    super::block(quote!(#deprecated impl #ident), iter::once(new).chain(setters))
}

fn new(object: &Object<'_>) -> TokenStream {
    let required: Vec<_> = object.fields.iter().filter(|field| !field.is_optional()).collect();
    if required.is_empty() {
        return quote! {
            /// One that says nothing yet.
            pub fn new() -> Self {
                Self::default()
            }
        };
    }
    let arguments = required.iter().map(|field| {
        let ident = &field.ident;
        let ty = argument_type(&field.ty);
        quote!(#ident: #ty)
    });
    let values = object.fields.iter().map(|field| {
        let ident = &field.ident;
        let given = given(ident, &field.ty);
        match (field.is_optional(), given) {
            (true, _) => {
                let empty = empty(field);
                quote!(#ident: #empty)
            }
            (false, Some(value)) => quote!(#ident: #value),
            (false, None) => quote!(#ident),
        }
    });
    quote! {
        /// One with all that is required.
        pub fn new(#(#arguments),*) -> Self {
            Self { #(#values),* }
        }
    }
}

fn empty(field: &ObjectField<'_>) -> TokenStream {
    let container =
        ["Option", "Vec", "BTreeMap"].into_iter().find(|name| field.ty.argument(name).is_some());
    match container {
        Some("Option") => quote!(None),
        Some("Vec") => quote!(Vec::new()),
        Some("BTreeMap") => quote!(BTreeMap::new()),
        _ => quote!(serde_json::Map::new()),
    }
}

fn setter(field: &ObjectField<'_>, docs: &Docs<'_>) -> TokenStream {
    let ident = &field.ident;
    let value_type = field.value_type();
    let ty = argument_type(value_type);
    let value = given(ident, value_type).unwrap_or_else(|| quote!(#ident));
    let is_option = field.ty.argument("Option").is_some();
    let value = if is_option { quote!(Some(#value)) } else { value };
    let doc = docs.raw(format!("Sets the field `{ident}`."));
    let deprecated = field.about.deprecated.then(|| quote!(#[deprecated(note = #DEPRECATED)]));
    quote! {
        #doc
        #deprecated
        pub fn #ident(mut self, #ident: #ty) -> Self {
            self.#ident = #value;
            self
        }
    }
}

/// What a caller may give for a value of this type.
pub(super) fn argument_type(ty: &Type) -> TokenStream {
    let ty = ty.argument("Box").unwrap_or(ty);
    if is_string(ty) { quote!(impl Into<String>) } else { quote!(#ty) }
}

/// The value made of what the caller gave, unless that is the value.
pub(super) fn given(ident: &Ident, ty: &Type) -> Option<TokenStream> {
    if ty.argument("Box").is_some() {
        return Some(quote!(Box::new(#ident)));
    }
    is_string(ty).then(|| quote!(#ident.into()))
}

fn is_string(ty: &Type) -> bool {
    ty.plain_name() == Some("String")
}
