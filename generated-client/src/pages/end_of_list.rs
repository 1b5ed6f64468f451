//! The end of a list.

use std::collections::HashSet;

/// The number of consecutive pages without a new item after which a list is treated as endless.
pub(super) const MAX_PAGES_WITHOUT_NEW_ITEMS: u32 = 100;

/// The information in the pages so far that shows whether a list has ended. `totalCount` is an estimate, so it never
/// ends a list. It only limits how many pages are requested ahead.
pub(super) struct EndOfList {
    size: Option<u64>,
    total: Option<u64>,
    /// The number of pages that have arrived. If a page has repeated an item, the count starts at the last such page.
    pages: usize,
    /// Whether a page has repeated an item.
    has_repeats: bool,
    /// Whether any page had a link to the next page.
    linked: bool,
    /// Whether no page has contained an id twice.
    has_unique_ids: bool,
    /// The ids on the latest page that was not empty.
    ids: HashSet<String>,
    /// The number of consecutive pages without a new item.
    pages_without_new_items: u32,
}

impl EndOfList {
    pub(super) fn new(size: Option<u64>) -> Self {
        Self {
            size,
            total: None,
            pages: 0,
            has_repeats: false,
            linked: false,
            has_unique_ids: true,
            ids: HashSet::new(),
            pages_without_new_items: 0,
        }
    }

    /// Counts a page that has arrived, and stores its `total`, an estimate of the number of items on all pages.
    pub(super) const fn count(&mut self, total: Option<u64>) {
        self.total = total;
        self.pages = self.pages.saturating_add(1);
    }

    /// Restarts the count of pages at the latest page, because this page repeats an item.
    pub(super) const fn restart(&mut self) {
        self.pages = 1;
        self.has_repeats = true;
    }

    /// Returns whether page `number` is probably after the last page.
    pub(super) fn is_beyond(&self, number: u64) -> bool {
        let size = self.size.filter(|size| *size > 0);
        size.zip(self.total).is_some_and(|(size, total)| number > total.div_ceil(size))
    }

    /// Returns the maximum number of pages that can be in flight or waiting to be read, at most `ahead`. If the total
    /// or the page size is unknown, the window is at most the number of pages that have arrived, so that a short list
    /// costs few requests. After a page has repeated an item, the window has the same limit. Even if every page repeats
    /// an item, requesting pages again then at most doubles the number of requests.
    pub(super) fn window(&self, ahead: usize) -> usize {
        let is_known = self.total.is_some() && self.size.is_some();
        if is_known && !self.has_repeats { ahead } else { ahead.min(self.pages) }
    }

    /// Returns whether no page has arrived yet.
    pub(super) const fn is_first_page(&self) -> bool {
        self.pages == 0
    }

    /// Returns whether a page with `count` items is the last one. `has_next` is whether the page has a link to a next
    /// page, or `None` if it has no links.
    pub(super) fn is_reached_with(&mut self, count: usize, has_next: Option<bool>) -> bool {
        self.linked |= has_next == Some(true);
        let is_short = self.size.is_some_and(|size| u64::try_from(count).is_ok_and(|it| it < size));
        match has_next {
            Some(true) => false,
            Some(false) => count == 0 || self.linked || is_short,
            None => count == 0,
        }
    }

    /// Returns for each item whether the stream returns it. The stream skips an item whose id is on the previous
    /// non-empty page: if items are added at the front of the list, an item can move to the next page. If a page
    /// contains an id twice, ids do not identify the items of this list, so the stream skips no more items. For example,
    /// the items can be versions that have the id of their subject.
    pub(super) fn new_ids(&mut self, ids: Vec<Option<String>>) -> Vec<bool> {
        let mut seen = HashSet::new();
        self.has_unique_ids &= ids.iter().flatten().all(|id| seen.insert(id));
        let is_new = |id: &Option<String>| id.as_ref().is_none_or(|id| !self.ids.contains(id));
        let mut new: Vec<bool> = ids.iter().map(is_new).collect();
        self.pages_without_new_items =
            if new.contains(&true) { 0 } else { self.pages_without_new_items + 1 };
        if !self.has_unique_ids {
            new.fill(true);
        }
        if !ids.is_empty() {
            self.ids = ids.into_iter().flatten().collect();
        }
        new
    }

    /// Returns whether the list is treated as endless, because too many consecutive pages have no new item.
    pub(super) const fn is_endless(&self) -> bool {
        self.pages_without_new_items >= MAX_PAGES_WITHOUT_NEW_ITEMS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: usize = 10;

    /// Returns for each page whether it is the last page. Each pair is the page's number of items, and whether its
    /// links include a next page.
    fn ends<const N: usize>(pages: [(usize, Option<bool>); N]) -> [bool; N] {
        let mut end = EndOfList::new(Some(10));
        pages.map(|(count, has_next)| end.is_reached_with(count, has_next))
    }

    #[test]
    fn a_page_with_a_next_link_is_never_the_last() {
        for count in [0, 1, PAGE, PAGE + 1] {
            assert_eq!(ends([(count, Some(true)), (count, Some(true))]), [false, false]);
        }
    }

    #[test]
    fn links_without_next_end_a_list_that_had_a_next_link() {
        for count in [0, 1, PAGE, PAGE + 1] {
            assert_eq!(ends([(PAGE, Some(true)), (count, Some(false))]), [false, true]);
        }
    }

    #[test]
    fn links_without_next_end_a_list_on_a_page_that_is_not_full() {
        assert_eq!(ends([(PAGE, Some(false)), (PAGE - 1, Some(false))]), [false, true]);
        assert_eq!(ends([(PAGE, Some(false)), (0, Some(false))]), [false, true]);
    }

    #[test]
    fn without_links_only_an_empty_page_ends_a_list() {
        assert_eq!(
            ends([(PAGE, None), (1, None), (PAGE, None), (0, None)]).map(u8::from),
            [0, 0, 0, 1]
        );
    }

    #[test]
    fn with_an_unknown_page_size_no_page_is_short() {
        let mut end = EndOfList::new(None);
        assert!(!end.is_reached_with(1, Some(false)));
        assert!(end.is_reached_with(0, Some(false)));
    }

    #[test]
    fn the_last_page_is_requested_ahead_even_if_it_is_not_full() {
        for (total, last) in [(0, 0), (1, 1), (10, 1), (11, 2), (20, 2), (25, 3)] {
            let mut end = EndOfList::new(Some(10));
            end.count(Some(total));
            assert!((1..=last).all(|page| !end.is_beyond(page)), "{total}");
            assert!(end.is_beyond(last + 1), "{total}");
        }
    }

    /// Returns the ids of a page. An empty id is the id of an item without one.
    fn ids(ids: &[&str]) -> Vec<Option<String>> {
        ids.iter().map(|id| (!id.is_empty()).then(|| id.to_string())).collect()
    }

    #[test]
    fn all_items_are_returned_once_a_page_contains_an_id_twice() {
        let mut end = EndOfList::new(None);
        let mut new = |page: &[&str]| end.new_ids(ids(page));
        assert_eq!(new(&["a", "b"]), [true; 2]);
        assert_eq!(new(&["b", "c"]), [false, true]);
        assert_eq!(new(&["c", "d", "d"]), [true; 3]);
        assert_eq!(new(&["d", "e"]), [true; 2]);
    }

    #[test]
    fn a_list_that_repeats_its_items_is_endless_even_if_a_page_contains_an_id_twice() {
        for page in [&["a"][..], &["a", "a"], &[]] {
            let mut end = EndOfList::new(None);
            end.new_ids(ids(&["a", "b"]));
            for _ in 1..MAX_PAGES_WITHOUT_NEW_ITEMS {
                end.new_ids(ids(page));
            }
            assert!(!end.is_endless(), "{page:?}");
            end.new_ids(ids(page));
            assert!(end.is_endless(), "{page:?}");
            end.new_ids(ids(&["c"]));
            assert!(!end.is_endless(), "{page:?}");
        }
    }

    #[test]
    fn an_item_repeated_from_the_previous_page_is_returned_once() {
        let mut end = EndOfList::new(None);
        let mut new = |page: &[&str]| end.new_ids(ids(page));
        assert_eq!(new(&["a", "b", "", ""]), [true; 4]);
        assert_eq!(new(&["b", "c", ""]), [false, true, true]);
        assert_eq!(new(&[]), [true; 0]);
        assert_eq!(new(&["c", "d"]), [false, true]);
    }
}
