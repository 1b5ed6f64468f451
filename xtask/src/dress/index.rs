//! The files `mod.rs`: which modules a folder has, and what is reached through it.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::SourceFile;

/// A module of a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) module: String,
    /// The types in it that are given on; all where there are none.
    pub(super) types: Vec<String>,
    /// The features of which one must be on; none where the module is always there.
    pub(super) features: Vec<String>,
}

impl Entry {
    /// A module that is always there.
    pub(super) fn new(module: impl Into<String>, types: Vec<String>) -> Self {
        Self { module: module.into(), types, features: Vec::new() }
    }
}

/// The file `mod.rs` of the generated part.
pub(super) fn root() -> anyhow::Result<SourceFile> {
    let modules = quote!(
        pub mod models;
        pub mod operations;
    );
    file("", "The operations of the API, and the values that they take and give.", modules)
}

/// The file `mod.rs` of a folder, whose path ends with `/`.
pub(super) fn folder(
    path: &str,
    about: &str,
    mut entries: Vec<Entry>,
) -> anyhow::Result<SourceFile> {
    entries.sort_unstable();
    let modules = entries.iter().map(|entry| {
        let (condition, module) = (condition(&entry.features), format_ident!("{}", entry.module));
        quote!(#condition mod #module;)
    });
    let uses = entries.iter().map(|entry| {
        let (condition, module) = (condition(&entry.features), format_ident!("{}", entry.module));
        let types: Vec<_> = entry.types.iter().map(|name| format_ident!("{name}")).collect();
        match types.as_slice() {
            [] => quote!(#condition pub use #module::*;),
            [name] => quote!(#condition pub use #module::#name;),
            names => quote!(#condition pub use #module::{#(#names),*};),
        }
    });
    file(path, about, quote!(#(#modules)* #(#uses)*))
}

fn condition(features: &[String]) -> Option<TokenStream> {
    match features {
        [] => None,
        [feature] => Some(quote!(#[cfg(feature = #feature)])),
        features => Some(quote!(#[cfg(any(#(feature = #features),*))])),
    }
}

fn file(folder: &str, about: &str, tokens: TokenStream) -> anyhow::Result<SourceFile> {
    let items = syn::parse2::<syn::File>(tokens)?.items;
    let (path, about) = (format!("{folder}mod.rs"), Some(about.to_owned()));
    Ok(SourceFile { path, about, uses: BTreeSet::new(), items, docs: Vec::new() })
}
