//! Detection of paged lists.
//!
//! An operation pages if it has the query parameters `pageNum` and `itemsPerPage` and returns an
//! object whose property `results` is a list. If the object has `links`, they indicate whether
//! there is a next page. If an item has an `id`, it identifies the item. If the object has an integer
//! `totalCount`, it estimates how many pages there are.

use std::collections::BTreeMap;

use crate::api::types::{
    Api, Field, Kind, Location, Operation, Page, PageField, PageLinks, Paging, Param, Struct,
    Success, Type,
};

/// Finds the paged operations and describes their pages.
pub(super) fn find(api: &mut Api) {
    let structs = api.models.iter().filter_map(|model| match &model.kind {
        Kind::Struct(object) => Some((model.ident.as_str(), object)),
        _ => None,
    });
    let structs: BTreeMap<&str, &Struct> = structs.collect();
    let mut pages: BTreeMap<String, Page> = BTreeMap::new();
    let mut found = Vec::new();
    for operation in &api.operations {
        let paging = returned(operation).and_then(|name| {
            let page = page(structs.get(name)?, &structs)?;
            let paging = paging(operation, &page)?;
            pages.insert(name.to_owned(), page);
            Some(paging)
        });
        found.push(paging);
    }
    for (operation, paging) in api.operations.iter_mut().zip(found) {
        operation.paging = paging;
    }
    for model in &mut api.models {
        if let Kind::Struct(object) = &mut model.kind {
            object.page = pages.remove(&model.ident);
        }
    }
}

fn returned(operation: &Operation) -> Option<&str> {
    match &operation.success {
        Success::Json(Type::Model(name)) => Some(name),
        _ => None,
    }
}

fn paging(operation: &Operation, page: &Page) -> Option<Paging> {
    let number = counter(operation, "pageNum")?;
    let size = counter(operation, "itemsPerPage")?;
    Some(Paging {
        number: number.ident.clone(),
        size: size.ident.clone(),
        default_size: size.docs.default.as_ref().and_then(serde_json::Value::as_u64),
        item: page.item.clone(),
    })
}

/// Returns the optional query parameter of this name, if it is a count.
fn counter<'a>(operation: &'a Operation, name: &str) -> Option<&'a Param> {
    operation.params.iter().find(|param| {
        param.name == name
            && param.location == Location::Query
            && !param.required
            && matches!(&param.ty, Type::Integer(width) if width == "u32" || width == "u64")
    })
}

fn page(object: &Struct, structs: &BTreeMap<&str, &Struct>) -> Option<Page> {
    let results = field(object, "results")?;
    let Type::List(item) = &results.ty else { return None };
    Some(Page {
        items: results.ident.clone(),
        item: (**item).clone(),
        links: links(object, structs),
        id: id(item, structs),
        total: total(object),
    })
}

fn total(page: &Struct) -> Option<PageField> {
    let total = field(page, "totalCount")?;
    let is_signed = matches!(total.ty.value(), Type::Integer(width) if width.starts_with('i'));
    is_signed.then(|| page_field(total))
}

fn field<'a>(object: &'a Struct, name: &str) -> Option<&'a Field> {
    object.fields.iter().find(|field| field.name == name)
}

fn links(page: &Struct, structs: &BTreeMap<&str, &Struct>) -> Option<PageLinks> {
    let links = field(page, "links")?;
    let Type::List(link) = &links.ty else { return None };
    let Type::Model(link) = link.as_ref() else { return None };
    let relation = field(structs.get(link.as_str())?, "rel")?;
    let is_text = *relation.ty.value() == Type::String;
    is_text.then(|| PageLinks { ident: links.ident.clone(), relation: page_field(relation) })
}

fn id(item: &Type, structs: &BTreeMap<&str, &Struct>) -> Option<PageField> {
    let Type::Model(item) = item else { return None };
    let item = structs.get(item.as_str())?;
    let id = field(item, "id").or_else(|| field(item, "_id"))?;
    let is_text = matches!(id.ty.value(), Type::ObjectId | Type::String | Type::Uuid);
    is_text.then(|| page_field(id))
}

fn page_field(field: &Field) -> PageField {
    PageField { ident: field.ident.clone(), optional: matches!(field.ty, Type::Option(_)) }
}
