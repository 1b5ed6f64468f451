//! Runs progenitor, and reads from what it emits the parts that are dressed.

use std::collections::BTreeMap;

use anyhow::Context as _;
use openapiv3::OpenAPI;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use progenitor::{GenerationSettings, Generator, InterfaceStyle, TypeImpl};
use schemars::schema::{InstanceType, SchemaObject};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, ItemStruct, Signature, Token, Visibility};

use crate::api::{Api, Shape};
use crate::lower::OBJECT_ID;

/// What the engine makes of a document: a struct for each object and a signature for each operation,
/// by name. Its other emission is never parsed: it is most of the text, and none of it is used.
#[derive(Debug, Clone, Default)]
pub struct Emitted {
    /// The structs.
    pub structs: BTreeMap<String, ItemStruct>,
    /// The signatures.
    pub methods: BTreeMap<String, Signature>,
}

/// Runs the engine over a lowered document.
///
/// # Errors
///
/// What the engine cannot read, in its own words.
pub fn run(document: &OpenAPI, api: &Api) -> anyhow::Result<Emitted> {
    let tokens = Generator::new(&settings(api))
        .generate_tokens(document)
        .context("progenitor cannot read the lowered document")?;
    let mut emitted = Emitted::default();
    for types in blocks(tokens.clone(), "mod", "types") {
        emitted.structs.extend(structs.parse2(types)?);
    }
    for client in blocks(tokens, "impl", "Client") {
        emitted.methods.extend(methods.parse2(client)?);
    }
    Ok(emitted)
}

/// Enums and unions are emitted by `dress`: the engine's enums are closed and refuse values that
/// make no identifier, and its unions guess.
fn settings(api: &Api) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_map_type("::std::collections::BTreeMap");
    let object_id = SchemaObject {
        instance_type: Some(InstanceType::String.into()),
        format: Some(OBJECT_ID.to_owned()),
        ..SchemaObject::default()
    };
    let text = [TypeImpl::Display, TypeImpl::FromStr];
    settings.with_conversion(object_id, "crate::ObjectId", text.into_iter());
    for (name, model) in &api.models {
        if !matches!(model.shape, Shape::Object { .. }) {
            settings.with_replacement(name, format!("types::{name}"), text.into_iter());
        }
    }
    settings
}

/// The insides of every `KEYWORD NAME { … }`.
fn blocks(tokens: TokenStream, keyword: &str, name: &str) -> Vec<TokenStream> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is = |token: &TokenTree, word: &str| matches!(token, TokenTree::Ident(it) if it == word);
    let inside = |window: &[TokenTree]| match window {
        [first, second, TokenTree::Group(group)]
            if is(first, keyword) && is(second, name) && is_block(group) =>
        {
            Some(group.stream())
        }
        _ => None,
    };
    tokens.windows(3).filter_map(inside).collect()
}

fn is_block(group: &Group) -> bool {
    group.delimiter() == Delimiter::Brace
}

fn structs(input: ParseStream<'_>) -> syn::Result<Vec<(String, ItemStruct)>> {
    let mut found = Vec::new();
    while !input.is_empty() {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis: Visibility = input.parse()?;
        if input.peek(Token![struct]) {
            let item = ItemStruct { attrs, vis, ..input.parse()? };
            found.push((item.ident.to_string(), item));
        } else {
            skip_item(input)?;
        }
    }
    Ok(found)
}

fn methods(input: ParseStream<'_>) -> syn::Result<Vec<(String, Signature)>> {
    let mut found = Vec::new();
    while !input.is_empty() {
        input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        let signature: Signature = input.parse()?;
        skip_item(input)?;
        if signature.asyncness.is_some() {
            found.push((signature.ident.to_string(), signature));
        }
    }
    Ok(found)
}

/// Goes past the rest of an item, to the end of its block or its semicolon.
fn skip_item(input: ParseStream<'_>) -> syn::Result<()> {
    loop {
        match input.parse::<TokenTree>()? {
            TokenTree::Group(group) if is_block(&group) => return Ok(()),
            TokenTree::Punct(punct) if punct.as_char() == ';' => return Ok(()),
            _ => {}
        }
    }
}
