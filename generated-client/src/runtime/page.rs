//! Pages of lists.

/// A page of a list.
pub(crate) trait Page {
    /// The type of the list's items.
    type Item;

    /// Returns the items, in order.
    fn into_items(self) -> Vec<Self::Item>;

    /// Returns whether the page has a link to a next page, or `None` if it has no links.
    fn has_next(&self) -> Option<bool> {
        None
    }

    /// Returns the estimated number of items on all pages, if the page has it.
    fn total(&self) -> Option<u64> {
        None
    }

    /// Returns the cursor of the next page, if there is one.
    fn cursor(&self) -> Option<String> {
        None
    }

    /// Returns the identifier of an item, if it has one.
    fn id(_item: &Self::Item) -> Option<String> {
        None
    }
}

/// Returns whether links with these relations (RFC 8288) include a next page. Only the relation of
/// a link is used, never its target.
pub(crate) fn has_next<'a>(relations: impl Iterator<Item = Option<&'a str>>) -> Option<bool> {
    relations.map(|relation| relation == Some("next")).reduce(|one, other| one || other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_links_differ_from_no_next_link() {
        assert_eq!(has_next([].into_iter()), None);
        assert_eq!(has_next([Some("self"), None].into_iter()), Some(false));
        assert_eq!(has_next([Some("self"), Some("next"), None].into_iter()), Some(true));
    }
}
