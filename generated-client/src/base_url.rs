//! Where Atlas is.

use std::net::IpAddr;

use reqwest::Url;

use crate::Error;

/// The base URL of Atlas.
pub(crate) const ATLAS: &str = "https://cloud.mongodb.com";

/// Reads `text` as the base URL of the API, below which every operation has its path.
pub(crate) fn parse(text: &str) -> Result<Url, Error> {
    let url: Url = text.parse().map_err(|error| {
        Error::config(format!("the base URL cannot be read ({error}): write it like {ATLAS}"))
    })?;
    match fault(&url) {
        None => Ok(url),
        Some(fault) => Err(Error::config(fault)),
    }
}

/// The URL of `path` below the base URL.
pub(crate) fn below(base_url: &Url, path: &str) -> Url {
    let mut url = base_url.clone();
    url.set_path(&format!("{}{path}", base_url.path().trim_end_matches('/')));
    url
}

/// Whether requests to `url` never leave this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.map_or(host == "localhost", |address| address.is_loopback())
}

fn fault(url: &Url) -> Option<String> {
    let fault = match url.scheme() {
        "http" | "https" if !url.username().is_empty() || url.password().is_some() => {
            "holds a user name or a password: take it out, and give the credentials by themselves"
        }
        "http" | "https" if url.query().is_some() || url.fragment().is_some() => {
            "holds a query or a fragment: end it before the `?` or `#`"
        }
        "https" => return None,
        "http" if is_loopback(url) => return None,
        "http" => {
            "is plain http, which shows the credentials to the network: write https \
             (plain http is for localhost, 127.0.0.1 and [::1] alone)"
        }
        _ => "begins neither with https: nor with http:",
    };
    Some(format!("the base URL {fault}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_and_local_http_are_taken() {
        for text in [
            "https://cloud.mongodb.com",
            "https://proxy.example.com:8443/atlas/",
            "http://localhost:8080",
            "http://127.0.0.1:1",
            "http://127.1",
            "http://[::1]:80/",
        ] {
            assert!(parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused_with_its_reason() {
        for (text, reason) in [
            ("", "cannot be read"),
            ("cloud.mongodb.com", "cannot be read"),
            ("https://", "cannot be read"),
            ("https://user:secret@[", "cannot be read"),
            ("ftp://cloud.mongodb.com", "begins neither"),
            ("file:///etc/passwd", "begins neither"),
            ("localhost:8080", "begins neither"),
            ("http://cloud.mongodb.com", "plain http"),
            ("http://atlas.localhost", "plain http"),
            ("http://localhost.example.com", "plain http"),
            ("http://127.0.0.1.example.com", "plain http"),
            ("http://0.0.0.0", "plain http"),
            ("https://user:secret@cloud.mongodb.com", "user name or a password"),
            ("https://cloud.mongodb.com/?a=b", "query or a fragment"),
            ("https://cloud.mongodb.com/#a", "query or a fragment"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
            assert!(!error.contains("secret"));
        }
    }
}
