//! From what the engine emits to what people read: one file for each model and each operation.
//!
//! Every pass works on one file. What it says beyond the engine's types comes from [`crate::api`].

use std::collections::BTreeMap;

use anyhow::Context as _;
use proc_macro2::TokenStream;
use quote::quote;
use syn::Item;

use crate::api::{Api, Model, Shape};
use crate::engine::Emitted;
use crate::features::Features;

mod constructor;
mod docs;
mod enums;
mod example;
mod groups;
mod imports;
mod index;
mod operation;
mod paging;
mod rules;
mod sample;
mod structs;
mod unions;

/// A Rust file, without its place on a disk and without its layout.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Its path from the root of the generated part, with `/`.
    pub path: String,
    /// What the file is about, where the types in it do not say that.
    pub about: Option<String>,
    /// Its items, imports first.
    pub items: Vec<Item>,
}

/// Dresses everything.
///
/// # Errors
///
/// A part of the document that the engine emitted nothing for, by name.
pub fn dress(api: &Api, emitted: &Emitted, features: &Features) -> anyhow::Result<Vec<SourceFile>> {
    let mut files = Vec::new();
    let pages = paging::pages(api, emitted)?;
    for (module, models) in by_module(api) {
        let items = models
            .iter()
            .map(|(name, model)| model_items(name, model, pages.contains(*name), api, emitted));
        let items: TokenStream = items.collect::<anyhow::Result<_>>()?;
        files.push(source_file(format!("models/{module}.rs"), &items, api)?);
    }
    for operation in &api.operations {
        files.push(operation::file(operation, api, emitted, features)?);
    }
    groups::arrange(files, api, features)
}

/// The models by the file that holds them: a model that was described within another is beside it.
fn by_module(api: &Api) -> BTreeMap<String, Vec<(&String, &Model)>> {
    let mut modules: BTreeMap<String, Vec<(&String, &Model)>> = BTreeMap::new();
    for (name, model) in &api.models {
        let owner = model.owner.as_ref().unwrap_or(name);
        modules.entry(module(owner)).or_default().push((name, model));
    }
    for models in modules.values_mut() {
        models.sort_by_key(|(name, model)| (model.owner.is_some(), *name));
    }
    modules
}

fn model_items(
    name: &str,
    model: &Model,
    is_page: bool,
    api: &Api,
    emitted: &Emitted,
) -> anyhow::Result<TokenStream> {
    Ok(match &model.shape {
        Shape::Object { fields, tag, .. } => {
            let object = structs::Object::read(name, fields, emitted, api)?;
            let item = object.item(name, model, tag.as_ref(), api);
            let constructor = model.usage.request.then(|| constructor::emit(name, &object));
            let rules = rules::has_rules(name, api).then(|| rules::emit_object(name, &object, api));
            let page = is_page.then(|| paging::page(name, &object, api, emitted));
            quote!(#item #constructor #rules #page)
        }
        Shape::Enum { values } => enums::emit(name, values, api),
        Shape::Union { property, variants } => {
            let union = unions::emit(name, property, variants, api, emitted);
            let rules = rules::has_rules(name, api).then(|| rules::emit_union(name, variants, api));
            quote!(#union #rules)
        }
    })
}

/// The name of the module that holds a type.
fn module(type_name: &str) -> String {
    keyword_safe(&heck::ToSnakeCase::to_snake_case(type_name))
}

/// The name, or with an underscore behind it where Rust keeps it for itself.
fn keyword_safe(name: &str) -> String {
    if syn::parse_str::<syn::Ident>(name).is_ok() { name.to_owned() } else { format!("{name}_") }
}

/// A file of these items and of the imports that they need.
fn source_file(path: String, tokens: &TokenStream, api: &Api) -> anyhow::Result<SourceFile> {
    let imports = imports::needed(tokens, api);
    let file: syn::File = syn::parse2(quote!(#imports #tokens))
        .with_context(|| format!("what was emitted for {path} is not Rust: {tokens}"))?;
    Ok(SourceFile { path, about: None, items: file.items })
}
