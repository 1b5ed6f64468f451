//! Emits enums: a variant for each documented value, and one for unknown values.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::Imports;
use super::docs::{self, Links};
use super::tokens::{self, ident};
use crate::api::{EnumValue, Model};

/// Emits the enum and its conversions from and to values. A runtime macro implements the rest. An enum that is the
/// value of a parameter can also be written to a URL or a header.
pub(super) fn emit(
    model: &Model,
    values: &[EnumValue],
    imports: &Imports,
    links: &Links<'_>,
) -> Vec<TokenStream> {
    let name = ident(&model.ident);
    let idents: Vec<_> = values.iter().map(|it| ident(&it.ident)).collect();
    let (unknown, conversions, runtime, text) = if values.iter().all(|it| it.value.is_string()) {
        let conversions = of_strings(&name, &idents, values);
        let unknown = unknown("as_str", &quote!(String));
        (unknown, conversions, imports.runtime("string_enum"), quote!(self.as_str()))
    } else {
        let conversions = of_json(&name, &idents, values);
        let unknown = unknown("to_json", &quote!(serde_json::Value));
        (unknown, conversions, imports.runtime("value_enum"), quote!(&self.to_string()))
    };
    let definition = definition(model, values, &unknown, links);
    let rest = quote!(#runtime!(#name););
    let parameter = model.in_parameter.then(|| parameter_value(&name, &text, imports));
    let nullable = model.is_nullable_text.then(|| of_nullable(&name, imports));
    let nullable = nullable.into_iter().flatten();
    let items = [definition].into_iter().chain(conversions).chain([rest]).chain(nullable);
    items.chain(parameter).collect()
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
        let description = description.map(|text| format!("{}\n\n", docs::markdown(text, links)));
        // The value is not a link, because an operation with the same name would be unrelated.
        let text = value.text();
        let text = if text.is_empty() { "The empty string.".to_owned() } else { docs::code(&text) };
        let doc = docs::own(&format!("{}{text}", description.unwrap_or_default()));
        let ident = ident(&value.ident);
        quote!(#doc #ident,)
    });
    quote! {
        #doc
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            #unknown
        }
    }
}

/// Emits the variant for unknown values. `conversion` is the method that returns any value as a `ty`.
fn unknown(conversion: &str, ty: &TokenStream) -> TokenStream {
    let doc = docs::own(&format!(
        "An unknown value, kept as received. A later version may add a variant for the value, so compare \
         [`{conversion}`](Self::{conversion}) instead."
    ));
    quote!(#doc Unknown(#ty),)
}

fn of_strings(name: &Ident, idents: &[Ident], values: &[EnumValue]) -> [TokenStream; 2] {
    let texts: Vec<_> = values.iter().map(EnumValue::text).collect();
    let to_text = quote! {
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
    };
    let from_text = quote! {
        impl From<&str> for #name {
            fn from(value: &str) -> Self {
                match value {
                    #(#texts => Self::#idents,)*
                    _ => Self::Unknown(value.to_owned()),
                }
            }
        }
    };
    [to_text, from_text]
}

/// Emits the conversions from text to `Nullable` of an enum of strings.
fn of_nullable(name: &Ident, imports: &Imports) -> [TokenStream; 2] {
    let nullable = imports.root("Nullable");
    [quote!(&str), quote!(String)].map(|ty| {
        quote! {
            impl From<#ty> for #nullable<#name> {
                fn from(value: #ty) -> Self {
                    Self::Value(value.into())
                }
            }
        }
    })
}

/// Emits the conversions of an enum whose values are not all strings.
fn of_json(name: &Ident, idents: &[Ident], values: &[EnumValue]) -> [TokenStream; 2] {
    let json = values.iter().map(|it| tokens::json(&it.value));
    let texts = values.iter().map(|it| it.value.to_string());
    let known = if values.iter().any(|it| it.value.is_object() || it.value.is_array()) {
        // Objects with the same properties can differ as text.
        quote! {
            let known = [#(Self::#idents),*];
            known.into_iter().find(|it| it.to_json() == value).unwrap_or(Self::Unknown(value))
        }
    } else {
        quote! {
            match value.to_string().as_str() {
                #(#texts => Self::#idents,)*
                _ => Self::Unknown(value),
            }
        }
    };
    let to_json = quote! {
        impl #name {
            /// Returns the JSON that represents this value.
            #[must_use]
            pub fn to_json(&self) -> serde_json::Value {
                match self {
                    #(Self::#idents => #json,)*
                    Self::Unknown(value) => value.clone(),
                }
            }
        }
    };
    let from_json = quote! {
        impl From<serde_json::Value> for #name {
            fn from(value: serde_json::Value) -> Self {
                #known
            }
        }
    };
    [to_json, from_json]
}

/// Implements the runtime's `ParameterValue`.
fn parameter_value(name: &Ident, text: &TokenStream, imports: &Imports) -> TokenStream {
    let parameter_value = imports.runtime("ParameterValue");
    quote! {
        impl #parameter_value for #name {
            fn each(&self, add: &mut dyn FnMut(&str)) {
                add(#text);
            }
        }
    }
}
