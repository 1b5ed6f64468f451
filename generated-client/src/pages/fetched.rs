//! A page of a list, and its information about the next page.

use std::pin::Pin;

use reqwest::header::LINK;

use crate::response::ResponseHead;
use crate::runtime::{Page, page};
use crate::{Error, Response};

/// A request for a page.
pub(super) type Fetch<T> = Pin<Box<dyn Future<Output = Result<Fetched<T>, Error>> + Send>>;

/// A function that requests the page at a position. Returns `None` if the position does not fit the type of the
/// request's parameter.
pub(super) type FetchAt<T> = Box<dyn Fn(&Position) -> Option<Fetch<T>> + Send>;

/// The parts of a page that a stream needs.
pub(super) struct Fetched<T> {
    pub(super) head: ResponseHead,
    pub(super) items: Vec<T>,
    pub(super) ids: Vec<Option<String>>,
    pub(super) total: Option<u64>,
    pub(super) next: Next,
}

/// The information in a page about the next page.
pub(super) enum Next {
    /// Whether the page has a link to a next page. `None` if the page has no links.
    Links(Option<bool>),
    /// The cursor of the next page. `None` if there is no next page.
    Cursor(Option<String>),
}

/// The position of a page in its list. A request for a page uses exactly one of the number, the offset and the cursor.
pub(super) struct Position {
    /// The number of the page. For lists with offsets or cursors, the number is only logged.
    pub(super) page: u64,
    /// The number of items before the page.
    pub(super) offset: u64,
    /// The cursor of the page. `None` for the first page.
    pub(super) cursor: Option<String>,
}

impl Position {
    pub(super) const FIRST: Self = Self { page: 1, offset: 0, cursor: None };
}

/// Returns whether the `Link` header includes a next page, or `None` if there are no links.
fn linked(head: &ResponseHead) -> Option<bool> {
    page::has_next(links(head).map(|(_, relation)| Some(relation)))
}

/// Returns the target of the link to the next page in the `Link` header.
pub(super) fn next_link(head: &ResponseHead) -> Option<String> {
    links(head).find(|(_, relation)| page::is_next(relation)).map(|(target, _)| target.to_owned())
}

/// Returns the target and the relation of each link in the `Link` header (RFC 8288, section 3). A link with several
/// relations is returned once for each of them.
fn links(head: &ResponseHead) -> impl Iterator<Item = (&str, &str)> {
    let values = head.headers().get_all(LINK).iter();
    let links = values.flat_map(|value| value.to_str().unwrap_or_default().split('<').skip(1));
    let links = links.filter_map(|link| link.split_once('>'));
    links.flat_map(|(target, parameters)| {
        let mut parameters = parameters.split([';', ',']).filter_map(|it| it.split_once('='));
        let relation = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("rel"));
        let relations = relation.map(|(_, value)| value.trim().trim_matches('"'));
        let relations = relations.into_iter().flat_map(str::split_ascii_whitespace);
        relations.map(move |relation| (target, relation))
    })
}

impl<T> Fetched<T> {
    pub(super) fn new<P: Page<Item = T>>(response: Response<P>) -> Self {
        let (head, page) = response.into_parts();
        let total = page.total();
        let next = Next::Links(page.has_next().or_else(|| linked(&head)));
        let items = page.into_items();
        let ids = items.iter().map(P::id).collect();
        Self { head, items, ids, total, next }
    }

    pub(super) fn of_list(response: Response<Vec<T>>, id: fn(&T) -> Option<String>) -> Self {
        let (head, items) = response.into_parts();
        let next = Next::Links(linked(&head));
        let ids = items.iter().map(id).collect();
        Self { head, items, ids, next, total: None }
    }
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;
    use reqwest::header::HeaderMap;

    use super::*;
    use crate::runtime::{Method, Operation};

    static OPERATION: Operation = Operation::test("listThings", Method::GET, "/things");

    /// A page with the value that [`Page::has_next`] returns.
    struct Things(Option<bool>);

    impl Page for Things {
        type Item = String;

        fn into_items(self) -> Vec<String> {
            Vec::new()
        }

        fn has_next(&self) -> Option<bool> {
            self.0
        }
    }

    #[test]
    fn the_header_decides_only_if_the_page_has_no_links() {
        let headers = HeaderMap::from_iter([(LINK, "</2>; rel=next".parse().unwrap())]);
        let head = ResponseHead::of(&OPERATION, StatusCode::OK, headers);
        for (own, expected) in [(None, true), (Some(true), true), (Some(false), false)] {
            let page = Fetched::new(Response::new(head.clone(), Things(own)));
            assert!(matches!(page.next, Next::Links(Some(has_next)) if has_next == expected));
        }
    }

    /// RFC 8288, section 3, allows white space, unquoted relations and several links in a value.
    #[test]
    fn the_next_link_is_found_in_every_notation() {
        for (values, expected, is_linked) in [
            (&[][..], None, None),
            (&["</2>; rel=next"], Some("/2"), Some(true)),
            (&["</2>;REL = \"Next\""], Some("/2"), Some(true)),
            (&["</2>; title=\"2\"; rel=\"last next\""], Some("/2"), Some(true)),
            (&["</0>; rel=\"prev\", </2>; rel=\"next\""], Some("/2"), Some(true)),
            (&["</0>; rel=prev", "</2>; rel=next"], Some("/2"), Some(true)),
            (&["</0>; rel=prev"], None, Some(false)),
        ] {
            let values = values.iter().map(|value| (LINK, value.parse().unwrap()));
            let headers = values.collect::<HeaderMap>();
            let head = ResponseHead::of(&OPERATION, StatusCode::OK, headers.clone());
            assert_eq!(next_link(&head).as_deref(), expected, "{headers:?}");
            assert_eq!(linked(&head), is_linked, "{headers:?}");
        }
    }
}
