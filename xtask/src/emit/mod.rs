//! Emits Rust from the model: one file for each operation and each module of models.
//!
//! Emitters only format the model. They cannot fail, and they read all facts from the values that they receive.

mod body;
mod docs;
mod enums;
mod example;
mod fences;
mod files;
mod html;
mod imports;
mod models;
mod operation;
mod operation_docs;
mod package;
mod paging;
mod renaming;
mod schemes;
mod structs;
mod success;
mod tokens;
mod type_unions;
mod unions;
mod validation;
mod wrap;

use std::collections::BTreeMap;

use crate::api::{Api, Model, Operation};
use crate::layout::SourceFile;
use docs::Links;
pub(crate) use docs::escape as escape_docs;
pub(crate) use example::program;
pub use example::statements as example_statements;
use imports::Imports;
pub(crate) use package::default_base_url;
pub(crate) use package::files as package_files;
pub(crate) use schemes::summary as credential_summary;

/// An emitted module, in a separate file.
#[derive(Debug, Clone)]
pub(crate) enum Module<'a> {
    /// The models of one module.
    Models(Vec<&'a Model>),
    /// An operation.
    Operation(&'a Operation),
}

/// An emitter of the files of an API.
#[derive(Debug)]
pub(crate) struct Emitter<'a> {
    api: &'a Api,
    links: Links<'a>,
}

impl<'a> Emitter<'a> {
    /// Creates an emitter for `api`.
    pub(crate) fn new(api: &'a Api) -> Self {
        Self { api, links: Links::new(api) }
    }

    /// Returns the modules, in no particular order.
    pub(crate) fn modules(&self) -> Vec<Module<'a>> {
        let mut modules: BTreeMap<&str, Vec<&Model>> = BTreeMap::new();
        for model in &self.api.models {
            modules.entry(&model.module).or_default().push(model);
        }
        for models in modules.values_mut() {
            models.sort_by_key(|model| (model.owner.is_some(), &model.ident));
        }
        let operations = self.api.operations.iter().map(Module::Operation);
        operations.chain(modules.into_values().map(Module::Models)).collect()
    }

    /// Emits the file of a module.
    pub(crate) fn file(&self, module: &Module<'_>) -> SourceFile {
        match module {
            Module::Models(models) => models::file(self.api, models, &self.links),
            Module::Operation(operation) => operation::file(self.api, operation, &self.links),
        }
    }

    /// Emits the `mod.rs` files.
    pub(crate) fn indices(&self) -> Vec<SourceFile> {
        files::indices(self.api)
    }
}
