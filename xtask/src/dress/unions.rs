//! One of several models, told apart by a property.

use indexmap::{IndexMap, IndexSet};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{docs, enums};
use crate::api::Api;

/// The enum, and its encoding by the property.
pub(super) fn emit(
    name: &str,
    property: &str,
    variants: &IndexMap<String, String>,
    api: &Api,
) -> TokenStream {
    let ident = format_ident!("{name}");
    let doc = docs::of_model(name, api);
    let names = self::variants(variants);
    let arms = names.iter().map(|(model, variant)| {
        let doc = docs::of_model(model, api);
        let model = format_ident!("{model}");
        quote!(#doc #variant(#model),)
    });
    let known = variants.iter().map(|(value, model)| {
        let variant = names.get(model);
        let model = format_ident!("{model}");
        quote!(#value => #variant(#model))
    });
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

        tagged_union! { #ident by #property { #(#known),* } }
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
