//! Emits modules of models.

use proc_macro2::TokenStream;

use super::docs::Links;
use super::tokens::MODELS;
use super::{Imports, enums, paging, structs, type_unions, unions, validation};
use crate::api::{Api, Kind, Model};
use crate::layout::SourceFile;

/// Emits the file of a module.
pub(super) fn file(api: &Api, models: &[&Model], links: &Links<'_>) -> SourceFile {
    let imports = Imports::of_file(MODELS, models.iter().map(|model| model.ident.as_str()));
    let items = models.iter().flat_map(|model| items(model, &imports, links)).collect();
    let module = models.first().map(|model| super::files::model_path(api, model));
    SourceFile { path: module.unwrap_or_default(), docs: None, head: imports.groups(), items }
}

fn items(model: &Model, imports: &Imports, links: &Links<'_>) -> Vec<TokenStream> {
    match &model.kind {
        Kind::Enum(values) => enums::emit(model, values, imports, links),
        Kind::Union(union) => {
            let mut items = unions::emit(model, union, imports, links);
            items.extend(model.validates.then(|| validation::of_union(model, union, imports)));
            items
        }
        Kind::TypeUnion(union) => {
            let mut items = type_unions::emit(model, union, imports, links);
            items.extend(model.validates.then(|| type_unions::validation(model, union, imports)));
            items
        }
        Kind::Struct(object) => {
            let mut items = structs::emit(model, object, imports, links);
            items.extend(model.validates.then(|| validation::of_struct(model, object, imports)));
            items.extend(object.page.as_ref().map(|page| paging::page(model, page, imports)));
            items
        }
    }
}
