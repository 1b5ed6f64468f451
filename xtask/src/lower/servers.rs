//! Finds the operations whose server differs from the document's.

use openapiv3::{OpenAPI, Server};

use super::{Lowered, Options, warning};
use crate::diagnostic::{Finding, Pointer};
use crate::server_url::{Obstacle, obstacle, with_values};
use crate::visitor;

/// Moves the servers from the operations to the document if all operations have the same servers. Otherwise, an
/// operation keeps its servers only if the first of them differs from the document's first server. In this case, a
/// warning reports the operation if the client does not send it to this server.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, findings, .. } = lowered;
    share(openapi);
    let OpenAPI { paths, servers, .. } = openapi;
    let urls: Vec<String> = servers.iter().map(default_url).collect();
    for (key, operation) in visitor::operations_mut(paths) {
        match operation.servers.first() {
            Some(own) if !servers.first().is_some_and(|usual| is_same(own, usual)) => {
                let obstacle = obstacle(&default_url(own), &urls);
                findings.extend(obstacle.map(|it| ignored(key.pointer(), own, &it)));
            }
            _ => operation.servers.clear(),
        }
    }
}

/// Returns the URL of a server, with the default of each variable.
pub(crate) fn default_url(server: &Server) -> String {
    let variables = server.variables.iter().flatten();
    with_values(&server.url, variables.map(|(name, it)| (name.as_str(), it.default.as_str())))
}

/// Returns whether the server of an operation is the document's. A server that uses the document's variables without
/// declaring them has the document's values.
fn is_same(own: &Server, usual: &Server) -> bool {
    let is_equal =
        |one: &str, other: &str| one.trim_end_matches('/') == other.trim_end_matches('/');
    let declares_none = own.variables.as_ref().is_none_or(indexmap::IndexMap::is_empty);
    is_equal(&default_url(own), &default_url(usual))
        || (declares_none && is_equal(&own.url, &usual.url))
}

fn ignored(pointer: Pointer, own: &Server, obstacle: &Obstacle) -> Finding {
    let name = match own.url.as_str() {
        "" => "the host that serves the document".to_owned(),
        url => format!("`{url}`"),
    };
    let (problem, help) = match obstacle {
        Obstacle::Incomplete => (
            "has no complete URL",
            "call the operation with a client whose base URL is the operation's server",
        ),
        Obstacle::NoBase => (
            "has a URL that is invalid or contains a user name, a query or a fragment",
            "use a URL without these parts",
        ),
        Obstacle::NoDefault => (
            "is not used, because the URL of the document's first server cannot be the base URL",
            "call the operation with a client whose base URL is the operation's server",
        ),
        Obstacle::PlainHttp => (
            "is not used, because plain `http` would expose the credentials",
            "use `https`, or add the server to the document's `servers`",
        ),
    };
    let what = format!("the operation's server, {name}, {problem}");
    warning(pointer, what, "requests go to the base URL of the client", help)
}

fn share(openapi: &mut OpenAPI) {
    let servers = openapi.operations().map(|(_, _, operation)| &operation.servers);
    let servers: Vec<_> = servers.collect();
    if let Some((first, others)) = servers.split_first()
        && !first.is_empty()
        && others.iter().all(|other| other == first)
    {
        openapi.servers = (*first).clone();
    }
}
