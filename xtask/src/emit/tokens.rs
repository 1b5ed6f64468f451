//! Emits tokens that several emitters need.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, format_ident, quote};
use serde_json::Value;

use crate::api::{Field, Type};

/// The module of models.
pub(super) const MODELS: &str = "crate::models";

/// The module of requests.
pub(super) const OPERATIONS: &str = "crate::operations";

/// The reason for the deprecation of a parameter or field.
const DEPRECATED: &str = "deprecated by the API";

/// Creates an identifier. The model guarantees that the name is valid.
pub(super) fn ident(name: &str) -> Ident {
    format_ident!("{name}")
}

/// Emits the attribute of a deprecated parameter or field.
pub(super) fn deprecated(is_deprecated: bool) -> Option<TokenStream> {
    is_deprecated.then(|| quote!(#[deprecated(note = #DEPRECATED)]))
}

/// Emits the attribute that allows an `impl` to use `fields`, if any of them is deprecated.
pub(super) fn allow_deprecated<'a>(
    fields: impl IntoIterator<Item = &'a Field>,
) -> Option<TokenStream> {
    let is_needed = fields.into_iter().any(|field| field.docs.deprecated);
    let reason = "deprecated fields are still sent and received";
    is_needed.then(|| quote!(#[allow(deprecated, reason = #reason)]))
}

/// Emits a JSON value.
pub(super) fn json(value: &Value) -> TokenStream {
    let json = literal(value);
    quote!(serde_json::json!(#json))
}

/// Emits the literal of a JSON value. An integer has a type suffix unless it fits `i32`, the default.
pub(super) fn literal(value: &Value) -> TokenStream {
    match value {
        Value::Null => quote!(null),
        Value::Bool(value) => quote!(#value),
        Value::Number(value) => match (value.as_i64(), value.as_u64()) {
            (Some(whole), _) if i32::try_from(whole).is_err() => parsed(&format!("{value}_i64")),
            (None, Some(_)) => parsed(&format!("{value}_u64")),
            _ => parsed(&value.to_string()),
        },
        Value::String(text) => quote!(#text),
        Value::Array(items) => {
            let items = items.iter().map(literal);
            quote!([#(#items),*])
        }
        Value::Object(properties) => {
            let properties = properties.iter().map(|(name, value)| {
                let value = literal(value);
                quote!(#name: #value)
            });
            quote!({#(#properties),*})
        }
    }
}

/// Emits text that is valid Rust, such as a number or a path.
pub(super) fn parsed(text: &str) -> TokenStream {
    text.parse().unwrap_or_default()
}

/// Emits a type. `path` emits the path of a name in a module.
pub(super) fn ty(ty: &Type, path: &dyn Fn(&'static str, &str) -> TokenStream) -> TokenStream {
    let inner = |inner: &Type| self::ty(inner, path);
    match ty {
        Type::Bool => quote!(bool),
        Type::Integer(name) | Type::Float(name) => ident(name).to_token_stream(),
        Type::String => quote!(String),
        Type::ObjectId | Type::IdInput | Type::Bytes | Type::Secret | Type::Upload | Type::Form => {
            path("crate", &ty.to_string())
        }
        Type::Uuid => path("uuid", "Uuid"),
        Type::DateTime => {
            let (name, zone) = (path("chrono", "DateTime"), path("chrono", "Utc"));
            quote!(#name<#zone>)
        }
        Type::Date => path("chrono", "NaiveDate"),
        Type::Json => quote!(serde_json::Value),
        Type::JsonObject => quote!(serde_json::Map<String, serde_json::Value>),
        Type::Option(value) => {
            let value = inner(value);
            quote!(Option<#value>)
        }
        Type::Nullable(value) => {
            let (name, value) = (path("crate", "Nullable"), inner(value));
            quote!(#name<#value>)
        }
        Type::List(item) => {
            let item = inner(item);
            quote!(Vec<#item>)
        }
        Type::Map(value) => {
            let (map, value) = (path("std::collections", "BTreeMap"), inner(value));
            quote!(#map<String, #value>)
        }
        Type::Boxed(value) => {
            let value = inner(value);
            quote!(Box<#value>)
        }
        Type::Model(name) | Type::TypeUnion(name) => path(MODELS, name),
    }
}

/// Emits the conversion of an argument, or nothing if the argument already has the type.
pub(super) fn conversion(argument: &Ident, ty: &Type) -> Option<TokenStream> {
    match ty {
        Type::Boxed(inner) => {
            let inner = conversion(argument, inner).unwrap_or_else(|| quote!(#argument));
            Some(quote!(Box::new(#inner)))
        }
        _ if ty.is_converted() => Some(quote!(#argument.into())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn a_control_character_in_a_json_string_is_kept() {
        let tokens = super::json(&json!({"a\u{1}": ["b\u{1f}\""]})).to_string();
        assert_eq!(tokens, r#"serde_json :: json ! ({ "a\u{1}" : ["b\u{1f}\""] })"#);
    }
}
