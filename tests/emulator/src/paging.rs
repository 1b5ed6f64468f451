//! The pagination of lists.

use serde_json::{Value, json};

use crate::parameters::Arguments;

/// A list to paginate.
pub(crate) trait Items {
    fn len(&self) -> usize;

    /// Returns at most `count` items, beginning at `start`.
    fn slice(&self, start: usize, count: usize) -> Vec<Value>;
}

impl Items for Vec<Value> {
    fn len(&self) -> usize {
        self.len()
    }

    fn slice(&self, start: usize, count: usize) -> Vec<Value> {
        self.iter().skip(start).take(count).cloned().collect()
    }
}

/// The pagination of lists. By default, pages are as in recorded responses of Atlas: all pages except the last are
/// full, and each page has links and a total count. The response to a request with `includeCount=false` has no count.
/// The link to the previous page was never recorded.
#[derive(Clone, Debug, Default)]
pub struct Paging {
    total_count: TotalCount,
    links: Links,
    sizes: Option<Vec<usize>>,
}

#[derive(Clone, Debug, Default)]
enum TotalCount {
    #[default]
    Right,
    Absent,
    Claimed(i64),
}

#[derive(Clone, Debug, Default)]
enum Links {
    #[default]
    Right,
    Absent,
    OnlySelf,
    To(String),
}

impl Paging {
    /// Creates the default pagination.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Omits `totalCount`, even if the request has `includeCount=true`.
    #[must_use]
    pub fn without_total_count(self) -> Self {
        Self { total_count: TotalCount::Absent, ..self }
    }

    /// Sends `count` as the `totalCount` of every page, even if the request has `includeCount=false`.
    #[must_use]
    pub fn claim_total_count(self, count: i64) -> Self {
        Self { total_count: TotalCount::Claimed(count), ..self }
    }

    /// Omits `links`.
    #[must_use]
    pub fn without_links(self) -> Self {
        Self { links: Links::Absent, ..self }
    }

    /// Links each page only to itself.
    #[must_use]
    pub fn only_self_links(self) -> Self {
        Self { links: Links::OnlySelf, ..self }
    }

    /// Points every link to `url`, for example on another server.
    #[must_use]
    pub fn links_to(self, url: impl Into<String>) -> Self {
        Self { links: Links::To(url.into()), ..self }
    }

    /// Sets the sizes of the first pages, regardless of `itemsPerPage`. Further pages are empty.
    #[must_use]
    pub fn sizes(self, sizes: impl Into<Vec<usize>>) -> Self {
        Self { sizes: Some(sizes.into()), ..self }
    }

    /// Returns one page of a list. `url` is the URL of the request, including the query.
    pub(crate) fn page(&self, items: &impl Items, arguments: &Arguments, url: &str) -> Value {
        let size = arguments.count("itemsPerPage").unwrap_or(items.len()).max(1);
        let number = arguments.count("pageNum").unwrap_or(1).max(1);
        let (start, count, end) = self.span(items.len(), size, number);
        let results = items.slice(start, count);
        let has_next = start.saturating_add(count) < end;
        let links =
            self.page_links(number, has_next, |rel, number| page_url(url, rel, size, number));
        let links = links.map(|links| ("links", json!(links)));
        let counted = arguments.flag("includeCount") != Some(false);
        let total = match self.total_count {
            TotalCount::Right => counted.then(|| json!(items.len())),
            TotalCount::Absent => None,
            TotalCount::Claimed(count) => Some(json!(count)),
        };
        let total = total.map(|total| ("totalCount", total));
        links.into_iter().chain([("results", json!(results))]).chain(total).collect()
    }

    /// Returns the start of a page, its maximum number of items, and the end of the last page.
    fn span(&self, length: usize, size: usize, number: usize) -> (usize, usize, usize) {
        let Some(sizes) = &self.sizes else {
            return (size.saturating_mul(number - 1), size, length);
        };
        let start = sizes.iter().take(number - 1).sum();
        let count = sizes.get(number - 1).copied().unwrap_or_default();
        (start, count, length.min(sizes.iter().sum()))
    }

    fn page_links(
        &self,
        number: usize,
        has_next: bool,
        url: impl Fn(&str, usize) -> String,
    ) -> Option<Vec<Value>> {
        let previous = (number > 1).then(|| ("previous", number - 1));
        let next = has_next.then_some(("next", number + 1));
        let pages = [Some(("self", number)), previous, next].into_iter().flatten();
        let link = |rel, href: String| json!({ "rel": rel, "href": href });
        match &self.links {
            Links::Right => Some(pages.map(|(rel, number)| link(rel, url(rel, number))).collect()),
            Links::Absent => None,
            Links::OnlySelf => Some(vec![link("self", url("self", number))]),
            Links::To(url) => Some(pages.map(|(rel, _)| link(rel, url.clone())).collect()),
        }
    }
}

/// Returns the URL of a page in the same list. In recorded responses, the link to the page itself has the parameters in
/// the opposite order.
fn page_url(url: &str, rel: &str, size: usize, number: usize) -> String {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let mut paging = [format!("itemsPerPage={size}"), format!("pageNum={number}")];
    if rel == "self" {
        paging.reverse();
    }
    let kept = query.split('&').filter(|pair| {
        !pair.is_empty() && !pair.starts_with("itemsPerPage=") && !pair.starts_with("pageNum=")
    });
    let query = kept.map(str::to_owned).chain(paging).collect::<Vec<_>>().join("&");
    format!("{path}?{query}")
}
