//! The base URL of the API.

use std::net::IpAddr;

use reqwest::Url;

use crate::{Error, identity};

const EXAMPLE: &str = match identity::BASE_URL {
    Some(url) => url,
    None => "https://api.example.com",
};

/// Returns the error for a client without a base URL.
pub(crate) fn missing() -> Error {
    Error::config(
        "there is no base URL: the API's OpenAPI document has no default, so set `ClientBuilder::base_url`",
    )
}

pub(crate) fn parse(text: &str) -> Result<Url, Error> {
    let url: Url = text.parse().map_err(|error| {
        Error::config(format!("invalid base URL: {error}; expected a URL such as `{EXAMPLE}`"))
    })?;
    match fault(&url) {
        None => Ok(url),
        Some(fault) => Err(Error::config(fault)),
    }
}

/// Appends `path` to the base URL.
#[allow(dead_code, reason = "the token endpoint of another API has a separate URL")]
pub(crate) fn below(base_url: &Url, path: &str) -> Url {
    let mut url = base_url.clone();
    url.set_path(&format!("{}{path}", base_url.path().trim_end_matches('/')));
    url
}

/// Returns whether requests to `url` stay on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.map_or(host == "localhost", |address| address.is_loopback())
}

fn fault(url: &Url) -> Option<String> {
    let fault = match url.scheme() {
        "http" | "https" if !url.username().is_empty() || url.password().is_some() => {
            "contains a username or a password: remove it, and pass `Credentials` instead"
        }
        "http" | "https" if url.query().is_some() || url.fragment().is_some() => {
            "contains a query or a fragment: remove the `?` or `#` and everything after it"
        }
        "https" => return repeated_path(url),
        "http" if is_loopback(url) || identity::IS_PLAIN_HTTP => return repeated_path(url),
        "http" => {
            "uses plain `http`, which exposes the credentials: use `https` \
             (plain `http` is allowed for `localhost`, `127.0.0.1` and `[::1]`)"
        }
        scheme => {
            return Some(format!(
                "the base URL starts with `{scheme}:`; expected a URL such as `{EXAMPLE}`"
            ));
        }
    };
    Some(format!("the base URL {fault}"))
}

/// Returns the error text for a base URL that contains the path of the API. The text suggests the URL without this
/// path.
fn repeated_path(url: &Url) -> Option<String> {
    let path = format!("{}/", url.path());
    let (before, _) = path.split_once(&format!("{}/", identity::PATH?))?;
    let mut root = url.clone();
    root.set_path(before);
    let root = root.as_str().trim_end_matches('/');
    Some(format!(
        "the base URL must not contain the path of the API, because the client adds it: use `{root}`"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_and_local_http_are_accepted() {
        for text in [
            "https://cloud.mongodb.com",
            "https://proxy.example.com:8443/atlas/",
            "http://localhost:8080",
            "http://127.0.0.1:1",
            "http://127.1",
            "http://[::1]:80/",
            "https://gateway.example.com/api/atlas-eu",
            "https://gateway.example.com/api/atlas_proxy/",
        ] {
            assert!(parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn any_other_base_url_is_rejected_with_a_reason() {
        for (text, reason) in [
            ("", "invalid base URL"),
            ("cloud.mongodb.com", "invalid base URL"),
            ("https://", "invalid base URL"),
            ("https://user:secret@[", "invalid base URL"),
            ("ftp://cloud.mongodb.com", "starts with `ftp:`; expected"),
            ("file:///etc/passwd", "starts with `file:`"),
            ("localhost:8080", "starts with `localhost:`"),
            ("http://cloud.mongodb.com", "plain `http`"),
            ("http://atlas.localhost", "plain `http`"),
            ("http://localhost.example.com", "plain `http`"),
            ("http://127.0.0.1.example.com", "plain `http`"),
            ("http://0.0.0.0", "plain `http`"),
            ("https://user:secret@cloud.mongodb.com", "username or a password"),
            ("https://cloud.mongodb.com/?a=b", "query or a fragment"),
            (
                "https://cloud.mongodb.com/api/atlas/v2",
                "API, because the client adds it: use `https://cloud.mongodb.com`",
            ),
            (
                "https://proxy.example.com/a/api/atlas/",
                "adds it: use `https://proxy.example.com/a`",
            ),
            ("https://cloud.mongodb.com/#a", "query or a fragment"),
            ("https://user:secret@cloud.mongodb.com/api/atlas/v2", "username or a password"),
            ("https://cloud.mongodb.com/api/atlas?key=secret", "query or a fragment"),
            ("https://cloud.mongodb.com/api/atlas", "adds it: use `https://cloud.mongodb.com`"),
            ("http://localhost:8080/api/atlas/v1.0", "adds it: use `http://localhost:8080`"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
            assert!(!error.contains("secret"));
        }
    }
}
