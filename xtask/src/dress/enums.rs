//! Strings of which the document names some: an enum with a place for the others.

use std::collections::BTreeSet;

use heck::ToUpperCamelCase;
use indexmap::IndexMap;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::docs::Docs;

/// The enum. The macro of the runtime adds `Unknown`, and the conversions from and to strings.
pub(super) fn emit(
    name: &str,
    values: &IndexMap<String, Option<String>>,
    docs: &Docs<'_>,
) -> TokenStream {
    let ident = format_ident!("{name}");
    let doc = docs.of_model(name);
    let idents = idents(values.keys());
    let variants = values.iter().zip(&idents).map(|((value, meaning), ident)| {
        let doc = meaning.as_ref().map(|meaning| docs.of_text(meaning));
        quote!(#doc #ident = #value,)
    });
    quote! {
        string_enum! {
            #doc
            pub enum #ident { #(#variants)* }
        }
    }
}

/// A variant for each value. Where a value makes no identifier, its characters are spelled out.
pub(super) fn idents<'a>(values: impl Iterator<Item = &'a String>) -> Vec<Ident> {
    let mut taken = BTreeSet::from(["Unknown".to_owned(), "Self".to_owned()]);
    let mut idents = Vec::new();
    for value in values {
        let name = variant_name(value);
        let mut free = name.clone();
        let mut number = 2;
        while !taken.insert(free.clone()) {
            free = format!("{name}{number}");
            number += 1;
        }
        idents.push(format_ident!("{free}"));
    }
    idents
}

/// `IN_PROGRESS` and `InProgress` are `InProgress`, `M10` is `M10`, `3.6` is `V3_6`, `a.b` is `AB`, `<`
/// is `LessThan`.
pub(super) fn variant_name(value: &str) -> String {
    let spelled: String = value.chars().map(spell).collect();
    let mut name = String::new();
    for part in spelled.split('.').map(ToUpperCamelCase::to_upper_camel_case) {
        // `3.6` and `36` are two versions; a dot between words is no more than a space.
        let is_number = |it: Option<char>| it.is_some_and(|it| it.is_ascii_digit());
        if is_number(name.chars().last()) && is_number(part.chars().next()) {
            name.push('_');
        }
        name.push_str(&part);
    }
    match name.chars().next() {
        None if value.is_empty() => "Empty".to_owned(),
        None => "Value".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("V{name}"),
        Some(_) => name,
    }
}

fn spell(character: char) -> String {
    match character {
        '<' => " less than ".to_owned(),
        '>' => " greater than ".to_owned(),
        '=' => " equal ".to_owned(),
        '+' => " plus ".to_owned(),
        '*' => " star ".to_owned(),
        '%' => " percent ".to_owned(),
        '.' => ".".to_owned(),
        letter if letter.is_ascii_alphanumeric() => letter.to_string(),
        _ => " ".to_owned(),
    }
}
