//! Lists that repeat the same pages.

use std::collections::HashSet;

/// The number of returns to the same page after which a list is treated as endless. If items are added while a list is
/// read, a page can appear twice, but not this often.
pub(super) const MAX_RETURNS: u32 = 10;

/// A page that all later pages are compared with. The landmark moves to page 1, 2, 4, 8 and so on (Brent's algorithm).
/// The algorithm detects cycles of any length, and keeps the ids of only one page in memory.
#[derive(Default)]
pub(super) struct Landmark {
    /// The ids on the page.
    ids: HashSet<String>,
    /// The number of pages so far, not counting empty pages.
    pages: u64,
    /// Whether the latest page is the same as the landmark.
    is_here: bool,
    /// How often the list has left the landmark and returned.
    returns: u32,
}

impl Landmark {
    /// Compares the next page with the landmark. Returns whether the list repeats its pages. Ignores empty pages.
    pub(super) fn is_cycle(&mut self, ids: &[Option<String>]) -> bool {
        if ids.is_empty() {
            return false;
        }
        self.pages += 1;
        let is_here = self.is_same(ids);
        if is_here && !self.is_here {
            self.returns += 1;
        }
        self.is_here = is_here;
        let is_cycle = self.returns >= MAX_RETURNS;
        if self.pages.is_power_of_two() {
            self.ids = ids.iter().flatten().cloned().collect();
            (self.is_here, self.returns) = (true, 0);
        }
        is_cycle
    }

    fn is_same(&self, ids: &[Option<String>]) -> bool {
        let is_known = |id: &Option<String>| id.as_ref().is_some_and(|id| self.ids.contains(id));
        ids.len() == self.ids.len() && ids.iter().all(is_known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the number of pages after which a cycle is detected. Reads at most 20,000 pages. `page` returns the ids
    /// on a page.
    fn cycle(page: impl Fn(usize) -> Vec<Option<String>>) -> Option<usize> {
        let mut landmark = Landmark::default();
        (1..=20_000).find(|number| landmark.is_cycle(&page(*number)))
    }

    /// Returns a page with two ids.
    fn ids(page: usize) -> Vec<Option<String>> {
        [2 * page, 2 * page + 1].map(|id| Some(id.to_string())).into()
    }

    #[test]
    fn cycles_of_any_length_are_detected() {
        for length in [2, 3, 5, 64, 100, 500] {
            let pages = cycle(|page| ids(page % length)).unwrap();
            assert!((10 * length..40 * length).contains(&pages), "{length}: {pages}");
        }
        // The cycle begins after pages that do not repeat.
        assert!(cycle(|page| ids(if page < 100 { page } else { 100 + page % 3 })).unwrap() < 200);
        // Every second page is empty.
        let page = |page| if page % 2 == 0 { Vec::new() } else { ids(page / 2 % 2) };
        assert!(cycle(page).unwrap() < 200);
    }

    #[test]
    fn lists_without_a_recognizable_cycle_are_accepted() {
        assert_eq!(cycle(ids), None);
        // Each page overlaps with the previous one.
        assert_eq!(cycle(|page| [ids(page), ids(page + 1)].concat()), None);
        // One new item on each page.
        assert_eq!(cycle(|page| [ids(0), ids(page)].concat()), None);
        // Every two pages are repeated once.
        assert_eq!(cycle(|page| ids(page / 4 * 2 + page % 2)), None);
        // The same page every time: items are added as fast as the list is read.
        assert_eq!(cycle(|_| ids(0)), None);
        // Items without ids cannot be compared.
        assert_eq!(cycle(|page| [ids(page % 2), vec![None]].concat()), None);
        assert_eq!(cycle(|page| vec![None; page % 2]), None);
    }
}
