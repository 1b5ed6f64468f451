//! Small pieces of Rust, read back.

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, FnArg, GenericArgument, Lit, Pat, PathArguments, Signature, Token, Type};

/// A type as people write it.
pub(super) fn type_text(ty: &impl ToTokens) -> String {
    let mut text = ty.to_token_stream().to_string();
    for (wide, narrow) in
        [(" :: ", "::"), (" < ", "<"), (" >", ">"), (" ,", ","), (" :", ":"), ("& ", "&")]
    {
        text = text.replace(wide, narrow);
    }
    text
}

/// The type that a caller has in mind: `T` of `impl Into<T>` and of `impl TryInto<T, …>`.
pub(super) fn argument_text(ty: &Type) -> String {
    let Type::ImplTrait(implemented) = ty else { return type_text(ty) };
    let bound = implemented.bounds.iter().find_map(|bound| match bound {
        syn::TypeParamBound::Trait(bound) => bound.path.segments.last(),
        _ => None,
    });
    bound.and_then(|it| argument(&it.arguments)).map_or_else(|| type_text(ty), type_text)
}

/// The first type among generic arguments.
pub(super) fn argument(arguments: &PathArguments) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// The first generic argument of the type that a function gives.
pub(super) fn given(signature: &Signature) -> Option<&Type> {
    let syn::ReturnType::Type(_, ty) = &signature.output else { return None };
    inner(ty)
}

/// `T` of `Option<T>` and the like.
pub(super) fn inner(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    argument(&path.path.segments.last()?.arguments)
}

/// The arguments of a function beside `self`: name and type.
pub(super) fn arguments(signature: &Signature) -> Vec<(String, String)> {
    let typed = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(input) => match input.pat.as_ref() {
            Pat::Ident(name) => Some((name.ident.to_string(), argument_text(&input.ty))),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    });
    typed.collect()
}

/// Why not to use something, if an attribute says not to.
pub(super) fn deprecation(attributes: &[Attribute]) -> Option<String> {
    let note = settings(attributes, "deprecated")?.remove("note");
    Some(note.unwrap_or_default())
}

/// What an attribute such as `#[serde(rename = "_id", default)]` sets.
pub(super) fn settings(attributes: &[Attribute], name: &str) -> Option<BTreeMap<String, String>> {
    let mut found = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        let settings: &mut BTreeMap<String, String> = found.get_or_insert_default();
        if !matches!(attribute.meta, syn::Meta::List(_)) {
            continue;
        }
        let read = attribute.parse_nested_meta(|meta| {
            let mut value = String::new();
            if meta.input.peek(Token![=])
                && let Lit::Str(text) = meta.value()?.parse()?
            {
                value = text.value();
            }
            settings.insert(type_text(&meta.path), value);
            Ok(())
        });
        read.ok()?;
    }
    found
}

/// The tokens without documentation, which callers do not depend on.
pub(super) fn without_docs(tokens: TokenStream) -> TokenStream {
    let mut kept: Vec<TokenTree> = Vec::new();
    for token in tokens {
        let TokenTree::Group(group) = token else {
            kept.push(token);
            continue;
        };
        if group.delimiter() == Delimiter::Bracket && is_doc(&group.stream()) {
            while kept
                .pop_if(|it| matches!(it, TokenTree::Punct(it) if "#!".contains(it.as_char())))
                .is_some()
            {}
            continue;
        }
        let within = without_docs(group.stream());
        kept.push(proc_macro2::Group::new(group.delimiter(), within).into());
    }
    kept.into_iter().collect()
}

fn is_doc(attribute: &TokenStream) -> bool {
    matches!(attribute.clone().into_iter().next(), Some(TokenTree::Ident(it)) if it == "doc")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_written_as_people_do() {
        for text in
            ["Option<String>", "BTreeMap<String, Vec<Link>>", "&str", "serde_json::Value", "()"]
        {
            assert_eq!(type_text(&syn::parse_str::<Type>(text).unwrap()), text);
        }
    }

    #[test]
    fn an_argument_is_of_the_type_that_it_becomes() {
        for (text, ty) in [
            ("impl Into<String>", "String"),
            ("impl TryInto<ObjectId, Error: Display>", "ObjectId"),
            ("u32", "u32"),
        ] {
            assert_eq!(argument_text(&syn::parse_str(text).unwrap()), ty);
        }
    }

    #[test]
    fn documentation_is_all_that_goes() {
        let text =
            "//! About.\n#[serde(rename = \"a\")]\n/// It.\npub struct A { /// B.\n b: [u8; 2] }";
        let rest = without_docs(text.parse().unwrap()).to_string();
        let bare = "#[serde(rename = \"a\")] pub struct A { b: [u8; 2] }";
        assert_eq!(rest, bare.parse::<TokenStream>().unwrap().to_string());
    }
}
