//! The URLs of servers, and the servers to which the client sends operations.

use std::net::IpAddr;

use openapiv3::Server;

/// Returns the URL of a server, with the default of each variable.
pub(crate) fn default_url(server: &Server) -> String {
    let variables = server.variables.iter().flatten();
    with_values(&server.url, variables.map(|(name, it)| (name.as_str(), it.default.as_str())))
}

/// Returns a URL with values for its variables.
pub(crate) fn with_values<'a>(
    url: &str,
    values: impl Iterator<Item = (&'a str, &'a str)>,
) -> String {
    values.fold(url.to_owned(), |url, (name, value)| url.replace(&format!("{{{name}}}"), value))
}

/// Returns whether a URL is absolute and all its variables have values.
pub(crate) fn is_complete(url: &str) -> bool {
    (url.starts_with("https://") || url.starts_with("http://")) && !url.contains('{')
}

/// Returns whether a URL has the scheme `http` and a host that is neither `localhost` nor a loopback address. For
/// `localhost` and loopback addresses, every client allows plain http.
pub(crate) fn is_plain_http(url: &str) -> bool {
    let uri = url.parse::<http::Uri>().ok();
    let host = uri.as_ref().and_then(|it| it.host()).unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let is_loopback = address.map_or(host == "localhost", |address| address.is_loopback());
    url.starts_with("http://") && !is_loopback
}

/// The reason why the client does not send an operation to the operation's own server.
pub(crate) enum Obstacle {
    /// The URL of the operation's server is incomplete.
    Incomplete,
    /// The URL of the document's first server is incomplete. Callers must set a base URL, to which the client then
    /// sends all operations.
    NoDefault,
    /// The operation's server would receive credentials without TLS, unlike the document's servers.
    PlainHttp,
}

/// Returns the reason why the client does not send an operation to its own server at `url`, if there is one. `servers`
/// are the document's servers.
pub(crate) fn obstacle(url: &str, servers: &[Server]) -> Option<Obstacle> {
    if !is_complete(url) {
        Some(Obstacle::Incomplete)
    } else if !servers.first().is_some_and(|it| is_complete(&default_url(it))) {
        Some(Obstacle::NoDefault)
    } else if is_plain_http(url) && !servers.iter().any(|it| is_plain_http(&default_url(it))) {
        Some(Obstacle::PlainHttp)
    } else {
        None
    }
}
