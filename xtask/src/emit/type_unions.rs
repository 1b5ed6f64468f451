//! Emits unions of values with different JSON types.

use proc_macro2::TokenStream;
use quote::quote;

use super::Imports;
use super::docs::{self, Links};
use super::tokens::ident;
use super::validation::{self, Place};
use crate::api::{Docs, JsonType, Model, Type, TypeUnion, TypeVariant};

/// Emits the enum, the choice of a variant by JSON type, and conversions. A runtime macro implements the serde traits.
pub(super) fn emit(
    model: &Model,
    union: &TypeUnion,
    imports: &Imports,
    links: &Links<'_>,
) -> Vec<TokenStream> {
    let name = ident(&model.ident);
    let doc = docs::of_model(model, links);
    let definitions = union.variants.iter().map(|variant| {
        let text =
            docs::described(variant.description.as_deref(), || meaning(variant, links), links);
        let doc = docs::value(text, &variant.rules, &Docs::default());
        let (ident, ty) = (ident(&variant.ident), imports.ty(&variant.ty));
        quote!(#doc #ident(#ty),)
    });
    let unknown = docs::own("A value of another JSON type, kept as received.");
    let definition = quote! {
        #doc
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#definitions)*
            #unknown
            Unknown(serde_json::Value),
        }
    };
    let idents = union.variants.iter().map(|variant| ident(&variant.ident));
    let type_union = imports.runtime("type_union");
    let serde = quote!(#type_union!(#name, #(#idents),*););
    let mut items = vec![definition, decoding(model, union, imports)];
    items.extend(conversions(model, union, imports));
    items.push(serde);
    items
}

/// Emits the code that selects a variant by the JSON type of the value.
fn decoding(model: &Model, union: &TypeUnion, imports: &Imports) -> TokenStream {
    let name = ident(&model.ident);
    let (trait_name, json_type) = (imports.runtime("TypeUnion"), imports.runtime("JsonType"));
    let (decode, deserializer) =
        (imports.name("serde", "Deserialize"), imports.name("serde", "Deserializer"));
    let arms = union.variants.iter().map(|variant| {
        let ident = ident(&variant.ident);
        let types = variant.json_types.iter().flat_map(|it| patterns(*it));
        quote!(#(#json_type::#types)|* => #decode::deserialize(value).map(Self::#ident),)
    });
    quote! {
        impl #trait_name for #name {
            fn decode<'de, D: #deserializer<'de>>(json_type: #json_type, value: D) -> Result<Self, D::Error> {
                match json_type {
                    #(#arms)*
                    _ => #decode::deserialize(value).map(Self::Unknown),
                }
            }
        }
    }
}

/// Emits the conversions from the values of the variants to the union. If fields are `Nullable` of the union or of its
/// `Box`, also emits the conversions to these types. A variant that accepts any string also converts from `&str`, a
/// secret also from `String`, and a union with a discriminator also from the models in its variants.
fn conversions(model: &Model, union: &TypeUnion, imports: &Imports) -> Vec<TokenStream> {
    let name = ident(&model.ident);
    let mut items = Vec::new();
    for variant in &union.variants {
        let (ident, ty) = (ident(&variant.ident), imports.ty(&variant.ty));
        let mut sources = vec![(ty, quote!(value))];
        if variant.is_text {
            sources.push((quote!(&str), quote!(value.into())));
        }
        if variant.ty == Type::Secret {
            sources.push((quote!(String), quote!(value.into())));
        }
        for model in &variant.models {
            let model = imports.model(model);
            sources.push((quote!(#model), quote!(value.into())));
        }
        for (ty, value) in sources {
            items.push(quote! {
                impl From<#ty> for #name {
                    fn from(value: #ty) -> Self {
                        Self::#ident(#value)
                    }
                }
            });
            let plain = union.is_nullable.then(|| (quote!(#name), quote!(value.into())));
            let boxed =
                union.is_nullable_box.then(|| (quote!(Box<#name>), quote!(Box::new(value.into()))));
            for (target, value) in plain.into_iter().chain(boxed) {
                let nullable = imports.root("Nullable");
                items.push(quote! {
                    impl From<#ty> for #nullable<#target> {
                        fn from(value: #ty) -> Self {
                            Self::Value(#value)
                        }
                    }
                });
            }
        }
    }
    items
}

/// Returns the docs of a variant that has no description.
fn meaning(variant: &TypeVariant, links: &Links<'_>) -> String {
    let meaning = match &variant.ty {
        Type::Model(name) | Type::TypeUnion(name) => return links.schema(name),
        Type::List(_) => "A list.",
        Type::Map(_) | Type::JsonObject => "A map.",
        Type::ObjectId => "An identifier.",
        Type::Bytes => "Bytes.",
        Type::Secret => "A secret.",
        Type::Uuid => "A UUID.",
        Type::DateTime => "A time.",
        Type::Date => "A date.",
        Type::Bool => "A boolean.",
        Type::Integer(_) => "An integer.",
        Type::Float(_) => "A number.",
        _ => "A string.",
    };
    meaning.to_owned()
}

/// Returns the runtime's JSON types that select a variant for the given type. The runtime uses `Number` only for
/// fractions.
fn patterns(json_type: JsonType) -> Vec<TokenStream> {
    match json_type {
        JsonType::Boolean => vec![quote!(Boolean)],
        JsonType::Integer => vec![quote!(Integer)],
        JsonType::Number => vec![quote!(Integer), quote!(Number)],
        JsonType::String => vec![quote!(String)],
        JsonType::Array => vec![quote!(Array)],
        JsonType::Object => vec![quote!(Object)],
    }
}

/// Implements `Validate`.
pub(super) fn validation(model: &Model, union: &TypeUnion, imports: &Imports) -> TokenStream {
    let arms = union.variants.iter().filter_map(|variant| {
        let place = Place::borrowed(quote!(at), quote!(value));
        let mut checks = validation::checks(&variant.rules, &variant.ty, &place, imports);
        checks.extend(variant.validates.then(|| quote!(value.validate(at))));
        let (last, first) = checks.split_last()?;
        let name = ident(&variant.ident);
        let checks = if first.is_empty() { last.clone() } else { quote!({ #(#first?;)* #last }) };
        Some(quote!(Self::#name(value) => #checks,))
    });
    let arms: Vec<TokenStream> = arms.collect();
    let body = quote!(match self { #(#arms)* _ => Ok(()) });
    validation::validate(model, arms.is_empty(), &body, imports)
}
