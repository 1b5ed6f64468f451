//! Where Atlas is.

use std::net::IpAddr;

use reqwest::Url;

use crate::Error;
use crate::runtime::text;

/// Reads `text` as the base URL of the API, below which every operation has its path.
pub(crate) fn parse(text: &str) -> Result<Url, Error> {
    let url: Url = text.parse().map_err(|error| {
        Error::config(format!(
            "the base URL cannot be read ({error}): write it like {}",
            crate::Client::DEFAULT_BASE_URL
        ))
    })?;
    match fault(&url) {
        None => Ok(url),
        Some(fault) => Err(Error::config(fault)),
    }
}

/// Whether requests to `url` never leave this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>();
    match address {
        Ok(address) => address.is_loopback(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

fn fault(url: &Url) -> Option<String> {
    let fault = match url.scheme() {
        "http" | "https" if !url.username().is_empty() || url.password().is_some() => {
            "the base URL holds a user name or a password: take it out, and give credentials by themselves".into()
        }
        "http" | "https" if url.query().is_some() || url.fragment().is_some() => {
            "the base URL holds a query or a fragment: end it before the `?` or `#`".into()
        }
        "https" => return None,
        "http" if is_loopback(url) => return None,
        "http" => "the base URL is plain http, which would show the credentials to the network: write https \
                   (plain http is for this machine alone)"
            .into(),
        scheme => format!("the base URL begins with {}:, not with https:", text::one_line(scheme, 20)),
    };
    Some(fault)
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
            "http://atlas.localhost",
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
            ("ftp://cloud.mongodb.com", "begins with ftp:"),
            ("file:///etc/passwd", "begins with file:"),
            ("localhost:8080", "begins with localhost:"),
            ("http://cloud.mongodb.com", "plain http"),
            ("http://localhost.example.com", "plain http"),
            ("http://127.0.0.1.example.com", "plain http"),
            ("http://0.0.0.0", "plain http"),
            (
                "https://user:secret@cloud.mongodb.com",
                "user name or a password",
            ),
            ("https://cloud.mongodb.com/?a=b", "query or a fragment"),
            ("https://cloud.mongodb.com/#a", "query or a fragment"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
            assert!(!error.contains("secret"));
        }
    }
}
