//! Streams over paged lists.

mod end_of_list;
mod fetched;
mod landmark;
mod task;

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::mem;
use std::pin::Pin;
use std::str::FromStr;
use std::task::{Context, Poll};
use std::vec;

use futures_core::Stream;
use futures_util::stream::FuturesOrdered;
use futures_util::{StreamExt, TryFutureExt};

use self::end_of_list::{EndOfList, MAX_PAGES_WITHOUT_NEW_ITEMS};
use self::fetched::{Fetch, FetchAt, Fetched, Next, Position};
use self::landmark::{Landmark, MAX_RETURNS};
use self::task::in_task;
use crate::response::ResponseHead;
use crate::runtime::{Operation, Page, page};
use crate::{BodyProblem, Error, Response, ResponseFuture};

/// A stream of the items of a paged list, in order. Polling the stream requests the pages.
///
/// This type is a `'static` [`Stream`]; [`next`](Self::next) works without importing a trait. The stream ends after an
/// error. It sends no request before the first poll, and dropping it cancels all its requests. [The guide to
/// paging](crate::docs::paging) describes how the client detects the end of a list, and what happens if the list
/// changes.
#[must_use = "streams do nothing unless polled"]
pub struct ItemStream<T> {
    fetch: FetchAt<T>,
    /// The next page to request, or `None` once the last page is known or the stream has failed.
    next: Option<Position>,
    /// The cursors of the pages so far.
    cursors: HashSet<String>,
    ahead: usize,
    /// Whether at most one page is requested at a time.
    is_sequential: bool,
    end: EndOfList,
    landmark: Landmark,
    /// The operation that lists the items, once a page has arrived.
    operation: Option<&'static Operation>,
    in_flight: FuturesOrdered<Fetch<T>>,
    arrived: VecDeque<vec::IntoIter<T>>,
    items: vec::IntoIter<T>,
    failure: Option<Error>,
}

impl<T: 'static> ItemStream<T> {
    /// Creates a stream of items, starting at page `first` (1 by default). `size` is the number of items in a full
    /// page, if known. `fetch` requests a page.
    pub(crate) fn new<P, N, S, F>(first: Option<N>, size: Option<S>, fetch: F) -> Self
    where
        P: Page<Item = T> + 'static,
        N: TryInto<u64> + TryFrom<u64>,
        S: TryInto<u64>,
        F: Fn(N) -> ResponseFuture<P> + Send + 'static,
    {
        Self::at_numbers(first, size, Fetched::new, fetch)
    }

    /// Creates a stream of items for pages that are lists, starting at page `first` (1 by default). `id` returns the
    /// identifier of an item.
    pub(crate) fn of_lists<N, S, F>(
        first: Option<N>,
        size: Option<S>,
        id: fn(&T) -> Option<String>,
        fetch: F,
    ) -> Self
    where
        N: TryInto<u64> + TryFrom<u64>,
        S: TryInto<u64>,
        F: Fn(N) -> ResponseFuture<Vec<T>> + Send + 'static,
    {
        Self::at_numbers(first, size, move |page| Fetched::of_list(page, id), fetch)
    }

    /// Creates a stream of items, starting at the offset `first` (0 by default).
    pub(crate) fn by_offset<P, N, F>(first: Option<N>, fetch: F) -> Self
    where
        P: Page<Item = T> + 'static,
        N: TryInto<u64> + TryFrom<u64>,
        F: Fn(N) -> ResponseFuture<P> + Send + 'static,
    {
        Self::at_offsets(first, Fetched::new, fetch)
    }

    /// Creates a stream of items for pages that are lists, starting at the offset `first` (0 by default). `id` returns
    /// the identifier of an item.
    pub(crate) fn of_lists_by_offset<N, F>(
        first: Option<N>,
        id: fn(&T) -> Option<String>,
        fetch: F,
    ) -> Self
    where
        N: TryInto<u64> + TryFrom<u64>,
        F: Fn(N) -> ResponseFuture<Vec<T>> + Send + 'static,
    {
        Self::at_offsets(first, move |page| Fetched::of_list(page, id), fetch)
    }

    fn at_numbers<P, N, S, F>(
        first: Option<N>,
        size: Option<S>,
        read: impl Fn(Response<P>) -> Fetched<T> + Copy + Send + 'static,
        fetch: F,
    ) -> Self
    where
        P: 'static,
        N: TryInto<u64> + TryFrom<u64>,
        S: TryInto<u64>,
        F: Fn(N) -> ResponseFuture<P> + Send + 'static,
    {
        let fetch = move |position: &Position| -> Option<Fetch<T>> {
            Some(Box::pin(fetch(N::try_from(position.page).ok()?).map_ok(read)))
        };
        let first = Position { page: number(first, 1), ..Position::FIRST };
        let end = EndOfList::new(size.and_then(|size| size.try_into().ok()));
        Self { is_sequential: false, end, ..Self::sequential(first, fetch) }
    }

    fn at_offsets<P, N, F>(
        first: Option<N>,
        read: impl Fn(Response<P>) -> Fetched<T> + Copy + Send + 'static,
        fetch: F,
    ) -> Self
    where
        P: 'static,
        N: TryInto<u64> + TryFrom<u64>,
        F: Fn(N) -> ResponseFuture<P> + Send + 'static,
    {
        let fetch = move |position: &Position| -> Option<Fetch<T>> {
            Some(Box::pin(fetch(N::try_from(position.offset).ok()?).map_ok(read)))
        };
        Self::sequential(Position { offset: number(first, 0), ..Position::FIRST }, fetch)
    }

    /// Creates a stream of items for pages that contain the cursor of the next page. `fetch` requests the page at a
    /// cursor, or the first page if there is no cursor.
    pub(crate) fn by_cursor<P, F>(fetch: F) -> Self
    where
        P: Page<Item = T> + 'static,
        F: Fn(Option<String>) -> ResponseFuture<P> + Send + 'static,
    {
        Self::following(|response: &Response<P>| response.cursor(), fetch)
    }

    /// Creates a stream of items for pages that contain the number or the UUID of the next page, or a link with this
    /// value. A link without a valid value leads back to the first page, and the stream fails when that link repeats.
    pub(crate) fn by_next_value<P, V, F>(fetch: F) -> Self
    where
        P: Page<Item = T> + 'static,
        V: FromStr,
        F: Fn(Option<V>) -> ResponseFuture<P> + Send + 'static,
    {
        Self::by_cursor(move |value| fetch(value.and_then(|it| it.parse().ok())))
    }

    /// Creates a stream of items for pages whose `Link` header contains the URL of the next page. In the query of this
    /// URL, `parameter` contains the cursor.
    pub(crate) fn by_link<P, F>(parameter: &'static str, fetch: F) -> Self
    where
        P: Page<Item = T> + 'static,
        F: Fn(Option<String>) -> ResponseFuture<P> + Send + 'static,
    {
        let cursor = move |response: &Response<P>| {
            fetched::next_link(response.head()).map(|link| page::parameter(&link, parameter))
        };
        Self::following(cursor, fetch)
    }

    fn following<P, F>(
        cursor: impl Fn(&Response<P>) -> Option<String> + Copy + Send + 'static,
        fetch: F,
    ) -> Self
    where
        P: Page<Item = T> + 'static,
        F: Fn(Option<String>) -> ResponseFuture<P> + Send + 'static,
    {
        let read = move |response: Response<P>| {
            let next = Next::Cursor(cursor(&response).filter(|cursor| !cursor.is_empty()));
            Fetched { next, ..Fetched::new(response) }
        };
        let fetch = move |position: &Position| -> Option<Fetch<T>> {
            Some(Box::pin(fetch(position.cursor.clone()).map_ok(read)))
        };
        Self::sequential(Position::FIRST, fetch)
    }

    /// Creates a stream whose next page is known only after the previous page has arrived.
    fn sequential(
        first: Position,
        fetch: impl Fn(&Position) -> Option<Fetch<T>> + Send + 'static,
    ) -> Self {
        Self {
            fetch: Box::new(fetch),
            next: Some(first),
            cursors: HashSet::new(),
            ahead: 0,
            is_sequential: true,
            end: EndOfList::new(None),
            landmark: Landmark::default(),
            operation: None,
            in_flight: FuturesOrdered::new(),
            arrived: VecDeque::new(),
            items: Vec::new().into_iter(),
            failure: None,
        }
    }
}

impl<T: Send + 'static> ItemStream<T> {
    /// Sets the number of pages to request ahead of the current page. Defaults to 0: each page is requested only after
    /// all items of the previous page have been read.
    ///
    /// Reading ahead begins after the first page has arrived. Each poll may request more pages, and the requested pages
    /// arrive even while the stream is not polled. Reading ahead stops at the page that is the last one according to
    /// `totalCount`. If the `totalCount` or the page size is unknown, the stream never requests more pages ahead than
    /// have already arrived. At most `pages + 1` pages are in memory. For a list with offsets or cursors, the stream
    /// requests at most one page ahead.
    ///
    /// If items are added at the front of the list while it is read, a page can repeat an item of the previous page.
    /// The pages requested ahead can be older than this page. The stream requests them again, so it misses no item.
    /// From then on, it never requests more pages ahead than have arrived since. If items are removed, the stream can
    /// miss an item, as without reading ahead. [The guide to paging](crate::docs::paging) describes the limits.
    pub const fn read_ahead(mut self, pages: usize) -> Self {
        self.ahead = pages;
        self
    }

    /// Returns the next item, or `None` after the last item or an error.
    ///
    /// This method is cancel safe: dropping the future loses no item.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        StreamExt::next(self).await
    }

    /// Returns the first remaining item that matches the condition, or `None` if no remaining item matches. Requests no
    /// page after the one with the matching item, unless the stream reads ahead ([`read_ahead`](Self::read_ahead)).
    ///
    /// This method is cancel safe: dropping the future loses only items that do not match. The next call continues after
    /// them.
    ///
    /// # Errors
    ///
    /// Returns the error that ended the stream. Later calls return `None`.
    pub async fn find(
        &mut self,
        mut condition: impl FnMut(&T) -> bool,
    ) -> Result<Option<T>, Error> {
        while let Some(item) = self.next().await.transpose()? {
            if condition(&item) {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }

    /// Returns all remaining items, for example in a `Vec`. [`TryStreamExt`] in the `futures` crate has the same
    /// method, but this one works without importing a trait.
    ///
    /// This method is not cancel safe: dropping the future loses all items.
    ///
    /// [`TryStreamExt`]: https://docs.rs/futures/latest/futures/stream/trait.TryStreamExt.html
    ///
    /// # Errors
    ///
    /// Returns the error that ended the stream. The items before the error are lost.
    pub async fn try_collect<C: Default + Extend<T>>(mut self) -> Result<C, Error> {
        let mut items = C::default();
        while let Some(item) = self.next().await.transpose()? {
            items.extend([item]);
        }
        Ok(items)
    }

    /// Requests pages until enough pages are in flight or waiting to be read.
    fn request_pages(&mut self) {
        let reads = self.items.len() > 0 || !self.arrived.is_empty();
        let wanted = match (self.end.is_first_page(), reads) {
            (true, _) => 1,
            (false, true) => self.end.window(self.ahead),
            (false, false) => self.end.window(self.ahead).max(1),
        };
        let wanted = if self.is_sequential { wanted.min(1) } else { wanted };
        while self.in_flight.len() + self.arrived.len() < wanted {
            let Some(position) = &mut self.next else { return };
            let number = position.page;
            let is_ahead = reads || !self.in_flight.is_empty();
            if is_ahead && self.end.is_beyond(number) {
                return;
            }
            let Some(page) = (self.fetch)(position) else { return };
            position.page = number.saturating_add(1);
            let page = logged(page, number);
            self.in_flight.push_back(match self.operation {
                Some(operation) if is_ahead => in_task(page, operation),
                _ => page,
            });
        }
    }

    /// Requests pages, and stores the items of the pages that have arrived, in page order.
    fn receive_pages(&mut self, context: &mut Context<'_>) {
        loop {
            self.request_pages();
            match self.in_flight.poll_next_unpin(context) {
                Poll::Ready(Some(Ok(page))) => self.add_page(page),
                Poll::Ready(Some(Err(error))) => self.fail(error),
                Poll::Ready(None) | Poll::Pending => return,
            }
        }
    }

    fn add_page(&mut self, page: Fetched<T>) {
        let Fetched { head, items, ids, next, total } = page;
        self.operation = Some(head.operation());
        self.end.count(total);
        let is_last = match &next {
            Next::Links(has_next) => self.end.is_reached_with(items.len(), *has_next),
            Next::Cursor(cursor) => cursor.is_none(),
        };
        let is_repeated = self.advance(items.len(), next);
        let is_cycle = self.landmark.is_cycle(&ids);
        let is_new = self.end.new_ids(ids);
        if is_new.contains(&false) {
            self.discard_pages_ahead();
        }
        let items: Vec<T> =
            items.into_iter().zip(is_new).filter_map(|(item, new)| new.then_some(item)).collect();
        self.arrived.push_back(items.into_iter());
        if is_last {
            self.stop();
        } else if is_repeated {
            self.fail(endless(head, "its cursor leads back to a page that was already read"));
        } else if self.end.is_endless() {
            let detail = format!("{MAX_PAGES_WITHOUT_NEW_ITEMS} pages in a row have no new item");
            self.fail(endless(head, &detail));
        } else if is_cycle {
            let detail = format!("it returned to the same page {MAX_RETURNS} times");
            self.fail(endless(head, &detail));
        }
    }

    /// Moves to the page after one with `count` items. Returns whether the cursor in `next` is the cursor of an earlier
    /// page.
    fn advance(&mut self, count: usize, next: Next) -> bool {
        let Some(position) = &mut self.next else { return false };
        position.offset = position.offset.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        let Next::Cursor(Some(cursor)) = next else { return false };
        position.cursor = Some(cursor.clone());
        !self.cursors.insert(cursor)
    }

    /// Discards the pages that were requested ahead, so that they are requested again. This is necessary after a page
    /// that repeats an item: the server may have read the pages ahead before the item moved. In this case, they lack
    /// the items that have since moved to them.
    fn discard_pages_ahead(&mut self) {
        let discarded = mem::take(&mut self.in_flight).len();
        if let Some(position) = &mut self.next {
            let discarded = u64::try_from(discarded).unwrap_or(u64::MAX);
            position.page = position.page.saturating_sub(discarded);
        }
        self.end.restart();
    }

    fn fail(&mut self, error: Error) {
        self.failure = Some(error);
        self.stop();
    }

    fn stop(&mut self) {
        self.next = None;
        self.in_flight = FuturesOrdered::new();
    }
}

impl<T: Send + 'static> Stream for ItemStream<T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            this.receive_pages(context);
            if let Some(item) = this.items.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match this.arrived.pop_front() {
                Some(items) => this.items = items,
                None if this.in_flight.is_empty() => {
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
            .field("next_page", &self.next.as_ref().map(|next| next.page))
            .field("read_ahead", &self.ahead)
            .finish_non_exhaustive()
    }
}

/// Returns the given page number or offset. If it is absent or negative, returns the default.
fn number<N: TryInto<u64>>(given: Option<N>, default: u64) -> u64 {
    given.and_then(|number| number.try_into().ok()).unwrap_or(default)
}

/// Logs the number of a page that cannot be read, because the error does not contain this number. The span of the call
/// contains the path, with the parameters of the list.
fn logged<T: 'static>(page: Fetch<T>, number: u64) -> Fetch<T> {
    Box::pin(page.inspect_err(move |error| {
        let operation = error.operation_id();
        tracing::debug!(operation, page = number, %error, "cannot read a page of the list");
    }))
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
