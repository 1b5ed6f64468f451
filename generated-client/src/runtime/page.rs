//! Pages of lists.

use reqwest::Url;

/// A page of a list.
pub(crate) trait Page {
    /// The type of the list's items.
    type Item;

    /// Returns the items, in order.
    fn into_items(self) -> Vec<Self::Item>;

    /// Returns whether the page has a link to a next page, or `None` if the page has no links.
    fn has_next(&self) -> Option<bool> {
        None
    }

    /// Returns the estimated number of items on all pages, if the page contains it.
    fn total(&self) -> Option<u64> {
        None
    }

    /// Returns the cursor of the next page, if there is one.
    fn cursor(&self) -> Option<String> {
        None
    }

    /// Returns the identifier of an item, if the item has one.
    fn id(_item: &Self::Item) -> Option<String> {
        None
    }
}

/// A page can be a plain list of items.
impl<T> Page for Vec<T> {
    type Item = T;

    fn into_items(self) -> Self {
        self
    }
}

/// Returns whether links with the given relations (RFC 8288) include a next page, or `None` if there are no links.
pub(crate) fn has_next<'a>(relations: impl Iterator<Item = Option<&'a str>>) -> Option<bool> {
    relations.map(|relation| relation.is_some_and(is_next)).reduce(|one, other| one || other)
}

/// Returns whether a link with the given relation leads to the next page. Relations are case-insensitive (RFC 8288,
/// section 2.1.1).
pub(crate) fn is_next(relation: &str) -> bool {
    relation.eq_ignore_ascii_case("next")
}

/// Returns the value of the parameter `name` in the query of `link`, or `link` itself if it has no such parameter. In
/// that case, `link` is a plain cursor, or the server rejects it, so the list never ends early without an error.
pub(crate) fn parameter(link: &str, name: &str) -> String {
    // The link can be relative. Only its query is used, so the base does not matter.
    let url = Url::parse("http://localhost").and_then(|base| base.join(link));
    let value = url.ok().and_then(|url| {
        let (_, value) = url.query_pairs().find(|(key, _)| key == name)?;
        Some(value.into_owned())
    });
    value.unwrap_or_else(|| link.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parameter_of_a_link_is_decoded() {
        let link = "https://example.com/things?limit=5&after=a%2Fb%3D#top";
        assert_eq!(parameter(link, "after"), "a/b=");
        assert_eq!(parameter("/things?after=x", "after"), "x");
        assert_eq!(parameter("?after=x", "after"), "x");
    }

    #[test]
    fn text_without_the_parameter_is_kept() {
        for text in ["MTA=", "/things", "https://example.com/?before=x", ""] {
            assert_eq!(parameter(text, "after"), text);
        }
    }

    #[test]
    fn a_page_without_links_differs_from_one_without_a_next_link() {
        assert_eq!(has_next([].into_iter()), None);
        assert_eq!(has_next([Some("self"), None].into_iter()), Some(false));
        assert_eq!(has_next([Some("self"), Some("next"), None].into_iter()), Some(true));
        assert_eq!(has_next([Some("Next")].into_iter()), Some(true));
    }
}
