//! Emits structs, with their constructors and setters.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use super::Imports;
use super::docs::{self, Links};
use super::renaming::Renaming;
use super::tokens::{self, allow_deprecated, conversion, ident};
use crate::api::{Field, Model, Struct, Tag, Type, Usage};

/// Emits the struct, with a constructor and setters. Setters of `readOnly` fields require the `test-util` feature. If
/// only responses contain the struct, the constructor and all setters require this feature.
pub(super) fn emit(
    model: &Model,
    object: &Struct,
    imports: &Imports,
    links: &Links<'_>,
) -> Vec<TokenStream> {
    let name = ident(&model.ident);
    let allow = allow_deprecated(&object.fields);
    let for_tests = quote!(#[cfg(feature = "test-util")]);
    let availability = (!model.usage.request).then_some(&for_tests);
    let must_use = (!is_only_sent(model)).then(|| quote!(#[must_use]));
    let new = constructor(object, must_use.as_ref(), imports);
    let optional = object.fields.iter().filter(|field| !field.is_argument());
    let (read_only, settable): (Vec<_>, Vec<_>) = optional.partition(|field| field.read_only);
    let setter_of = |field: &&Field| setter(field, imports, links, must_use.as_ref());
    let setters = settable.iter().map(setter_of);
    let mut items = vec![definition(model, object, imports, links)];
    items.push(quote!(#availability #allow impl #name { #new #(#setters)* }));
    if !read_only.is_empty() {
        let setters = read_only.iter().map(setter_of);
        items.push(quote!(#for_tests #allow impl #name { #(#setters)* }));
    }
    items
}

/// Returns whether only requests contain the model. If so, `#[must_use]` is on the struct instead of on its functions.
const fn is_only_sent(model: &Model) -> bool {
    model.usage.request && !model.usage.response
}

fn definition(model: &Model, object: &Struct, imports: &Imports, links: &Links<'_>) -> TokenStream {
    let doc = docs::of_model(model, links);
    let name = ident(&model.ident);
    let names = object.fields.iter().filter(|field| !field.rest);
    let names: Vec<_> = names.map(|field| (field.ident.as_str(), field.name.as_str())).collect();
    let renaming = Renaming::of(&names);
    let (tag, tag_field) = tag(object, imports);
    let parts: Vec<_> = tag.into_iter().chain(renaming.all()).collect();
    let attribute = (!parts.is_empty()).then(|| quote!(#[serde(#(#parts),*)]));
    let default = (!object.fields.iter().any(Field::is_argument)).then(|| quote!(Default,));
    let fields = object
        .fields
        .iter()
        .map(|field| definition_of(field, model.usage, &renaming, imports, links));
    let must_use = is_only_sent(model)
        .then(|| quote!(#[must_use = "a request body does nothing until it is sent"]));
    let serde = (imports.name("serde", "Serialize"), imports.name("serde", "Deserialize"));
    let (serialize, deserialize) = serde;
    quote! {
        #doc
        #must_use
        #[derive(Debug, Clone, #default PartialEq, #serialize, #deserialize)]
        #attribute
        #[non_exhaustive]
        pub struct #name { #tag_field #(#fields)* }
    }
}

/// Emits the code that writes the tag of a variant, if the variant has one: an attribute of serde, or the definition of
/// a private field. The attribute supports only string tags, so a field writes an integer tag.
fn tag(object: &Struct, imports: &Imports) -> (Option<TokenStream>, Option<TokenStream>) {
    match &object.tag {
        None => (None, None),
        Some(Tag { property, value: Value::String(value) }) => {
            (Some(quote!(tag = #property, rename = #value)), None)
        }
        Some(Tag { property, value }) => {
            let (ty, value) = (imports.runtime("IntegerTag"), tokens::literal(value));
            (None, Some(quote!(#[serde(rename = #property, default)] _tag: #ty<#value>,)))
        }
    }
}

fn definition_of(
    field: &Field,
    usage: Usage,
    renaming: &Renaming,
    imports: &Imports,
    links: &Links<'_>,
) -> TokenStream {
    let doc = docs::of_value(&field.name, &field.rules, &field.docs, links);
    let sender = if field.read_only {
        Some("The server sets this field: leave it absent in requests.")
    } else if field.required_in_requests {
        Some("Requests must set this field. Responses do not contain it.")
    } else {
        None
    };
    let sender = sender.map(docs::section);
    let deprecated = tokens::deprecated(field.docs.deprecated);
    let (name, ty) = (ident(&field.ident), imports.ty(&field.ty));
    if field.rest {
        let is_own = matches!(
            field.ty.innermost(),
            Type::Integer(_) | Type::Float(_) | Type::DateTime | Type::Date
        );
        let reader = (is_own || field.ty.model().is_some()).then(|| {
            imports.runtime("flattened");
            quote!(, deserialize_with = "flattened::values")
        });
        return quote!(#doc #[serde(flatten #reader)] pub #name: #ty,);
    }
    let rename = renaming.field(&field.ident, &field.name);
    // serde reads an absent `Option` as `None` without an attribute.
    let is_option = matches!(field.ty, Type::Option(_));
    let default = (field.optional && !is_option) || may_be_missing(field, usage);
    let default = default.then(|| quote!(default));
    let reader = may_be_null(field, usage).then(|| {
        imports.runtime("null");
        quote!(deserialize_with = "null::as_empty")
    });
    let skip = field.optional.then(|| absence(&field.ty));
    let skip = skip.map(|test| quote!(skip_serializing_if = #test));
    let parts: Vec<_> = rename.into_iter().chain(default).chain(reader).chain(skip).collect();
    let serde = (!parts.is_empty()).then(|| quote!(#[serde(#(#parts),*)]));
    quote!(#doc #sender #deprecated #serde pub #name: #ty,)
}

/// Returns whether the server may send `null` instead of omitting a list or a map.
fn may_be_null(field: &Field, usage: Usage) -> bool {
    let is_collection = matches!(field.ty, Type::List(_) | Type::Map(_) | Type::JsonObject);
    usage.response && field.optional && is_collection
}

/// Returns whether a response may lack a required field. Some documents require properties that they do not declare and
/// that their own examples lack, such as `releaseDate` in Xero's document. The type of such a property is any JSON
/// value, so an absent property becomes `null`.
fn may_be_missing(field: &Field, usage: Usage) -> bool {
    usage.response && !field.optional && field.ty == Type::Json
}

/// Returns the path of the function that tests for an absent value.
fn absence(ty: &Type) -> &'static str {
    match ty {
        Type::List(_) => "Vec::is_empty",
        Type::Map(_) => "BTreeMap::is_empty",
        Type::JsonObject => "serde_json::Map::is_empty",
        Type::Nullable(_) => "Nullable::is_absent",
        _ => "Option::is_none",
    }
}

/// Emits `new`, whose arguments are the required fields.
fn constructor(object: &Struct, must_use: Option<&TokenStream>, imports: &Imports) -> TokenStream {
    let required: Vec<&Field> = object.fields.iter().filter(|field| field.is_argument()).collect();
    if required.is_empty() {
        return quote! {
            /// Creates a value with all fields absent.
            #must_use
            pub fn new() -> Self {
                Self::default()
            }
        };
    }
    let arguments = required.iter().map(|field| {
        let (name, ty) = (ident(&field.ident), argument(field, imports));
        quote!(#name: #ty)
    });
    let values = object.fields.iter().map(|field| {
        let name = ident(&field.ident);
        let value = if field.required_in_requests {
            Some(present(field))
        } else if field.optional {
            Some(absent(&field.ty))
        } else {
            converted(field)
        };
        value.map_or_else(|| quote!(#name), |value| quote!(#name: #value))
    });
    let is_integer = object.tag.as_ref().is_some_and(|tag| tag.value.is_i64());
    let tag = is_integer.then(|| {
        let tag = imports.runtime("IntegerTag");
        quote!(_tag: #tag,)
    });
    quote! {
        /// Creates a value with the required fields.
        #must_use
        pub fn new(#(#arguments),*) -> Self {
            Self { #tag #(#values),* }
        }
    }
}

fn absent(ty: &Type) -> TokenStream {
    match ty {
        Type::Nullable(_) => quote!(Nullable::Absent),
        Type::List(_) => quote!(Vec::new()),
        Type::Map(_) => quote!(BTreeMap::new()),
        Type::JsonObject => quote!(serde_json::Map::new()),
        _ => quote!(None),
    }
}

/// Emits the type of the argument for a field. For an enum of strings, the argument can also be text.
fn argument(field: &Field, imports: &Imports) -> TokenStream {
    if field.accepts_text {
        let ty = imports.ty(field.argument());
        return quote!(impl Into<#ty>);
    }
    imports.argument(field.argument())
}

/// Emits the conversion of the argument for a field, or nothing if the argument already has the type.
fn converted(field: &Field) -> Option<TokenStream> {
    let name = ident(&field.ident);
    if field.accepts_text {
        Some(quote!(#name.into()))
    } else {
        conversion(&name, field.argument())
    }
}

/// Returns the expression that converts the argument of a constructor or setter to the value of its field.
fn present(field: &Field) -> TokenStream {
    let name = ident(&field.ident);
    let value = converted(field).unwrap_or_else(|| quote!(#name));
    if matches!(field.ty, Type::Option(_)) { quote!(Some(#value)) } else { value }
}

fn setter(
    field: &Field,
    imports: &Imports,
    links: &Links<'_>,
    must_use: Option<&TokenStream>,
) -> TokenStream {
    // The document has no name for the additional properties, so the docs contain the name of the Rust field.
    let subject = if field.rest { &field.ident } else { &field.name };
    let doc = docs::of_setter(subject, &field.rules, &field.docs, links);
    let null = matches!(field.ty, Type::Nullable(_));
    let null = null.then(|| docs::section("`None` sends `null`."));
    let deprecated = tokens::deprecated(field.docs.deprecated);
    let name = ident(&field.ident);
    let argument = argument(field, imports);
    let value = present(field);
    quote! {
        #doc
        #null
        #deprecated
        #must_use
        pub fn #name(mut self, #name: #argument) -> Self {
            self.#name = #value;
            self
        }
    }
}
