//! Streams over paged lists.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::vec;

use futures_core::Stream;
use futures_util::StreamExt;
use futures_util::stream::FuturesOrdered;
use reqwest::header::LINK;

use crate::response::ResponseHead;
use crate::runtime::{Page, page};
use crate::{BodyProblem, Error, Response};

/// After this many pages in a row without a new item, a list counts as endless.
const BARREN_PAGES: u32 = 100;

/// The items of a paged list, in order. Pages are requested as items are polled.
///
/// This is a `'static` [`Stream`]; [`next`](Self::next) works without importing a trait. The stream ends
/// after an error. Nothing is requested before the first poll, and dropping the stream cancels all
/// requests. [The guide to paging](crate::docs::paging) describes how the end of a list is found,
/// and what happens if the list changes.
#[must_use = "streams do nothing unless polled"]
pub struct ItemStream<T> {
    fetch: Box<dyn Fn(u64) -> Option<Fetch<T>> + Send>,
    /// The number of the next page to request, or `None` once the last page is known.
    next_page: Option<u64>,
    ahead: usize,
    /// Whether at most one page is requested at a time.
    is_sequential: bool,
    end: EndOfList,
    under_way: FuturesOrdered<Fetch<T>>,
    arrived: VecDeque<vec::IntoIter<T>>,
    items: vec::IntoIter<T>,
    failure: Option<Error>,
}

type Fetch<T> = Pin<Box<dyn Future<Output = Result<Fetched<T>, Error>> + Send>>;

/// A page, without its type.
struct Fetched<T> {
    head: ResponseHead,
    items: Vec<T>,
    ids: Vec<Option<String>>,
    total: Option<u64>,
    next: Next,
}

/// What a page states about the next page.
#[derive(Clone, Copy)]
enum Next {
    /// Whether the links of the page include a next page. `None` if the page has no links.
    Links(Option<bool>),
    /// The page has no cursor, so there is no next page.
    Last,
    /// The cursor of the page leads to the next page.
    More,
    /// The cursor of the page leads to a page that was already read.
    Repeated,
}

/// The cursors of the pages so far.
#[derive(Default)]
struct Cursors {
    latest: Option<String>,
    seen: HashSet<String>,
}

impl Cursors {
    fn follow(&mut self, cursor: Option<String>) -> Next {
        let Some(cursor) = cursor.filter(|cursor| !cursor.is_empty()) else { return Next::Last };
        if !self.seen.insert(cursor.clone()) {
            return Next::Repeated;
        }
        self.latest = Some(cursor);
        Next::More
    }
}

/// Returns whether the header `Link` (RFC 8288) includes a next page, or `None` without such a header. The target of a
/// link is not used.
fn linked(head: &ResponseHead) -> Option<bool> {
    let values = head.headers().get_all(LINK).iter();
    let relations = values.flat_map(|value| {
        let parts = value.to_str().unwrap_or_default().split([';', ',']);
        parts.filter_map(|part| part.trim().strip_prefix("rel="))
    });
    page::has_next(relations.map(|relation| Some(relation.trim_matches('"'))))
}

impl<T> Fetched<T> {
    fn new<P: Page<Item = T>>(response: Response<P>) -> Self {
        let head = response.head().clone();
        let total = response.total();
        let next = Next::Links(response.has_next().or_else(|| linked(&head)));
        let items = response.into_inner().into_items();
        let ids = items.iter().map(P::id).collect();
        Self { head, items, ids, total, next }
    }

    fn of_list(response: Response<Vec<T>>, id: fn(&T) -> Option<String>) -> Self {
        let head = response.head().clone();
        let next = Next::Links(linked(&head));
        let items = response.into_inner();
        let ids = items.iter().map(id).collect();
        Self { head, items, ids, next, total: None }
    }
}

impl<T: 'static> ItemStream<T> {
    /// Creates the stream of items from page `first` (1 by default). `size` is the number of items in a
    /// full page, if known; `fetch` requests a page.
    pub(crate) fn new<P, N, S, F, R>(first: Option<N>, size: Option<S>, fetch: F) -> Self
    where
        P: Page<Item = T>,
        N: TryInto<u64> + TryFrom<u64>,
        S: TryInto<u64>,
        F: Fn(N) -> R + Send + 'static,
        R: Future<Output = Result<Response<P>, Error>> + Send + 'static,
    {
        let fetch = move |number: u64| -> Option<Fetch<T>> {
            let page = fetch(N::try_from(number).ok()?);
            Some(Box::pin(async move { Ok(Fetched::new(page.await?)) }))
        };
        Self::numbered(number(first, 1), size, fetch)
    }

    /// Creates the stream of items from pages that are lists. `id` identifies an item.
    pub(crate) fn of_lists<N, S, F, R>(
        first: Option<N>,
        size: Option<S>,
        id: fn(&T) -> Option<String>,
        fetch: F,
    ) -> Self
    where
        N: TryInto<u64> + TryFrom<u64>,
        S: TryInto<u64>,
        F: Fn(N) -> R + Send + 'static,
        R: Future<Output = Result<Response<Vec<T>>, Error>> + Send + 'static,
    {
        let fetch = move |number: u64| -> Option<Fetch<T>> {
            let page = fetch(N::try_from(number).ok()?);
            Some(Box::pin(async move { Ok(Fetched::of_list(page.await?, id)) }))
        };
        Self::numbered(number(first, 1), size, fetch)
    }

    /// Creates the stream of items, starting at this offset (0 by default).
    pub(crate) fn by_offset<P, N, F, R>(first: Option<N>, fetch: F) -> Self
    where
        P: Page<Item = T>,
        N: TryInto<u64> + TryFrom<u64>,
        F: Fn(N) -> R + Send + 'static,
        R: Future<Output = Result<Response<P>, Error>> + Send + 'static,
    {
        let offset = Arc::new(AtomicU64::new(number(first, 0)));
        let fetch = move |_| -> Option<Fetch<T>> {
            let page = fetch(N::try_from(offset.load(Ordering::Relaxed)).ok()?);
            let offset = Arc::clone(&offset);
            Some(Box::pin(async move {
                let page = Fetched::new(page.await?);
                let count = u64::try_from(page.items.len()).unwrap_or(u64::MAX);
                offset.fetch_add(count, Ordering::Relaxed);
                Ok(page)
            }))
        };
        Self::sequential(fetch)
    }

    /// Creates the stream of items from pages that have a cursor to the next one. `fetch` requests the page at a
    /// cursor, or the first page.
    pub(crate) fn by_cursor<P, F, R>(fetch: F) -> Self
    where
        P: Page<Item = T>,
        F: Fn(Option<String>) -> R + Send + 'static,
        R: Future<Output = Result<Response<P>, Error>> + Send + 'static,
    {
        let cursors: Arc<Mutex<Cursors>> = Arc::default();
        let fetch = move |_| -> Option<Fetch<T>> {
            let page = fetch(lock(&cursors).latest.clone());
            let cursors = Arc::clone(&cursors);
            Some(Box::pin(async move {
                let response = page.await?;
                let next = lock(&cursors).follow(response.cursor());
                Ok(Fetched { next, ..Fetched::new(response) })
            }))
        };
        Self::sequential(fetch)
    }

    /// Creates a stream whose next page is known only after the previous page has arrived.
    fn sequential(fetch: impl Fn(u64) -> Option<Fetch<T>> + Send + 'static) -> Self {
        Self { is_sequential: true, ..Self::numbered(1, None::<u64>, fetch) }
    }

    fn numbered(
        first: u64,
        size: Option<impl TryInto<u64>>,
        fetch: impl Fn(u64) -> Option<Fetch<T>> + Send + 'static,
    ) -> Self {
        Self {
            fetch: Box::new(fetch),
            next_page: Some(first),
            ahead: 0,
            is_sequential: false,
            end: EndOfList::new(size.and_then(|size| size.try_into().ok())),
            under_way: FuturesOrdered::new(),
            arrived: VecDeque::new(),
            items: Vec::new().into_iter(),
            failure: None,
        }
    }
}

impl<T> ItemStream<T> {
    /// Sets how many pages to request ahead of the current one. Defaults to 0: each page is
    /// requested only after the previous page was read.
    ///
    /// Reading ahead begins after the first page has arrived, and continues whenever the stream is
    /// polled. It stops at the last page by `totalCount`. Without a `totalCount`, at most as many
    /// pages are requested ahead as have arrived. At most `pages + 1` pages are in memory. For a
    /// list with offsets or cursors, at most one page is requested ahead.
    pub const fn concurrency(mut self, pages: usize) -> Self {
        self.ahead = pages;
        self
    }

    /// Returns the next item, or `None` after the last one and after an error.
    ///
    /// This method is cancel safe: dropping the future loses no item.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        StreamExt::next(self).await
    }

    /// Requests pages up to the limit of pages in progress.
    fn ask(&mut self) {
        let reads = self.items.len() > 0 || !self.arrived.is_empty();
        let wanted = match (self.end.has_no_page_yet(), reads) {
            (true, _) => 1,
            (false, true) => self.end.window(self.ahead),
            (false, false) => self.end.window(self.ahead).max(1),
        };
        let wanted = if self.is_sequential { wanted.min(1) } else { wanted };
        while self.under_way.len() + self.arrived.len() < wanted
            && let Some(number) = self.next_page
        {
            let is_ahead = reads || !self.under_way.is_empty();
            if is_ahead && self.end.is_beyond(number) {
                return;
            }
            let page = (self.fetch)(number);
            self.next_page = page.is_some().then(|| number.checked_add(1)).flatten();
            self.under_way.extend(page);
        }
    }

    /// Moves the items of completed pages into the buffer, in the order of pages.
    fn receive(&mut self, context: &mut Context<'_>) {
        loop {
            self.ask();
            match self.under_way.poll_next_unpin(context) {
                Poll::Ready(Some(Ok(page))) => self.take_in(page),
                Poll::Ready(Some(Err(error))) => self.fail(error),
                Poll::Ready(None) | Poll::Pending => return,
            }
        }
    }

    fn take_in(&mut self, page: Fetched<T>) {
        let Fetched { head, items, ids, next, total } = page;
        self.end.note_total(total);
        let is_last = match next {
            Next::Links(has_next) => self.end.is_reached_with(items.len(), has_next),
            Next::Last => true,
            Next::More | Next::Repeated => self.end.is_reached_with(items.len(), Some(true)),
        };
        let is_new = self.end.new_ids(ids);
        let items: Vec<T> =
            items.into_iter().zip(is_new).filter_map(|(item, new)| new.then_some(item)).collect();
        let is_barren = self.end.is_barren(items.is_empty());
        self.arrived.push_back(items.into_iter());
        if is_last {
            self.stop();
        } else if matches!(next, Next::Repeated) {
            self.fail(endless(head, "its cursor leads back to a page that was read before"));
        } else if is_barren {
            self.fail(endless(head, &format!("{BARREN_PAGES} pages in a row have no new item")));
        }
    }

    fn fail(&mut self, error: Error) {
        self.failure = Some(error);
        self.stop();
    }

    fn stop(&mut self) {
        self.next_page = None;
        self.under_way = FuturesOrdered::new();
    }
}

impl<T> Stream for ItemStream<T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            this.receive(context);
            if let Some(item) = this.items.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match this.arrived.pop_front() {
                Some(items) => this.items = items,
                None if this.under_way.is_empty() => {
                    return Poll::Ready(this.failure.take().map(Err));
                }
                None => return Poll::Pending,
            }
        }
    }
}

// Items are never pinned.
impl<T> Unpin for ItemStream<T> {}

impl<T> fmt::Debug for ItemStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ItemStream")
            .field("next_page", &self.next_page)
            .field("concurrency", &self.ahead)
            .finish_non_exhaustive()
    }
}

/// Returns the given page number or offset, or the default if there is none or it is negative.
fn number<N: TryInto<u64>>(given: Option<N>, default: u64) -> u64 {
    given.and_then(|number| number.try_into().ok()).unwrap_or(default)
}

fn lock(cursors: &Mutex<Cursors>) -> MutexGuard<'_, Cursors> {
    cursors.lock().unwrap_or_else(PoisonError::into_inner)
}

fn endless(head: ResponseHead, detail: &str) -> Error {
    Error::UnexpectedBody {
        head: head.into(),
        content_type: None,
        problem: BodyProblem::EndlessList,
        detail: detail.into(),
        excerpt: Box::default(),
        body: None,
    }
}

/// Detects the end of a list. `totalCount` is an estimate, so it ends no list; it only limits how many
/// pages are requested ahead.
struct EndOfList {
    size: Option<u64>,
    total: Option<u64>,
    /// The number of pages that have arrived.
    pages: usize,
    /// Whether no page has arrived yet.
    no_page_yet: bool,
    /// Whether any page had a link to a next one.
    linked: bool,
    /// The ids on the latest page.
    ids: HashSet<String>,
    barren: u32,
}

impl EndOfList {
    fn new(size: Option<u64>) -> Self {
        Self {
            size,
            total: None,
            pages: 0,
            no_page_yet: true,
            linked: false,
            ids: HashSet::new(),
            barren: 0,
        }
    }

    const fn note_total(&mut self, total: Option<u64>) {
        self.total = total;
        self.pages = self.pages.saturating_add(1);
    }

    /// Returns whether the page is probably after the last one.
    fn is_beyond(&self, number: u64) -> bool {
        let size = self.size.filter(|size| *size > 0);
        size.zip(self.total).is_some_and(|(size, total)| number > total.div_ceil(size))
    }

    /// Returns how many of `ahead` pages to request. Without a total, the window grows with the list, so that a
    /// short list costs few requests.
    fn window(&self, ahead: usize) -> usize {
        if self.total.is_some() && self.size.is_some() { ahead } else { ahead.min(self.pages) }
    }

    const fn has_no_page_yet(&self) -> bool {
        self.no_page_yet
    }

    /// Returns whether this page is the last one.
    fn is_reached_with(&mut self, count: usize, has_next: Option<bool>) -> bool {
        self.no_page_yet = false;
        self.linked |= has_next == Some(true);
        let is_short = self.size.is_some_and(|size| u64::try_from(count).is_ok_and(|it| it < size));
        match has_next {
            Some(true) => false,
            Some(false) => count == 0 || self.linked || is_short,
            None => count == 0,
        }
    }

    /// Returns for each item whether it was absent from the previous page. New items at the front
    /// move an item to the next page.
    fn new_ids(&mut self, ids: Vec<Option<String>>) -> Vec<bool> {
        let is_new = |id: &Option<String>| id.as_ref().is_none_or(|id| !self.ids.contains(id));
        let new = ids.iter().map(is_new).collect();
        if !ids.is_empty() {
            self.ids = ids.into_iter().flatten().collect();
        }
        new
    }

    /// Returns whether the list seems to be endless.
    const fn is_barren(&mut self, is_empty: bool) -> bool {
        self.barren = if is_empty { self.barren + 1 } else { 0 };
        self.barren >= BARREN_PAGES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: usize = 10;

    /// Returns for each page, given by its number of items and its links, whether it is the last
    /// one.
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
    fn an_item_repeated_from_the_previous_page_is_returned_once() {
        let mut end = EndOfList::new(None);
        let mut new = |ids: &[&str]| {
            end.new_ids(ids.iter().map(|id| (!id.is_empty()).then(|| id.to_string())).collect())
        };
        assert_eq!(new(&["a", "b", "", ""]), [true; 4]);
        assert_eq!(new(&["b", "c", ""]), [false, true, true]);
        assert_eq!(new(&[]), [true; 0]);
        assert_eq!(new(&["c", "d"]), [false, true]);
    }
}
