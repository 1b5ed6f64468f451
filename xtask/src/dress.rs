//! From what the engine emits to what people read: one file for each model and each operation.
//!
//! Every pass works on one file. What it says beyond the engine's types comes from [`crate::api`].

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::Item;

use crate::api::{Api, Model, Operation, Shape};
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

use docs::Docs;

pub(crate) use docs::MARK;

/// A Rust file, without its place on a disk and without its layout.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Its path from the root of the generated part, with `/`.
    pub path: String,
    /// What the file is about, where the types in it do not say that.
    pub about: Option<String>,
    /// Its lines `mod` and `use`, in groups.
    pub head: Vec<String>,
    /// The models of other files that it names.
    pub uses: BTreeSet<String>,
    /// Its items.
    pub items: Vec<Item>,
    /// Its doc comments, of which the items hold the numbers.
    pub docs: Vec<String>,
}

/// What all files are made of.
#[derive(Debug, Clone)]
pub struct Wardrobe<'a> {
    api: &'a Api,
    emitted: &'a Emitted,
    features: &'a Features,
    /// The models of each module.
    modules: BTreeMap<String, Vec<(&'a String, &'a Model)>>,
    /// The models that are pages of a list.
    pages: BTreeSet<String>,
}

/// What a file is made for.
#[derive(Debug, Clone)]
pub enum Part<'a> {
    /// The models of a module.
    Models(&'a str, &'a [(&'a String, &'a Model)]),
    /// An operation.
    Operation(&'a Operation),
}

impl<'a> Wardrobe<'a> {
    /// What there is to dress with.
    ///
    /// # Errors
    ///
    /// An operation that the engine emitted nothing for, by name.
    pub fn new(api: &'a Api, emitted: &'a Emitted, features: &'a Features) -> anyhow::Result<Self> {
        let pages = paging::pages(api, emitted)?;
        Ok(Self { api, emitted, features, modules: by_module(api), pages })
    }

    /// What there is to be dressed, a file each.
    #[must_use]
    pub fn parts(&self) -> Vec<Part<'_>> {
        let models = self.modules.iter();
        let models = models.map(|(module, models)| Part::Models(module, models));
        // The larger files come first, so that no processor is left with one at the end.
        self.api.operations.iter().map(Part::Operation).chain(models).collect()
    }

    /// Dresses a part.
    ///
    /// # Errors
    ///
    /// What the engine emitted nothing for, by name.
    pub fn dress(&self, part: &Part<'_>) -> anyhow::Result<SourceFile> {
        let docs = Docs::new(self.api);
        match part {
            Part::Models(module, models) => {
                let items = models.iter().map(|(name, model)| {
                    let is_page = self.pages.contains(*name);
                    model_items(name, model, is_page, self.emitted, &docs)
                });
                let items: TokenStream = items.collect::<anyhow::Result<_>>()?;
                source_file(format!("models/{module}.rs"), items, docs)
            }
            Part::Operation(operation) => {
                operation::file(operation, self.emitted, self.features, docs)
            }
        }
    }
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
    emitted: &Emitted,
    docs: &Docs<'_>,
) -> anyhow::Result<TokenStream> {
    let api = docs.api;
    Ok(match &model.shape {
        Shape::Object { fields, tag, .. } => {
            let object = structs::Object::read(name, fields, emitted, api)?;
            let item = object.item(name, model, tag.as_ref(), docs);
            let constructor = model.usage.request.then(|| constructor::emit(name, &object, docs));
            let rules = rules::has_rules(name, api).then(|| rules::emit_object(name, &object, api));
            let page = is_page.then(|| paging::page(name, &object, api, emitted));
            let parts = [Some(item), constructor, rules, page];
            parts.into_iter().flatten().collect()
        }
        Shape::Enum { values } => enums::emit(name, values, docs),
        Shape::Union { property, variants } => {
            let union = unions::emit(name, property, variants, emitted, docs);
            let rules = rules::has_rules(name, api).then(|| rules::emit_union(name, variants, api));
            [Some(union), rules].into_iter().flatten().collect()
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

/// `HEAD { MEMBERS }`. To interpolate them would copy every token.
fn block(head: TokenStream, members: impl IntoIterator<Item = TokenStream>) -> TokenStream {
    let members = Group::new(Delimiter::Brace, members.into_iter().collect());
    head.into_iter().chain([TokenTree::from(members)]).collect()
}

/// A file of these items and of the imports that they need.
fn source_file(path: String, tokens: TokenStream, docs: Docs<'_>) -> anyhow::Result<SourceFile> {
    let items = syn::parse2::<syn::File>(tokens)
        .with_context(|| format!("what was emitted for {path} is not Rust"))?
        .items;
    let imports = imports::needed(&items, docs.api);
    let (head, uses) = (imports.groups(), imports.models());
    Ok(SourceFile { path, about: None, head, uses, items, docs: docs.into_texts() })
}
