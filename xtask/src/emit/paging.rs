//! Emits `stream`, which reads all pages of a list, and the code that reads one page.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::Imports;
use super::docs;
use super::tokens::ident;
use crate::api::{
    CursorSource, Model, Page, PageCursor, PageField, PageLinks, Paging, PagingStyle,
};

/// Emits the `stream` method of a request.
pub(super) fn stream(paging: &Paging, imports: &Imports) -> TokenStream {
    let doc = docs::own(
        "Returns a stream of the items of the requested page and of all later pages, in order.\n\n\
         The request for each page has its own retries and timeouts. The stream ends after the first error, \
         which can be any error of [`send`](Self::send).",
    );
    let (stream, item) = (imports.root("ItemStream"), imports.ty(&paging.item));
    let number = ident(&paging.number);
    let default = paging.default_size.map(Literal::u64_unsuffixed);
    let default = default.map(|default| quote!(.or(Some(#default))));
    let size = paging.size.as_ref().map(|size| {
        let size = ident(size);
        quote!(self.#size #default)
    });
    let position = ident(if paging.style == PagingStyle::Offset { "offset" } else { "page" });
    let fetch = quote!(move |#position| self.clone().#number(#position).send());
    let fetch_next = quote! {
        move |cursor| {
            let request = self.clone();
            let request = match cursor {
                Some(cursor) => request.#number(cursor),
                None => request,
            };
            request.send()
        }
    };
    let zero = (paging.style == PagingStyle::NumberFromZero).then(|| quote!(.or(Some(0))));
    let id = paging.list.as_ref().map(|id| text(&quote!(item), id));
    let id = id.map(|id| quote!(|item| #id));
    let body = match (paging.style, id) {
        (PagingStyle::Offset, Some(id)) => {
            quote!(#stream::of_lists_by_offset(self.#number, #id, #fetch))
        }
        (PagingStyle::Offset, None) => quote!(#stream::by_offset(self.#number, #fetch)),
        (PagingStyle::NextValue, _) => quote!(#stream::by_next_value(#fetch_next)),
        (PagingStyle::Cursor, _) => {
            if let Some(parameter) = &paging.link {
                quote!(#stream::by_link(#parameter, #fetch_next))
            } else {
                quote!(#stream::by_cursor(#fetch_next))
            }
        }
        (PagingStyle::Number | PagingStyle::NumberFromZero, Some(id)) => {
            quote!(let size = #size; #stream::of_lists(self.#number #zero, size, #id, #fetch))
        }
        (PagingStyle::Number | PagingStyle::NumberFromZero, None) => {
            quote!(let size = #size; #stream::new(self.#number #zero, size, #fetch))
        }
    };
    quote! {
        #doc
        pub fn stream(self) -> #stream<#item> {
            #body
        }
    }
}

/// Implements the runtime's `Page` for a model, and `IntoIterator` for its items.
pub(super) fn page(model: &Model, page: &Page, imports: &Imports) -> TokenStream {
    let (name, trait_name) = (ident(&model.ident), imports.runtime("Page"));
    let (items, item) = (ident(&page.items), imports.ty(&page.item));
    let has_next = page.links.as_ref().map(|links| has_next(links, imports));
    let total = page.total.as_ref().map(total);
    let id = page.id.as_ref().map(|id| self::id(id, &item));
    let cursor =
        page.cursor.as_ref().map(|cursor| self::cursor(cursor, page, &trait_name, imports));
    let or_empty = page.is_optional.then(|| quote!(.unwrap_or_default()));
    quote! {
        impl #trait_name for #name {
            type Item = #item;

            fn into_items(self) -> Vec<#item> {
                self.#items #or_empty
            }

            #has_next
            #total
            #cursor
            #id
        }

        impl IntoIterator for #name {
            type Item = #item;
            type IntoIter = std::vec::IntoIter<#item>;

            fn into_iter(self) -> Self::IntoIter {
                self.#items #or_empty.into_iter()
            }
        }
    }
}

fn total(total: &PageField) -> TokenStream {
    let field = ident(&total.ident);
    let value = if total.optional {
        quote!(self.#field.and_then(|count| u64::try_from(count).ok()))
    } else {
        quote!(u64::try_from(self.#field).ok())
    };
    quote! {
        fn total(&self) -> Option<u64> {
            #value
        }
    }
}

fn has_next(links: &PageLinks, imports: &Imports) -> TokenStream {
    let (page, field) = (imports.runtime("page"), ident(&links.ident));
    let relation = ident(&links.relation.ident);
    let text = if links.relation.optional {
        quote!(link.#relation.as_deref())
    } else {
        quote!(Some(link.#relation.as_str()))
    };
    quote! {
        fn has_next(&self) -> Option<bool> {
            #page::has_next(self.#field.iter().map(|link| #text))
        }
    }
}

/// Emits `cursor`, which returns the cursor of the next page.
fn cursor(cursor: &PageCursor, page: &Page, trait_name: &Ident, imports: &Imports) -> TokenStream {
    let value = match &cursor.source {
        CursorSource::Field(path) => text_at(path),
        CursorSource::Link { path, parameter } => {
            let (link, page) = (text_at(path), imports.runtime("page"));
            quote!(#link.map(|link| #page::parameter(&link, #parameter)))
        }
        CursorSource::LastId => {
            let items = ident(&page.items);
            let or_empty = page.is_optional.then(|| quote!(.as_deref().unwrap_or_default()));
            // The page can have a setter with the name `id`.
            quote!(self.#items #or_empty.last().and_then(<Self as #trait_name>::id))
        }
    };
    let end = cursor.end.as_ref().map(|end| {
        let (field, value) = (ident(&end.field.ident), end.value);
        let is_last = match (end.field.optional, value) {
            (true, _) => quote!(self.#field == Some(#value)),
            (false, true) => quote!(self.#field),
            (false, false) => quote!(!self.#field),
        };
        quote!(if #is_last { return None; })
    });
    quote! {
        fn cursor(&self) -> Option<String> {
            #end
            #value
        }
    }
}

/// Emits an expression for the text of the field at the end of a path, as an `Option<String>`.
fn text_at(path: &[PageField]) -> TokenStream {
    let Some((last, objects)) = path.split_last() else { return quote!(None) };
    let mut object = quote!(self);
    for field in objects {
        let name = ident(&field.ident);
        object =
            if field.optional { quote!(#object.#name.as_ref()?) } else { quote!(#object.#name) };
    }
    text(&object, last)
}

/// Emits an expression for the text of a field, as an `Option<String>`.
fn text(object: &TokenStream, field: &PageField) -> TokenStream {
    let name = ident(&field.ident);
    if field.is_shared && field.optional {
        quote!(#object.#name().and_then(Option::as_ref).map(ToString::to_string))
    } else if field.is_shared {
        quote!(#object.#name().as_ref().map(ToString::to_string))
    } else if field.optional {
        quote!(#object.#name.as_ref().map(ToString::to_string))
    } else {
        quote!(Some(#object.#name.to_string()))
    }
}

fn id(id: &PageField, item: &TokenStream) -> TokenStream {
    let text = text(&quote!(item), id);
    quote! {
        fn id(item: &#item) -> Option<String> {
            #text
        }
    }
}
