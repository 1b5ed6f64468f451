//! The URLs of proxies.

use reqwest::{Proxy, Url};
use secrecy::{ExposeSecret as _, SecretString};

use crate::Error;

const EXAMPLE: &str = "`http://proxy.example.com:3128`";

/// The schemes of proxies that reqwest supports.
const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// Parses a proxy URL. Errors do not show the URL, because it may contain a password.
pub(crate) fn read(url: &SecretString) -> Result<Proxy, Error> {
    let text = url.expose_secret();
    let url = text.parse::<Url>().ok().filter(is_of_proxy);
    let proxy = url.and_then(|url| Proxy::all(url).ok());
    proxy.ok_or_else(|| Error::config(format!("invalid proxy URL: {}", problem(text))))
}

/// Checks the URL of the proxy that the environment sets for requests with the given scheme. Without this check,
/// reqwest would ignore an invalid URL. `variable` returns the value of an environment variable.
///
/// # Errors
/// Returns [`Error::Config`] if reqwest would ignore the proxy. The message names the variable and does not show its
/// value.
pub(crate) fn check_environment(
    scheme: &str,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<(), Error> {
    // In a CGI program, a client can set `HTTP_PROXY`, so reqwest ignores the environment.
    if variable("REQUEST_METHOD").is_some() {
        return Ok(());
    }
    let own = match scheme {
        "https" => ["HTTPS_PROXY", "https_proxy"],
        _ => ["HTTP_PROXY", "http_proxy"],
    };
    let first = |names: [&'static str; 2]| {
        let found = names.into_iter().find_map(|name| Some((name, variable(name)?)));
        found.filter(|(_, url)| !url.is_empty())
    };
    match first(own).or_else(|| first(["ALL_PROXY", "all_proxy"])) {
        Some((name, url)) if !is_known(&url) => {
            let problem = problem(&with_scheme(&url));
            Err(Error::config(format!("invalid proxy URL in `{name}`: {problem}")))
        }
        _ => Ok(()),
    }
}

/// Returns whether reqwest accepts a proxy URL in the environment. reqwest also accepts a URL without a scheme.
fn is_known(url: &str) -> bool {
    let whole = with_scheme(url);
    let is_plain = |it: u8| it.is_ascii_graphic() && !br#""<>\^`{|}"#.contains(&it);
    whole.bytes().all(is_plain) && whole.parse().is_ok_and(|url| is_of_proxy(&url))
}

/// Returns whether a URL names a proxy. If a password contains an unescaped `/`, `?` or `#`, the URL has a path, a
/// query or a fragment, and the user name is its host. Without a port, reqwest would connect to port 80 of a SOCKS
/// proxy.
fn is_of_proxy(url: &Url) -> bool {
    let is_complete = url.has_host() && url.port_or_known_default().is_some();
    let ends_with_port =
        matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    SCHEMES.contains(&url.scheme()) && is_complete && ends_with_port
}

/// Returns a proxy URL with the scheme that reqwest assumes in the environment.
fn with_scheme(url: &str) -> String {
    if url.contains("://") { url.to_owned() } else { format!("http://{url}") }
}

/// Describes the problem with a proxy URL, without showing the URL.
fn problem(url: &str) -> String {
    if !url.is_empty() && !url.contains("://") {
        return format!("it has no scheme: add `http://`, as in {EXAMPLE}");
    }
    // A path, a query or a fragment is probably a part of the password.
    let lacks_only_a_port = |it: Url| {
        it.scheme().starts_with("socks")
            && it.port().is_none()
            && it.as_str().ends_with(it.authority())
    };
    if url.parse().is_ok_and(lacks_only_a_port) {
        return "a SOCKS proxy requires a port, as in `socks5h://proxy.example.com:1080`"
            .to_owned();
    }
    format!(
        "expected a URL such as {EXAMPLE} or `socks5h://user:password@proxy.example.com:1080`; percent-encode special \
         characters in the password, such as `#` as `%23`"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(scheme: &str, variables: &[(&str, &str)]) -> Result<(), String> {
        let value = |name: &str| {
            let variable = variables.iter().find(|(it, _)| *it == name);
            variable.map(|(_, value)| (*value).to_owned())
        };
        check_environment(scheme, value).map_err(|error| error.to_string())
    }

    #[test]
    fn a_proxy_in_the_environment_that_would_be_ignored_is_an_error() {
        for url in [
            "http://user:hunter2#@127.0.0.1:1",
            "http://user:12#hunter2@proxy:1",
            "http://user:12/hunter2@proxy:1",
            "http://user:/hunter2@proxy:1",
            "http://user:12?hunter2@proxy:1",
            "socks5://user:12#hunter2@proxy:1",
            "socks5://user:hunter2@proxy",
            "http://user:hunter2 @proxy:1",
            "http://user:hunter2é@proxy:1",
            "http://user:{hunter2}@proxy:1",
            "ftp://user:hunter2@proxy:1",
            "http://:hunter2@",
            "proxy:port",
        ] {
            for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
                let error = check("https", &[(name, url)]).unwrap_err();
                let start = format!("invalid proxy URL in `{name}`: ");
                assert!(error.starts_with(&start), "{error}");
                assert!(!error.contains("hunter2"), "{error}");
            }
            assert_eq!(check("http", &[("HTTPS_PROXY", url)]), Ok(()));
            check("http", &[("HTTP_PROXY", url)]).unwrap_err();
        }
    }

    #[test]
    fn a_proxy_in_the_environment_that_is_used_or_irrelevant_is_accepted() {
        const INVALID: &str = "http://user:p#ss@127.0.0.1:1";
        for url in ["http://u:p%23ss@proxy:1/", "proxy:3128", "u:p@proxy", "socks5h://proxy:1"] {
            let variables =
                [("HTTPS_PROXY", url), ("https_proxy", INVALID), ("ALL_PROXY", INVALID)];
            assert_eq!(check("https", &variables), Ok(()), "{url}");
        }
        assert_eq!(check("https", &[("HTTPS_PROXY", "")]), Ok(()));
        assert_eq!(check("https", &[("REQUEST_METHOD", "GET"), ("HTTPS_PROXY", INVALID)]), Ok(()));
        check("https", &[("HTTPS_PROXY", ""), ("ALL_PROXY", INVALID)]).unwrap_err();
    }

    #[test]
    fn an_error_names_the_problem_with_a_proxy_url() {
        for (url, expected) in [
            ("proxy.example.com:3128", "it has no scheme: add `http://`"),
            ("user:hunter2@proxy:1", "it has no scheme: add `http://`"),
            ("http://user:hunter2#@proxy:1", "expected a URL such as"),
            ("http://user:12#hunter2@proxy:1", "expected a URL such as"),
            ("http://user:12/hunter2@proxy:1", "expected a URL such as"),
            ("ftp://user:hunter2@proxy:1", "expected a URL such as"),
            ("socks5://user:hunter2@proxy", "a SOCKS proxy requires a port"),
            ("socks5://user:12#hunter2@proxy", "expected a URL such as"),
            ("socks5://user:/hunter2@proxy", "expected a URL such as"),
            ("", "expected a URL such as"),
        ] {
            let error = read(&url.into()).unwrap_err().to_string();
            assert!(error.starts_with(&format!("invalid proxy URL: {expected}")), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
        for scheme in SCHEMES {
            read(&format!("{scheme}://user:hunter2@proxy:1").into()).unwrap();
        }
    }
}
