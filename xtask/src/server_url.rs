//! The URLs of servers, and the servers to which the client sends operations.

use std::net::IpAddr;

use http::Uri;

/// Returns a URL with values for its variables.
pub(crate) fn with_values<'a>(
    url: &str,
    values: impl Iterator<Item = (&'a str, &'a str)>,
) -> String {
    values.fold(url.to_owned(), |url, (name, value)| url.replace(&format!("{{{name}}}"), value))
}

/// Returns whether a URL is absolute and all its variables have values.
fn is_complete(url: &str) -> bool {
    (url.starts_with("https://") || url.starts_with("http://")) && !url.contains('{')
}

/// Returns whether the client accepts a URL as a base URL: the URL is complete and valid, and has neither user
/// information nor a query or a fragment.
pub(crate) fn is_base(url: &str) -> bool {
    let has_user = |uri: &Uri| uri.authority().is_some_and(|it| it.as_str().contains('@'));
    let uri = url.parse::<Uri>();
    // `Uri` drops a fragment.
    is_complete(url)
        && !url.contains('#')
        && uri.is_ok_and(|uri| !has_user(&uri) && uri.query().is_none())
}

/// Returns whether a URL has the scheme `http` and a host that is neither `localhost` nor a loopback address. For
/// `localhost` and loopback addresses, every client allows plain http.
pub(crate) fn is_plain_http(url: &str) -> bool {
    let uri = url.parse::<Uri>().ok();
    let host = uri.as_ref().and_then(|it| it.host()).unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let is_loopback = address.map_or(host == "localhost", |address| address.is_loopback());
    url.starts_with("http://") && !is_loopback
}

/// The reason why the client does not send an operation to the operation's own server.
pub(crate) enum Obstacle {
    /// The URL of the operation's server is incomplete.
    Incomplete,
    /// The URL of the operation's server is not a base URL.
    NoBase,
    /// The URL of the document's first server is not a base URL. Callers must set a base URL, to which the client then
    /// sends all operations.
    NoDefault,
    /// The operation's server would receive credentials without TLS, unlike the document's servers.
    PlainHttp,
}

/// Returns the reason why the client does not send an operation to its own server at `url`, if there is one. `servers`
/// are the URLs of the document's servers.
pub(crate) fn obstacle(url: &str, servers: &[String]) -> Option<Obstacle> {
    if !is_complete(url) {
        Some(Obstacle::Incomplete)
    } else if !is_base(url) {
        Some(Obstacle::NoBase)
    } else if !servers.first().is_some_and(|it| is_base(it)) {
        Some(Obstacle::NoDefault)
    } else if is_plain_http(url) && !servers.iter().any(|it| is_plain_http(it)) {
        Some(Obstacle::PlainHttp)
    } else {
        None
    }
}
