//! From what the engine emits to what people read: one file for each model and each operation.
//!
//! Every pass works on one file. What it says beyond the engine's types comes from [`crate::api`].

use anyhow::Context as _;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Item;

use crate::api::{Api, Model, Shape};
use crate::engine::Emitted;

mod constructor;
mod docs;
mod enums;
mod example;
mod imports;
mod operation;
mod paging;
mod paths;
mod rules;
mod structs;
mod unions;

/// A Rust file, without its place on a disk and without its layout.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Its path from the root of the generated part, with `/`.
    pub path: String,
    /// What the file is about.
    pub about: String,
    /// Its items, imports first.
    pub items: Vec<Item>,
}

/// Dresses everything.
///
/// # Errors
///
/// A part of the document that the engine emitted nothing for, by name.
pub fn dress(api: &Api, emitted: &Emitted) -> anyhow::Result<Vec<SourceFile>> {
    let mut files = Vec::new();
    let pages = paging::pages(api, emitted)?;
    for (name, model) in &api.models {
        files.push(model_file(name, model, pages.contains(name), api, emitted)?);
    }
    for operation in &api.operations {
        files.push(operation::file(operation, api, emitted)?);
    }
    files.extend(indexes(api)?);
    Ok(files)
}

fn model_file(
    name: &str,
    model: &Model,
    is_page: bool,
    api: &Api,
    emitted: &Emitted,
) -> anyhow::Result<SourceFile> {
    let tokens = match &model.shape {
        Shape::Object { fields, tag, .. } => {
            let object = structs::Object::read(name, fields, emitted, api)?;
            let item = object.item(name, tag.as_ref(), api);
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
    };
    let about = format!("The model [`{name}`].");
    source_file(format!("models/{}.rs", module(name)), about, &tokens, api)
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
fn source_file(
    path: String,
    about: String,
    tokens: &TokenStream,
    api: &Api,
) -> anyhow::Result<SourceFile> {
    let imports = imports::needed(tokens, api);
    let file: syn::File = syn::parse2(quote!(#imports #tokens))
        .with_context(|| format!("what was emitted for {path} is not Rust: {tokens}"))?;
    Ok(SourceFile { path, about, items: file.items })
}

/// `mod.rs`, `models/mod.rs` and `operations/mod.rs`.
fn indexes(api: &Api) -> anyhow::Result<[SourceFile; 3]> {
    let models = index(api.models.keys().map(|name| (module(name), name.clone())));
    let operations = index(api.operations.iter().map(|it| (it.method_name(), it.type_name())));
    let root = quote!(
        pub mod models;
        pub mod operations;
    );
    let file = |path: &str, about: &str, tokens| -> anyhow::Result<SourceFile> {
        let items = syn::parse2::<syn::File>(tokens)?.items;
        Ok(SourceFile { path: path.to_owned(), about: about.to_owned(), items })
    };
    Ok([
        file("mod.rs", "The operations of the API, and the values that they take and give.", root)?,
        file("models/mod.rs", "The values that requests and answers hold.", models)?,
        file(
            "operations/mod.rs",
            "The requests, a type for each operation and version.",
            operations,
        )?,
    ])
}

/// A module for each file of a folder, and the type in it.
fn index(files: impl Iterator<Item = (String, String)>) -> TokenStream {
    let mut files: Vec<(String, String)> = files.collect();
    files.sort_unstable();
    let modules: Vec<_> = files.iter().map(|(module, _)| format_ident!("{module}")).collect();
    let types = files.iter().map(|(_, name)| format_ident!("{name}"));
    quote! {
        #(mod #modules;)*
        #(pub use #modules::#types;)*
    }
}
