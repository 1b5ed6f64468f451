//! Detects paged lists.
//!
//! An operation is paged if its parameters and its response match one of these rules, which ensure that reading all
//! pages is correct and ends:
//!
//! - Numbers: an optional page number (`pageNum`, `page`, `pageNumber`, `page_number`) and an optional page size
//!   (`itemsPerPage`, `per_page`, `perPage`, `pageSize`, `page_size`, `pagesize`, `limit`). The schema of the number
//!   states the first page, with a `default` or a `minimum` of 0 or 1. The first `pageNum` is 1.
//! - Offsets: an optional `offset` or `skip`, and a page size.
//! - Cursors: an optional string (`cursor`, `page_token`, ...) whose next value is a field of the response
//!   (`next_cursor`, `next_page_token`, ...), or `starting_after` with the field `has_more`.
//!
//! The response is a list, or an object with the list `results`, or an object with exactly one list besides `links`.
//! Except with `pageNum` and cursors, items need an `id`, which reveals a server that ignores the parameter and repeats
//! a page. The property `links` or the header `Link` indicates whether there is a next page. An integer `totalCount` is
//! an estimate of the number of items.

use std::collections::BTreeMap;

use crate::api::types::{
    Api, Field, Kind, Location, Operation, Page, PageCursor, PageField, PageLinks, Paging,
    PagingStyle, Param, Struct, Success, Type,
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
        let paging = match &operation.success {
            Success::Json(Type::Model(name)) => structs.get(name.as_str()).and_then(|object| {
                let mut page = page(object, &structs)?;
                let paging = by_number(operation, &page.item, page.id.is_some())
                    .or_else(|| by_offset(operation, &page))
                    .or_else(|| by_cursor(operation, object, &mut page))?;
                let known = pages.entry(name.clone()).or_insert_with(|| page.clone());
                known.cursor = known.cursor.take().or(page.cursor);
                Some(paging)
            }),
            Success::Json(Type::List(item)) => id(item, &structs).and_then(|id| {
                let paging = by_number(operation, item, true)?;
                Some(Paging { list: Some(id), ..paging })
            }),
            _ => None,
        };
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

/// The parameters for the page number. The schema of each except the first must state the first
/// page.
const NUMBERS: &[&str] = &["pageNum", "page", "pageNumber", "page_number"];
const SIZES: &[&str] =
    &["itemsPerPage", "per_page", "perPage", "pageSize", "page_size", "pagesize", "limit"];
const OFFSETS: &[&str] = &["offset", "skip"];

/// The parameters for cursors, each with the response fields that can contain the next cursor.
const CURSORS: &[(&str, &[&str])] = &[
    ("cursor", &["next_cursor", "nextCursor"]),
    ("after", &["next_cursor", "nextCursor"]),
    ("page_token", &["next_page_token", "nextPageToken"]),
    ("pageToken", &["nextPageToken", "next_page_token"]),
    ("next_token", &["next_token"]),
    ("nextToken", &["nextToken"]),
];

fn by_number(operation: &Operation, item: &Type, has_id: bool) -> Option<Paging> {
    let number = counter(operation, NUMBERS)?;
    let size = counter(operation, SIZES)?;
    let is_known = number.name == "pageNum";
    let style = match first(number) {
        _ if is_known => PagingStyle::Number,
        Some(1) => PagingStyle::Number,
        Some(0) => PagingStyle::NumberFromZero,
        _ => return None,
    };
    (is_known || has_id).then(|| paging(number, Some(size), style, item))
}

fn by_offset(operation: &Operation, page: &Page) -> Option<Paging> {
    let offset = counter(operation, OFFSETS)?;
    let size = counter(operation, SIZES)?;
    page.id.as_ref()?;
    Some(paging(offset, Some(size), PagingStyle::Offset, &page.item))
}

fn by_cursor(operation: &Operation, object: &Struct, page: &mut Page) -> Option<Paging> {
    let known = CURSORS.iter().find_map(|(name, fields)| {
        let param = text(operation, name)?;
        let field = fields.iter().find_map(|name| field(object, name))?;
        let is_text = *field.ty.value() == Type::String;
        is_text.then(|| (param, PageCursor::Field(page_field(field))))
    });
    let last_id = || {
        let param = text(operation, "starting_after")?;
        let more = field(object, "has_more").filter(|it| *it.ty.value() == Type::Bool)?;
        page.id.as_ref()?;
        Some((param, PageCursor::LastId(page_field(more))))
    };
    let (param, cursor) = known.or_else(last_id)?;
    page.cursor = Some(cursor);
    Some(paging(param, None, PagingStyle::Cursor, &page.item))
}

fn paging(number: &Param, size: Option<&Param>, style: PagingStyle, item: &Type) -> Paging {
    let default = size.and_then(|size| size.docs.default.as_ref());
    Paging {
        number: number.ident.clone(),
        style,
        size: size.map(|size| size.ident.clone()),
        default_size: default.and_then(serde_json::Value::as_u64),
        item: item.clone(),
        list: None,
    }
}

/// Returns the number of the first page: the default or the minimum of the parameter.
fn first(number: &Param) -> Option<u64> {
    let default = number.docs.default.as_ref().and_then(serde_json::Value::as_u64);
    default.or_else(|| number.rules.minimum.as_ref()?.as_u64())
}

/// Returns the first optional query parameter with one of these names that is a whole number.
fn counter<'a>(operation: &'a Operation, names: &[&str]) -> Option<&'a Param> {
    let is_count = |param: &&Param| {
        param.location == Location::Query
            && !param.required
            && match &param.ty {
                Type::Integer(width) if param.name == "pageNum" || param.name == "itemsPerPage" => {
                    width == "u32" || width == "u64"
                }
                Type::Integer(_) => true,
                _ => false,
            }
    };
    let find = |name: &&str| operation.params.iter().find(|param| param.name == *name);
    names.iter().find_map(find).filter(is_count)
}

/// Returns the optional query parameter of this name, if it is a string.
fn text<'a>(operation: &'a Operation, name: &str) -> Option<&'a Param> {
    operation.params.iter().find(|param| {
        param.name == name
            && param.location == Location::Query
            && !param.required
            && param.ty == Type::String
    })
}

fn page(object: &Struct, structs: &BTreeMap<&str, &Struct>) -> Option<Page> {
    let is_list = |field: &&Field| matches!(field.ty, Type::List(_));
    let mut lists = object.fields.iter().filter(|field| is_list(field) && field.name != "links");
    let items = match field(object, "results") {
        Some(results) => results,
        None => lists.next().filter(|_| lists.next().is_none())?,
    };
    let Type::List(item) = &items.ty else { return None };
    Some(Page {
        items: items.ident.clone(),
        item: (**item).clone(),
        links: links(object, structs),
        id: id(item, structs),
        total: total(object),
        cursor: None,
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
    let is_text =
        matches!(id.ty.value(), Type::ObjectId | Type::String | Type::Uuid | Type::Integer(_));
    is_text.then(|| page_field(id))
}

fn page_field(field: &Field) -> PageField {
    PageField { ident: field.ident.clone(), optional: matches!(field.ty, Type::Option(_)) }
}
