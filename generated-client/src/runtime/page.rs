//! What a page of a list says of itself.

/// A page of a list, as an operation answers it.
pub(crate) trait Page {
    /// What the list holds.
    type Item;

    /// The items, in order.
    fn into_items(self) -> Vec<Self::Item>;

    /// Whether the page's links name a next page; nothing if it has no links.
    fn has_next(&self) -> Option<bool> {
        None
    }

    /// What tells an item from all others.
    fn id(_item: &Self::Item) -> Option<String> {
        None
    }
}

/// Whether a page with links of these relations (RFC 8288) has a next one. Nothing else of a link
/// is looked at, least of all where it leads to.
pub(crate) fn has_next<'a>(relations: impl Iterator<Item = Option<&'a str>>) -> Option<bool> {
    relations.map(|relation| relation == Some("next")).reduce(|one, other| one || other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_links_are_not_the_same_as_no_link_to_a_next_page() {
        assert_eq!(has_next([].into_iter()), None);
        assert_eq!(has_next([Some("self"), None].into_iter()), Some(false));
        assert_eq!(has_next([Some("self"), Some("next"), None].into_iter()), Some(true));
    }
}
