//! Detection of paged lists.
//!
//! An operation is paged if its parameters and its response match one of these rules. They ensure that reading all
//! pages terminates and returns the right items:
//!
//! - Numbers: one optional parameter is the page number (`page`, `page_number`, ...), and another is the page size
//!   (`per_page`, `limit`, ...). The schema of the number specifies the first page with a `default` or a `minimum` of 0
//!   or 1. Alternatively, the description contains a word such as `zero-based`. `pageNum` always starts at 1.
//! - Offsets: one optional parameter is `offset`, `skip` or `start_at`, and another is the page size.
//! - Next numbers: the next value of an optional page number, or of the optional integer `from`, is in an integer field
//!   of the response (`next_page` or `next`). The next value of a page number or an offset can also be in a parameter
//!   of a link in the body (`next`).
//! - Cursors: an optional string parameter is a cursor (`cursor`, `page_token`, ...). The next cursor is in a string
//!   field of the response (`next_cursor`, ...) or of an object in it (`meta.next_cursor`), or in a parameter of a
//!   link. A string `next_page` is not a cursor if its format, example or description shows that it is a link. The link
//!   is in the body (`links.next`, `next_page_uri`) or in the `Link` header. A link in the body is used if the
//!   parameter is one of `LINKED`, or if its description contains the word `cursor`. Under the same conditions, the
//!   header is used if a successful response declares it. For the parameters `after` and `max_id`, a declared header is
//!   enough. The header is also used if the description of the parameter contains the word `link` and the word `next`
//!   or `header`. Some responses have no such field or link, but the boolean `has_more` or `done`. For these responses,
//!   the cursor `starting_after` is the id of the last item. The same applies to `after` if its description contains
//!   the word `cursor`, `id` or `identifier`. The parameter can also be a UUID. The field or the id with the next value
//!   must then also be a UUID, and the `Link` header is not used.
//!
//! Before this step, the pass `page_objects` splits a query parameter that is an object for pagination. Such an object
//! has a page size, and a page number or an offset. Each property becomes a parameter.
//!
//! Most names match regardless of case, `_` and `-`: `page_size` also matches `pageSize` and `page-size`. The special
//! rules for `pageNum`, `itemsPerPage`, `links`, `rel` and the list with the items need the exact name.
//!
//! The response is a list, or an object that contains the list. In an object, the step uses the list `results`. Without
//! `results`, it uses the only list other than `links`. If there are several lists, it uses `items`, `data` or
//! `entries`. Page numbers and offsets need items with an `id`, a `uuid` or a `guid`. A repeated id shows that the
//! server ignores the parameter and repeats a page. Items need no id if a successful response declares the `Link`
//! header. `pageNum` needs no id if the response is an object. If the next value is in the response, items need no id,
//! unless this value is the id of the last item. The property `links` or the `Link` header indicates whether there is a
//! next page. If the next value is in the response, `has_more` or `done` indicates this. A signed integer `totalCount`
//! (or `total_elements`, ...) is an estimate of the number of items.

use std::collections::BTreeMap;

use crate::api::types::{
    Api, CursorSource, Docs, Field, Kind, Location, Operation, Page, PageCursor, PageEnd,
    PageField, PageLinks, Paging, PagingStyle, Param, Struct, Success, Type,
};
use crate::lower::{NUMBERS, OFFSETS, SIZES, is_named};

/// The kinds of the models, by their names in Rust.
type Models<'a> = BTreeMap<&'a str, &'a Kind>;

/// Finds the paged operations and describes their pages.
pub(super) fn find(api: &mut Api) {
    let models: Models<'_> =
        api.models.iter().map(|model| (model.ident.as_str(), &model.kind)).collect();
    let mut pages: BTreeMap<String, Page> = BTreeMap::new();
    let mut found = Vec::new();
    for operation in &api.operations {
        let paging = match &operation.success {
            Success::Json(Type::Model(name)) => object(name, &models).and_then(|object| {
                let mut page = page(object, &models)?;
                let paging = by_position(operation, &page.item, page.id.is_some())
                    .or_else(|| by_cursor(operation, object, &mut page, &models))
                    .or_else(|| by_header(operation, &page.item))
                    .or_else(|| by_position(operation, &page.item, operation.declares_link))?;
                let known = pages.entry(name.clone()).or_insert_with(|| page.clone());
                if known.cursor.is_none() {
                    known.cursor.clone_from(&page.cursor);
                }
                // A model can have only one cursor, so an operation that needs a different one is not paged.
                (page.cursor.is_none() || page.cursor == known.cursor).then_some(paging)
            }),
            Success::Json(Type::List(item)) => {
                let with_id = id(item, &models).and_then(|id| {
                    let paging = by_position(operation, item, true)?;
                    Some(Paging { list: Some(id), ..paging })
                });
                let linked =
                    || by_position(operation, item, true).filter(|_| operation.declares_link);
                with_id.or_else(|| by_header(operation, item)).or_else(linked)
            }
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

/// The words in the description of a page number that specify the first page, each with the number of that page.
const FIRST_PAGES: &[(&str, u64)] =
    &[("zero-based", 0), ("0-based", 0), ("one-based", 1), ("1-based", 1)];

/// The string parameters that are cursors, each with the response fields that can contain the next cursor.
const CURSORS: &[(&str, &[&str])] = &[
    ("cursor", &["next_cursor"]),
    ("after", &["next_cursor", "after", "last_id"]),
    ("after_id", &["last_id"]),
    ("max_id", &[]),
    ("marker", &["next_marker"]),
    ("offset", &["next_page.offset"]),
    ("page_token", &["next_page_token", "next_page"]),
    ("page", &["next_page"]),
    ("next_token", &["next_token"]),
    ("starting_after", &["next.starting_after"]),
    ("iterator", &["iterator"]),
];

/// The integer parameters whose next value can be in the response, each with the response fields that can contain it.
const NEXT_NUMBERS: &[(&[&str], &[&str])] =
    &[(NUMBERS, &["next_page"]), (OFFSETS, &[]), (&["from"], &["next"])];

/// The string parameters whose next value can be in a link. Other string parameters, such as `after`, can also be
/// filters, so their description must mention a cursor. For the `Link` header, there are two more rules. A description
/// with the words `link` and `next`, or `link` and `header`, is enough, and `after` and `max_id` need only a declared
/// header.
const LINKED: &[&str] = &["cursor", "page_token"];

/// The response fields that can contain a link to the next page.
const LINKS: &[&str] =
    &["next", "next.href", "next.url", "next_url", "next_link", "next_page_uri", "next_page_url"];

/// The response fields that can contain the number of items on all pages.
const TOTALS: &[&str] = &["total_count", "total_elements", "total_items", "total_records"];

/// The names of the list with the items, if a page has several lists but no `results`.
const ITEMS: &[&str] = &["items", "data", "entries"];

/// The boolean fields that indicate the last page, each with its value on that page.
const ENDS: &[(&str, bool)] = &[("has_more", false), ("done", true)];

/// The fields that can identify an item.
const IDS: &[&str] = &["id", "uuid", "guid"];

/// The maximum number of fields on the path to a cursor, as in `_links.next.href`.
const DEPTH: usize = 3;

/// Finds a page number or an offset. `is_safe` means that a server that ignores the parameter does not cause an endless
/// list.
fn by_position(operation: &Operation, item: &Type, is_safe: bool) -> Option<Paging> {
    by_number(operation, item, is_safe).or_else(|| by_offset(operation, item, is_safe))
}

/// Finds a page number. The document must specify the first page, except for `pageNum`, which starts at 1.
fn by_number(operation: &Operation, item: &Type, is_safe: bool) -> Option<Paging> {
    let number = counter(operation, NUMBERS)?;
    let size = counter(operation, SIZES)?;
    let is_known = number.name == "pageNum";
    let style = match first(number) {
        _ if is_known => PagingStyle::Number,
        Some(1) => PagingStyle::Number,
        Some(0) => PagingStyle::NumberFromZero,
        _ => return None,
    };
    (is_known || is_safe).then(|| paging(number, Some(size), style, item))
}

fn by_offset(operation: &Operation, item: &Type, is_safe: bool) -> Option<Paging> {
    let offset = counter(operation, OFFSETS)?;
    let size = counter(operation, SIZES)?;
    is_safe.then(|| paging(offset, Some(size), PagingStyle::Offset, item))
}

/// Finds a string, UUID or integer parameter whose next value is in the page.
fn by_cursor(
    operation: &Operation,
    object: &Struct,
    page: &mut Page,
    models: &Models<'_>,
) -> Option<Paging> {
    let texts = paths(object, models, DEPTH, |ty| *ty == Type::String);
    let uuids = paths(object, models, DEPTH, |ty| *ty == Type::Uuid);
    let numbers = paths(object, models, DEPTH, |ty| matches!(ty, Type::Integer(_)));
    let mut cursors = texts.clone();
    cursors.retain(|path| !path.last().is_some_and(|field| is_link(field)));
    let strings = CURSORS.iter().filter_map(|(name, fields)| {
        let param = text(operation, name)?;
        Some((param, fields, if param.ty == Type::Uuid { &uuids } else { &cursors }))
    });
    let integers = NEXT_NUMBERS.iter().filter_map(|(names, fields)| {
        counter(operation, names).map(|param| (param, fields, &numbers))
    });
    let in_page = strings.chain(integers).find_map(|(param, fields, paths)| {
        let field = found(fields, paths).map(CursorSource::Field);
        let link = || {
            let path = found(LINKS, &texts).filter(|_| is_linked(param))?;
            Some(CursorSource::Link { path, parameter: param.name.clone() })
        };
        Some((param, field.or_else(link)?))
    });
    let end = end(object);
    let last_id = || {
        let is_id = |it: &&Param| {
            ["id", "identifier", "cursor"].iter().any(|word| mentions(&it.docs, word))
        };
        let after = || text(operation, "after").filter(is_id);
        let param = text(operation, "starting_after").or_else(after)?;
        let (id, _) = id_field(&page.item, models)?;
        let is_same = param.ty == Type::String || param.ty == *id.ty.value();
        (end.is_some() && is_same).then_some((param, CursorSource::LastId))
    };
    let (param, source) = in_page.or_else(last_id)?;
    page.cursor = Some(PageCursor { source, end });
    let style = match param.ty {
        Type::Integer(_) | Type::Uuid => PagingStyle::NextValue,
        _ => PagingStyle::Cursor,
    };
    Some(paging(param, None, style, &page.item))
}

/// Finds a cursor whose next value is in the `Link` header.
fn by_header(operation: &Operation, item: &Type) -> Option<Paging> {
    let params = CURSORS.iter().filter_map(|(name, _)| text(operation, name));
    let param = params.filter(|param| param.ty == Type::String).find(|param| {
        let mentions = |word| mentions(&param.docs, word);
        let is_described = mentions("link") && (mentions("next") || mentions("header"));
        let is_cursor = ["after", "max_id"].iter().any(|name| is_named(&param.name, name));
        is_described || operation.declares_link && (is_linked(param) || is_cursor)
    })?;
    let link = Some(param.name.clone());
    Some(Paging { link, ..paging(param, None, PagingStyle::Cursor, item) })
}

/// Returns whether the next value of a parameter can be in a link.
fn is_linked(param: &Param) -> bool {
    let is_any = |names: &[&str]| names.iter().any(|name| is_named(&param.name, name));
    match param.ty {
        Type::Integer(_) => is_any(NUMBERS) || is_any(OFFSETS),
        _ => is_any(LINKED) || mentions(&param.docs, "cursor"),
    }
}

/// Returns whether a string field is a `next_page` that contains a link. Its name does not show whether it contains a
/// link or a cursor. Fields whose format is `uri` or `url` have an example.
fn is_link(field: &Field) -> bool {
    let example = field.docs.example.as_ref().and_then(serde_json::Value::as_str);
    let is_url = example.is_some_and(|it| it.starts_with("http"));
    let is_described = ["link", "uri", "url"].iter().any(|word| mentions(&field.docs, word));
    is_named(&field.name, "next_page") && (is_url || is_described)
}

/// Returns whether the description of a value contains `word`, which is in lower case.
fn mentions(docs: &Docs, word: &str) -> bool {
    let description = docs.description.as_deref().unwrap_or_default().to_lowercase();
    description.split(|it: char| !it.is_alphanumeric()).any(|it| it == word)
}

/// Returns a path that ends with one of `names`. Earlier names take precedence, then earlier paths.
fn found(names: &[&str], paths: &[Vec<&Field>]) -> Option<Vec<PageField>> {
    let mut found = names.iter().filter_map(|it| paths.iter().find(|path| ends_with(path, it)));
    Some(found.next()?.iter().copied().map(page_field).collect())
}

/// Returns the paths to the fields whose type satisfies `is_wanted`, in an object and its nested objects, shortest
/// first. A path has at most `depth` fields.
fn paths<'a>(
    object: &'a Struct,
    models: &Models<'a>,
    depth: usize,
    is_wanted: fn(&Type) -> bool,
) -> Vec<Vec<&'a Field>> {
    let mut found = Vec::new();
    for field in &object.fields {
        match field.ty.unwrapped() {
            ty if is_wanted(ty) => found.push(vec![field]),
            Type::Model(name) if depth > 1 => {
                let below = self::object(name, models);
                let below = below.map(|it| paths(it, models, depth - 1, is_wanted));
                let below = below.into_iter().flatten();
                found.extend(below.map(|path| [vec![field], path].concat()));
            }
            _ => {}
        }
    }
    found.sort_by_key(Vec::len);
    found
}

/// Returns whether the path ends with the field names in `names`, which are separated by dots.
fn ends_with(path: &[&Field], names: &str) -> bool {
    let mut fields = path.iter().rev();
    names.rsplit('.').all(|name| fields.next().is_some_and(|field| is_named(&field.name, name)))
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
        link: None,
    }
}

/// Returns the number of the first page: the parameter's default or minimum, or the number that the description states.
fn first(number: &Param) -> Option<u64> {
    let default = number.docs.default.as_ref().and_then(serde_json::Value::as_u64);
    let minimum = || number.rules.minimum.as_ref()?.as_u64();
    let described = || {
        let description = number.docs.description.as_ref()?.to_lowercase();
        let words: Vec<_> =
            description.split(|it: char| !it.is_alphanumeric() && it != '-').collect();
        Some(FIRST_PAGES.iter().find(|(word, _)| words.contains(word))?.1)
    };
    default.or_else(minimum).or_else(described)
}

/// Finds the parameter with one of `names`, where earlier names take precedence. Returns the parameter if it is an
/// optional integer in the query. `pageNum` and `itemsPerPage` must also be unsigned.
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
    let find = |name: &&str| operation.params.iter().find(|param| is_named(&param.name, name));
    names.iter().find_map(find).filter(is_count)
}

/// Returns the query parameter `name`, if it is an optional string or UUID.
fn text<'a>(operation: &'a Operation, name: &str) -> Option<&'a Param> {
    operation.params.iter().find(|param| {
        is_named(&param.name, name)
            && param.location == Location::Query
            && !param.required
            && matches!(param.ty, Type::String | Type::Uuid)
    })
}

fn page(object: &Struct, models: &Models<'_>) -> Option<Page> {
    let is_list = |field: &&Field| matches!(field.ty.value(), Type::List(_));
    let lists = object.fields.iter().filter(|field| is_list(field) && field.name != "links");
    let lists: Vec<&Field> = lists.collect();
    let items = match (field(object, "results"), &lists[..]) {
        (Some(results), _) => results,
        (None, [only]) => only,
        (None, lists) => ITEMS.iter().find_map(|name| lists.iter().find(|it| it.name == *name))?,
    };
    let (ty, is_optional) = match &items.ty {
        Type::Option(ty) => (ty.as_ref(), true),
        ty => (ty, false),
    };
    let Type::List(item) = ty else { return None };
    Some(Page {
        items: items.ident.clone(),
        is_optional,
        item: (**item).clone(),
        links: links(object, models),
        id: id(item, models),
        total: total(object),
        cursor: None,
    })
}

fn total(page: &Struct) -> Option<PageField> {
    let total =
        TOTALS.iter().find_map(|name| page.fields.iter().find(|it| is_named(&it.name, name)))?;
    let is_signed = matches!(scalar(total), Type::Integer(width) if width.starts_with('i'));
    is_signed.then(|| page_field(total))
}

fn end(page: &Struct) -> Option<PageEnd> {
    ENDS.iter().find_map(|(name, value)| {
        let field = page.fields.iter().find(|it| is_named(&it.name, name))?;
        (*scalar(field) == Type::Bool).then(|| PageEnd { field: page_field(field), value: *value })
    })
}

/// Returns the type of a field without its `Option`. Keeps `Nullable`, because such a field can also be `null`.
fn scalar(field: &Field) -> &Type {
    if let Type::Option(ty) = &field.ty { ty } else { &field.ty }
}

fn field<'a>(object: &'a Struct, name: &str) -> Option<&'a Field> {
    object.fields.iter().find(|field| field.name == name)
}

fn links(page: &Struct, models: &Models<'_>) -> Option<PageLinks> {
    let links = field(page, "links")?;
    let Type::List(link) = &links.ty else { return None };
    let Type::Model(link) = link.as_ref() else { return None };
    let relation = field(object(link, models)?, "rel")?;
    let is_text = *relation.ty.value() == Type::String;
    is_text.then(|| PageLinks { ident: links.ident.clone(), relation: page_field(relation) })
}

/// Returns the field that identifies an item, as a field of a page.
fn id(item: &Type, models: &Models<'_>) -> Option<PageField> {
    id_field(item, models).map(|(id, is_shared)| PageField { is_shared, ..page_field(id) })
}

/// Returns the field that identifies an item, and whether the item is a union. All variants of a union must have this
/// field.
fn id_field<'a>(item: &Type, models: &Models<'a>) -> Option<(&'a Field, bool)> {
    let Type::Model(item) = item else { return None };
    let (fields, is_shared) = match models.get(item.as_str())? {
        Kind::Struct(object) => (&object.fields, false),
        Kind::Union(union) => (&union.shared, true),
        Kind::Enum(_) | Kind::TypeUnion(_) => return None,
    };
    let named = |name: &&str| fields.iter().find(|field| is_named(&field.name, name));
    let id = IDS.iter().find_map(named)?;
    let is_text =
        matches!(id.ty.value(), Type::ObjectId | Type::String | Type::Uuid | Type::Integer(_));
    is_text.then_some((id, is_shared))
}

fn object<'a>(name: &str, models: &Models<'a>) -> Option<&'a Struct> {
    match models.get(name)? {
        Kind::Struct(object) => Some(object),
        _ => None,
    }
}

fn page_field(field: &Field) -> PageField {
    PageField { ident: field.ident.clone(), optional: field.ty.is_option(), is_shared: false }
}
