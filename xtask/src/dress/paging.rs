//! Lists that come in pages: `stream`, which reads all of them.
//!
//! An operation pages if it has the query parameters `pageNum` and `itemsPerPage`, and answers with
//! an object whose property `results` is an array. Pages count from 1. Where the object has `links`, each with its `rel`,
//! they tell whether there is a next page; where an item has an `id`, it tells the item from others.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::docs::Docs;
use super::operation::{Argument, Call};
use super::structs::{Object, ObjectField};
use crate::api::{Api, Operation, Place};
use crate::engine::Emitted;
use crate::rust_type::Type;

/// The parameter that counts pages.
const NUMBER: &str = "pageNum";

/// The models that are pages.
pub(super) fn pages(api: &Api, emitted: &Emitted) -> anyhow::Result<BTreeSet<String>> {
    let mut pages = BTreeSet::new();
    let has_number = |it: &&Operation| it.parameters.iter().any(|it| it.name == NUMBER);
    for operation in api.operations.iter().filter(has_number) {
        let call = Call::read(operation, emitted)?;
        if let Some(List { page, .. }) = List::of(&call, api, emitted) {
            pages.insert(page);
        }
    }
    Ok(pages)
}

/// An operation that pages.
struct List<'c> {
    number: &'c Argument<'c>,
    size: &'c Argument<'c>,
    page: String,
    item: Type,
}

impl<'c> List<'c> {
    fn of(call: &'c Call<'c>, api: &Api, emitted: &Emitted) -> Option<Self> {
        let number = counter(call, NUMBER)?;
        let size = counter(call, "itemsPerPage")?;
        let page = call.answer.plain_name()?.to_owned();
        let results = Object::of(&page, api, emitted)?;
        let item = item_type(field(&results, "results")?)?.clone();
        Some(Self { number, size, page, item })
    }
}

/// An optional parameter of the query that counts something.
fn counter<'c>(call: &'c Call<'_>, name: &str) -> Option<&'c Argument<'c>> {
    call.arguments.iter().find(|argument| {
        let parameter = argument.parameter;
        parameter.name == name
            && parameter.place == Place::Query
            && !parameter.about.required
            && argument.ty.plain_name().is_some_and(|ty| ty == "u32" || ty == "u64")
    })
}

fn field<'o, 'a>(object: &'o Object<'a>, wire_name: &str) -> Option<&'o ObjectField<'a>> {
    object.fields.iter().find(|field| field.wire_name == wire_name)
}

/// The type of the items of an array that is never absent.
fn item_type<'o>(field: &'o ObjectField<'_>) -> Option<&'o Type> {
    field.ty.argument("Vec")
}

/// The method `stream` of a request, if its operation pages.
pub(super) fn stream(call: &Call<'_>, emitted: &Emitted, docs: &Docs<'_>) -> Option<TokenStream> {
    let List { number, size, item, .. } = List::of(call, docs.api, emitted)?;
    let doc = docs.of_text(
        "The results of this page and of all after it, one by one and in order.\n\n\
         Each page is one request, with the retries and the time limits of any other. The stream \
         ends at the first error, which may be any that [`send`](Self::send) has.",
    );
    let size = or_default(size);
    let number = &number.ident;
    Some(quote! {
        #doc
        pub fn stream(self) -> ItemStream<'a, #item> {
            let size = #size;
            ItemStream::new(self.#number, size, move |page| self.clone().#number(page).send())
        }
    })
}

/// The argument, or what the server takes in its place.
fn or_default(argument: &Argument<'_>) -> TokenStream {
    let ident = &argument.ident;
    let default = argument.parameter.about.default.as_ref().and_then(serde_json::Value::as_u64);
    let default = default.map(proc_macro2::Literal::u64_unsuffixed);
    let default = default.map(|default| quote!(.or(Some(#default))));
    quote!(self.#ident #default)
}

/// What a page tells of itself.
pub(super) fn page(name: &str, page: &Object<'_>, api: &Api, emitted: &Emitted) -> TokenStream {
    let Some((results, item)) = field(page, "results").and_then(|it| Some((it, item_type(it)?)))
    else {
        return TokenStream::new();
    };
    let ident = format_ident!("{name}");
    let results = &results.ident;
    let has_next = has_next(page, api, emitted);
    let id = id(item, api, emitted);
    quote! {
        impl Page for #ident {
            type Item = #item;

            fn into_items(self) -> Vec<#item> {
                self.#results
            }

            #has_next
            #id
        }
    }
}

fn has_next(page: &Object<'_>, api: &Api, emitted: &Emitted) -> Option<TokenStream> {
    let links = field(page, "links")?;
    let link = Object::of(item_type(links)?.plain_name()?, api, emitted)?;
    let relation = field(&link, "rel")?;
    let (links, rel) = (&links.ident, &relation.ident);
    let text = match (relation.value_type().plain_name()?, relation.is_optional()) {
        ("String", true) => quote!(link.#rel.as_deref()),
        ("String", false) => quote!(Some(link.#rel.as_str())),
        _ => return None,
    };
    Some(quote! {
        fn has_next(&self) -> Option<bool> {
            page::has_next(self.#links.iter().map(|link| #text))
        }
    })
}

fn id(item: &Type, api: &Api, emitted: &Emitted) -> Option<TokenStream> {
    let object = Object::of(item.plain_name()?, api, emitted)?;
    let id = field(&object, "id").or_else(|| field(&object, "_id"))?;
    let is_text = ["ObjectId", "String", "Uuid"].contains(&id.value_type().plain_name()?);
    let ident = &id.ident;
    let text = match (is_text, id.is_optional()) {
        (false, _) => return None,
        (true, true) => quote!(item.#ident.as_ref().map(ToString::to_string)),
        (true, false) => quote!(Some(item.#ident.to_string())),
    };
    Some(quote! {
        fn id(item: &#item) -> Option<String> {
            #text
        }
    })
}
