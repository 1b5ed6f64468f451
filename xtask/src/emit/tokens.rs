//! Tokens that several emitters need.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::api::{Field, Type};

/// Why not to use a parameter or field that the document deprecates.
const DEPRECATED: &str = "deprecated by the API";

/// An identifier that the model has made sure to be one.
pub(super) fn ident(name: &str) -> Ident {
    format_ident!("{name}")
}

/// The attribute of a parameter or field that the document deprecates.
pub(super) fn deprecated(is_deprecated: bool) -> Option<TokenStream> {
    is_deprecated.then(|| quote!(#[deprecated(note = #DEPRECATED)]))
}

/// What lets an impl name these fields, if some of them are deprecated.
pub(super) fn allow_deprecated<'a>(
    fields: impl IntoIterator<Item = &'a Field>,
) -> Option<TokenStream> {
    let is_needed = fields.into_iter().any(|field| field.docs.deprecated);
    let reason = "deprecated fields are still sent and received";
    is_needed.then(|| quote!(#[allow(deprecated, reason = #reason)]))
}

/// The value made of an argument, or nothing if the argument is the value.
pub(super) fn conversion(argument: &Ident, ty: &Type) -> Option<TokenStream> {
    match ty {
        Type::Boxed(_) => Some(quote!(Box::new(#argument))),
        Type::String | Type::Nullable(_) => Some(quote!(#argument.into())),
        _ => None,
    }
}
