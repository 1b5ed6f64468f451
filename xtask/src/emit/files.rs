//! The paths of emitted files, and the `mod.rs` files.
//!
//! Without features, there is one folder for models and one for operations. With features, both folders contain a
//! folder for each feature. If exactly one feature needs a model, the model is in that feature's folder, and otherwise
//! in `shared`. An operation without a feature is also in `shared`. A module in `shared` is compiled if any of its
//! features is enabled, or always if it has no features or more than four.

use std::collections::BTreeMap;
use std::iter;

use proc_macro2::TokenStream;
use quote::quote;

use super::tokens::ident;
use crate::api::{Api, Model, Operation};
use crate::layout::SourceFile;

const MODELS: &str = "The types of request and response bodies.";
const OPERATIONS: &str = "The request types, one for each operation and version.";
const SHARED: &str = "shared";

/// A module with more features than this is always compiled.
const MANY: usize = 4;

/// Returns the path of a model's file.
pub(super) fn model_path(api: &Api, model: &Model) -> String {
    path(api, "models", folder(&model.features), &model.module)
}

/// Returns the path of an operation's file.
pub(super) fn operation_path(api: &Api, operation: &Operation) -> String {
    let feature = operation.feature.as_deref().unwrap_or(SHARED);
    path(api, "operations", feature, &operation.ident)
}

fn path(api: &Api, root: &str, folder: &str, module: &str) -> String {
    if api.features.is_empty() {
        format!("{root}/{module}.rs")
    } else {
        format!("{root}/{}/{module}.rs", folder_module(folder))
    }
}

/// Returns the folder of a module that the given features need.
fn folder(features: &[String]) -> &str {
    if let [only] = features { only } else { SHARED }
}

fn folder_module(feature: &str) -> String {
    let name = feature.replace('-', "_");
    if syn::parse_str::<syn::Ident>(&name).is_ok() { name } else { format!("{name}_") }
}

/// Emits the `mod.rs` files.
pub(super) fn indices(api: &Api) -> Vec<SourceFile> {
    let mut models: BTreeMap<&str, Entry> = BTreeMap::new();
    for model in &api.models {
        let module = models.entry(&model.module).or_insert_with(|| Entry {
            name: model.module.clone(),
            types: Vec::new(),
            folder: folder(&model.features).to_owned(),
            features: if model.features.len() > MANY { Vec::new() } else { model.features.clone() },
        });
        module.types.push(model.ident.clone());
    }
    let operations = api.operations.iter().map(|operation| Entry {
        name: operation.ident.clone(),
        types: iter::once(&operation.type_ident)
            .chain(operation.success.ident())
            .cloned()
            .collect(),
        folder: operation.feature.clone().unwrap_or_else(|| SHARED.to_owned()),
        features: Vec::new(),
    });
    let modules = quote!(
        pub mod models;
        pub mod operations;
    );
    let about = "The operations and models of the API.";
    let mut files = vec![index("", about.to_owned(), vec![vec![modules]])];
    files.extend(folders(api, "models/", MODELS.to_owned(), models.into_values().collect()));
    files.extend(folders(api, "operations/", OPERATIONS.to_owned(), operations.collect()));
    files
}

/// A module, as the `mod.rs` of its folder declares it.
struct Entry {
    name: String,
    /// The re-exported types. If empty, all types are re-exported.
    types: Vec<String>,
    /// The feature that owns the folder, or `shared`.
    folder: String,
    /// The features of which at least one must be enabled to compile the module. If empty, the module is compiled
    /// whenever its folder is.
    features: Vec<String>,
}

fn folders(api: &Api, root: &str, about: String, modules: Vec<Entry>) -> Vec<SourceFile> {
    if api.features.is_empty() {
        return vec![list(root, about, &modules)];
    }
    let mut groups: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for mut module in modules {
        if module.folder != SHARED {
            module.features.clear();
        }
        groups.entry(module.folder.clone()).or_default().push(module);
    }
    let mut files = Vec::new();
    let mut entries = Vec::new();
    for (folder, modules) in groups {
        let feature = api.features.iter().find(|feature| feature.name == folder);
        let about = match feature {
            Some(feature) => {
                format!("Code for `{}`, compiled with the `{}` feature.", feature.tag, feature.name)
            }
            None => "Code that several features share, or that belongs to no feature.".to_owned(),
        };
        let name = folder_module(&folder);
        files.push(list(&format!("{root}{name}/"), about, &modules));
        let features = feature.map(|feature| feature.name.clone()).into_iter().collect();
        entries.push(Entry { name, types: Vec::new(), folder, features });
    }
    entries.sort_by(|one, other| one.name.cmp(&other.name));
    files.push(list(root, about, &entries));
    files
}

/// Emits the `mod.rs` file of a folder.
fn list(folder: &str, about: String, modules: &[Entry]) -> SourceFile {
    let declarations = modules.iter().map(|module| {
        let (condition, name) = (condition(&module.features), ident(&module.name));
        quote!(#condition mod #name;)
    });
    let exports = modules.iter().map(|module| {
        let (condition, name) = (condition(&module.features), ident(&module.name));
        let mut types: Vec<_> = module.types.iter().map(|name| ident(name)).collect();
        types.sort();
        match types.as_slice() {
            [] => quote!(#condition pub use #name::*;),
            [only] => quote!(#condition pub use #name::#only;),
            types => quote!(#condition pub use #name::{#(#types),*};),
        }
    });
    index(folder, about, vec![declarations.collect(), exports.collect()])
}

fn condition(features: &[String]) -> Option<TokenStream> {
    match features {
        [] => None,
        [feature] => Some(quote!(#[cfg(feature = #feature)])),
        features => Some(quote!(#[cfg(any(#(feature = #features),*))])),
    }
}

fn index(folder: &str, docs: String, head: Vec<Vec<TokenStream>>) -> SourceFile {
    let head = head.into_iter().filter(|group| !group.is_empty()).collect();
    SourceFile { path: format!("{folder}mod.rs"), docs: Some(docs), head, items: Vec::new() }
}
