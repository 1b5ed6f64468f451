//! The servers of a document, and the names of their base URLs in emitted code.
//!
//! The name of a server comes from its own description or URL. If several servers would have the same name, each of
//! them gets a longer one. So, the order of servers with different URLs determines only which of them is the default.

use std::collections::BTreeSet;

use openapiv3::Server as Described;

use super::names;
use super::types::{Server, ServerVariable};
use crate::text::one_line;

/// Words that say nothing about a server.
#[rustfmt::skip]
const FILLERS: &[&str] =
    &["A", "AN", "API", "BASE", "ENVIRONMENT", "FOR", "OF", "SERVER", "THE", "URL"];

/// The maximum number of words in a name from a description.
const MOST_WORDS: usize = 3;

/// The maximum number of characters in a name from a description.
const LONGEST: usize = 30;

/// The name of the default server. No other server has this name, even if there is no default.
const DEFAULT: &str = "DEFAULT";

/// Returns the servers with the names of their constants and functions. No function gets the name of an operation's
/// method (`methods`).
pub(super) fn of(described: &[Described], methods: &BTreeSet<&str>) -> Vec<Server> {
    let mut servers: Vec<Server> = described.iter().map(server).collect();
    let mut functions = names::InUse::default();
    for method in methods {
        functions.free(method);
    }
    for (index, name) in names(&servers).into_iter().enumerate() {
        let Some(server) = servers.get_mut(index).filter(|it| it.is_complete()) else { continue };
        let name = if index == 0 { DEFAULT } else { &name };
        if !server.variables.is_empty() {
            let function = format!("{}_base_url", name.to_ascii_lowercase());
            server.function = Some(functions.free(&function));
        }
        server.constant = Some(format!("{name}_BASE_URL"));
    }
    servers
}

/// Returns a server without the names of its constant and function.
fn server(described: &Described) -> Server {
    let mut in_use = names::InUse::default();
    let variables = described.variables.iter().flatten().map(|(name, variable)| ServerVariable {
        ident: in_use.free(&names::snake(name)),
        name: name.clone(),
        default: variable.default.clone(),
        values: variable.enumeration.clone(),
        description: variable.description.as_deref().and_then(one_line),
    });
    Server {
        url: described.url.clone(),
        description: described.description.as_deref().and_then(one_line),
        variables: variables.collect(),
        ..Server::default()
    }
}

/// Returns a different name for each server: the first of its candidates that no other server has.
fn names(servers: &[Server]) -> Vec<String> {
    let candidates: Vec<_> = servers.iter().map(candidates).collect();
    let mut chosen: Vec<Option<&str>> = vec![None; servers.len()];
    for kind in 0..KINDS {
        let of_kind = || candidates.iter().map(|it| it.get(kind)?.as_deref());
        let is_free = |name: &str| {
            name != DEFAULT
                && !chosen.contains(&Some(name))
                && of_kind().filter(|other| *other == Some(name)).count() == 1
        };
        let free: Vec<_> = of_kind().map(|name| name.filter(|name| is_free(name))).collect();
        chosen = chosen.into_iter().zip(free).map(|(name, free)| name.or(free)).collect();
    }
    let mut in_use = names::InUse::default();
    for name in chosen.iter().flatten() {
        in_use.free(name);
    }
    // A server that has no name yet shares its URL with another server, or the two URLs differ only in punctuation or
    // case.
    let numbered = chosen.into_iter().zip(servers).map(|(name, server)| {
        name.map_or_else(|| in_use.free(&identifier(&server.url)), ToOwned::to_owned)
    });
    numbered.collect()
}

const KINDS: usize = 5;

/// Returns the possible names of a server in order of preference, from the description to the whole URL.
fn candidates(server: &Server) -> [Option<String>; KINDS] {
    let address = server.url.split_once("://").map_or("", |(_, address)| address);
    let host = address.split('/').next().unwrap_or_default();
    [
        server.description.as_deref().and_then(described),
        distinctive(host),
        (!host.is_empty()).then(|| identifier(host)),
        (!address.is_empty()).then(|| identifier(address)),
        Some(identifier(&server.url)),
    ]
}

/// Returns the words of a short description, without fillers and without the text after a punctuation mark: `Sandbox
/// server (uses test data)` becomes `SANDBOX`.
fn described(text: &str) -> Option<String> {
    let text = text.split(" - ").next().unwrap_or_default();
    let text = text.split(['(', ':', ',', ';', '.', '–', '—']).next().unwrap_or_default();
    let name = text.to_ascii_uppercase();
    let words = name.split(|it: char| !it.is_alphanumeric());
    let words: Vec<&str> = words.filter(|it| !it.is_empty() && !FILLERS.contains(it)).collect();
    let name = words.join("_");
    let is_plain = name.is_ascii() && name.starts_with(|it: char| it.is_ascii_alphabetic());
    (is_plain && words.len() <= MOST_WORDS && name.len() <= LONGEST).then_some(name)
}

/// Returns the labels of a host before its domain, or the domain if there are none. Leaves out labels with variables,
/// because the default of a variable identifies only one of several servers.
fn distinctive(host: &str) -> Option<String> {
    let host = host.split(':').next().unwrap_or_default();
    let labels: Vec<&str> = host.split('.').filter(|label| !label.contains('{')).collect();
    let subdomain = labels.len().checked_sub(2).and_then(|end| labels.get(..end));
    let labels = subdomain.filter(|it| !it.is_empty()).unwrap_or(&labels).join("_");
    labels.starts_with(|it: char| it.is_ascii_alphabetic()).then(|| identifier(&labels))
}

/// Writes all letters and digits of an address as an identifier.
fn identifier(text: &str) -> String {
    let words = text.split(|it: char| !it.is_ascii_alphanumeric()).filter(|it| !it.is_empty());
    let name = words.collect::<Vec<_>>().join("_").to_ascii_uppercase();
    let begins_well = name.starts_with(|first: char| first.is_ascii_alphabetic());
    if begins_well { name } else { format!("HOST_{name}") }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Returns the constant of each server that has one, by URL.
    fn constants(servers: &[(&str, &str)]) -> BTreeMap<String, String> {
        let servers = servers.iter().map(|(url, description)| Described {
            url: (*url).to_owned(),
            description: Some((*description).to_owned()),
            ..Described::default()
        });
        let servers = of(&servers.collect::<Vec<_>>(), &BTreeSet::new());
        servers.into_iter().filter_map(|it| Some((it.url, it.constant?))).collect()
    }

    /// Returns the name of a server that is not the default.
    fn name(url: &str, description: &str) -> String {
        let constants = constants(&[("/", ""), (url, description)]);
        constants[url].strip_suffix("_BASE_URL").unwrap().to_owned()
    }

    #[test]
    fn a_short_description_names_a_server() {
        for (description, expected) in [
            ("Sandbox", "SANDBOX"),
            ("Sandbox server (uses test data)", "SANDBOX"),
            ("The production API server.", "PRODUCTION"),
            ("EU - Frankfurt", "EU"),
            ("us-east 1", "US_EAST_1"),
            ("MongoDB Atlas for Government", "MONGODB_ATLAS_GOVERNMENT"),
            ("A server that only our own developers can use", "X"),
            ("API server", "X"),
            ("1st", "X"),
            ("Тест", "X"),
            ("Default", "X"),
            ("", "X"),
        ] {
            assert_eq!(name("https://x.example.com", description), expected, "{description}");
        }
    }

    #[test]
    fn the_host_names_a_server_without_a_good_description() {
        for (url, expected) in [
            ("https://sandbox.example.com/v1", "SANDBOX"),
            ("https://api.eu.example.com", "API_EU"),
            ("https://example.com/v1", "EXAMPLE_COM"),
            ("http://localhost:8080", "LOCALHOST"),
            ("http://127.0.0.1:8080", "HOST_127_0_0_1_8080"),
            ("http://[::1]", "HOST_1"),
        ] {
            assert_eq!(name(url, ""), expected, "{url}");
        }
    }

    #[test]
    fn the_order_of_servers_determines_only_the_default() {
        let mut servers = [
            ("https://api.shop.test", "Production"),
            ("https://sandbox.shop.test", "Sandbox"),
            // The next five servers share a description or the start of the host with another server, so their names
            // are longer.
            ("https://eu.shop.test", ""),
            ("https://eu.shop.example", ""),
            ("https://one.shop.test/v1", "Test"),
            ("https://one.shop.test/v2", "Test server"),
            ("http://one.shop.test/v2", ""),
            ("https://other.shop.test", "Default"),
        ];
        let first = constants(&servers);
        let expected = [
            ("http://one.shop.test/v2", "HTTP_ONE_SHOP_TEST_V2_BASE_URL"),
            ("https://api.shop.test", "DEFAULT_BASE_URL"),
            ("https://eu.shop.example", "EU_SHOP_EXAMPLE_BASE_URL"),
            ("https://eu.shop.test", "EU_SHOP_TEST_BASE_URL"),
            ("https://one.shop.test/v1", "ONE_SHOP_TEST_V1_BASE_URL"),
            ("https://one.shop.test/v2", "HTTPS_ONE_SHOP_TEST_V2_BASE_URL"),
            ("https://other.shop.test", "OTHER_BASE_URL"),
            ("https://sandbox.shop.test", "SANDBOX_BASE_URL"),
        ];
        let expected = expected.map(|(url, name)| (url.to_owned(), name.to_owned()));
        assert_eq!(first, BTreeMap::from(expected));
        servers[1..].reverse();
        assert_eq!(constants(&servers), first);
    }

    #[test]
    fn a_server_without_a_complete_url_has_no_constant() {
        assert_eq!(constants(&[("/v1", "One"), ("https://{host}", "Two")]), BTreeMap::new());
    }

    #[test]
    fn equal_servers_have_different_constants() {
        let url = "https://a.example.com";
        let described = Described { url: url.to_owned(), ..Described::default() };
        let servers = of(&[described.clone(), described.clone(), described], &BTreeSet::new());
        let names: Vec<_> = servers.into_iter().filter_map(|it| it.constant).collect();
        assert_eq!(
            names,
            ["DEFAULT_BASE_URL", "HTTPS_A_EXAMPLE_COM2_BASE_URL", "HTTPS_A_EXAMPLE_COM3_BASE_URL"]
        );
    }

    #[test]
    fn a_function_and_a_method_have_different_names() {
        let variable = openapiv3::ServerVariable { default: "a".to_owned(), ..Default::default() };
        let described = Described {
            url: "https://{x}".to_owned(),
            variables: Some([("x".to_owned(), variable)].into_iter().collect()),
            ..Described::default()
        };
        let servers = of(&[described], &BTreeSet::from(["default_base_url"]));
        assert_eq!(servers[0].function.as_deref(), Some("default_base_url2"));
    }
}
