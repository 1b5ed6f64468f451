//! Collects the names that a file uses, for its `use` items.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, quote};

use super::tokens::{self, MODELS, ident};
use crate::api::Type;

const RUNTIME: &str = "crate::runtime";

/// The names that a file uses from other modules. The methods that return a name also import it.
#[derive(Debug, Default)]
pub(super) struct Imports {
    /// The module of the file.
    module: &'static str,
    /// The types that the file defines.
    own: BTreeSet<String>,
    /// The imported names of each module.
    names: RefCell<BTreeMap<&'static str, BTreeSet<String>>>,
}

impl Imports {
    /// Creates the imports of a file in `module`, which needs no import for its `own` types.
    pub(super) fn of_file<'a>(
        module: &'static str,
        own: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let own = own.into_iter().map(ToOwned::to_owned).collect();
        Self { module, own, names: RefCell::default() }
    }

    /// Returns a name from a module.
    pub(super) fn name(&self, module: &'static str, name: &str) -> Ident {
        self.names.borrow_mut().entry(module).or_default().insert(name.to_owned());
        ident(name)
    }

    /// Returns a name from the root of the client.
    pub(super) fn root(&self, name: &str) -> Ident {
        self.name("crate", name)
    }

    /// Returns a name from the runtime.
    pub(super) fn runtime(&self, name: &str) -> Ident {
        self.name(RUNTIME, name)
    }

    /// Returns the name of a model, or its path in the file of an operation whose request has the same name.
    pub(super) fn model(&self, name: &str) -> TokenStream {
        if !self.own.contains(name) {
            return self.name(MODELS, name).to_token_stream();
        }
        let name = ident(name);
        if self.module == MODELS {
            return name.to_token_stream();
        }
        let module = tokens::parsed(MODELS);
        quote!(#module::#name)
    }

    /// Emits a type.
    pub(super) fn ty(&self, ty: &Type) -> TokenStream {
        tokens::ty(ty, &|module, name| {
            if module == MODELS {
                self.model(name)
            } else {
                self.name(module, name).to_token_stream()
            }
        })
    }

    /// Emits the type of an argument. For some types, such as `String`, the argument can be any value that converts to
    /// the type.
    pub(super) fn argument(&self, ty: &Type) -> TokenStream {
        match ty {
            Type::Boxed(inner) => self.argument(inner),
            _ if ty.is_converted() => {
                let ty = self.ty(ty);
                quote!(impl Into<#ty>)
            }
            _ => self.ty(ty),
        }
    }

    /// Returns the `use` items in three groups: standard library, other crates, this crate.
    pub(super) fn groups(self) -> Vec<Vec<TokenStream>> {
        let mut imports: Vec<_> = self.names.into_inner().into_iter().collect();
        // As in rustfmt's order, a list of names from the crate root (`crate::{…}`) comes after the crate's modules.
        imports
            .sort_by_key(|(module, names)| (group(module), *module == "crate" && names.len() > 1));
        let groups = imports.chunk_by(|(one, _), (other, _)| group(one) == group(other));
        groups
            .map(|imports| imports.iter().map(|(module, names)| import(module, names)).collect())
            .collect()
    }
}

/// Returns the group of a module's imports: the standard library is first, this crate last.
fn group(module: &str) -> u8 {
    match module.split(':').next() {
        Some("std") => 0,
        Some("crate") => 2,
        _ => 1,
    }
}

fn import(module: &str, names: &BTreeSet<String>) -> TokenStream {
    let path = tokens::parsed(module);
    let names: Vec<Ident> = names.iter().map(|name| ident(name)).collect();
    match names.as_slice() {
        [name] => quote!(use #path::#name;),
        names => quote!(use #path::{#(#names),*};),
    }
}
