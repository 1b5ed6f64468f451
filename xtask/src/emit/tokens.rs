//! Emits tokens that several emitters need.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;

use crate::api::{Field, Model, Type};

/// The reason for the deprecation of a parameter or field.
const DEPRECATED: &str = "deprecated by the API";

/// Emits the traits that a model can derive if its values can be compared exactly.
pub(super) fn hashable(model: &Model) -> Option<TokenStream> {
    model.hashable.then(|| quote!(Eq, Hash,))
}

/// Creates an identifier. The model guarantees that the name is valid.
pub(super) fn ident(name: &str) -> Ident {
    format_ident!("{name}")
}

/// Emits the attribute of a deprecated parameter or field.
pub(super) fn deprecated(is_deprecated: bool) -> Option<TokenStream> {
    is_deprecated.then(|| quote!(#[deprecated(note = #DEPRECATED)]))
}

/// Emits the attribute that allows an `impl` to use these fields, if any of them is deprecated.
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
fn literal(value: &Value) -> TokenStream {
    let text = match value {
        Value::Array(items) => {
            let items = items.iter().map(literal);
            return quote!([#(#items),*]);
        }
        Value::Object(properties) => {
            let properties = properties.iter().map(|(name, value)| {
                let value = literal(value);
                quote!(#name: #value)
            });
            return quote!({#(#properties),*});
        }
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(whole), _) if i32::try_from(whole).is_err() => format!("{number}_i64"),
            (None, Some(_)) => format!("{number}_u64"),
            _ => number.to_string(),
        },
        Value::String(text) => return quote!(#text),
        value => value.to_string(),
    };
    text.parse().unwrap_or_else(|_| quote!({}))
}

/// Emits the conversion of an argument, or nothing if the argument already has the type.
pub(super) fn conversion(argument: &Ident, ty: &Type) -> Option<TokenStream> {
    match ty {
        Type::Boxed(_) => Some(quote!(Box::new(#argument))),
        Type::String | Type::Bytes | Type::IdInput | Type::Upload | Type::Nullable(_) => {
            Some(quote!(#argument.into()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn a_control_character_stays_in_a_json_string() {
        let tokens = super::json(&json!({"a\u{1}": ["b\u{1f}\""]})).to_string();
        assert_eq!(tokens, r#"serde_json :: json ! ({ "a\u{1}" : ["b\u{1f}\""] })"#);
    }
}
