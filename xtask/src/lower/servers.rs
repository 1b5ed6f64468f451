//! Finds the operations whose server differs from the document's.

use openapiv3::{OpenAPI, Server};

use super::{Lowered, Options, warning};
use crate::visitor;

/// Moves the servers from the operations to the document if all operations have the same servers. Otherwise, an
/// operation keeps its servers only if the first of them differs from the document's first server. In this case, a
/// warning reports the operation.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, findings, .. } = lowered;
    share(openapi);
    let usual = openapi.servers.first().cloned();
    for (key, operation) in visitor::operations_mut(&mut openapi.paths) {
        match operation.servers.first() {
            Some(server) if !usual.as_ref().is_some_and(|usual| is_same(server, usual)) => {
                let name = match server.url.as_str() {
                    "" => "the host that serves the document".to_owned(),
                    url => format!("`{url}`"),
                };
                findings.push(warning(
                    key.pointer(),
                    format!("the operation's server, {name}, is not the document's first server"),
                    "requests go to the base URL of the client",
                    "call the operation with a client whose base URL is the operation's server",
                ));
            }
            _ => operation.servers.clear(),
        }
    }
}

/// Returns whether two servers have the same URL. Ignores their descriptions.
fn is_same(one: &Server, other: &Server) -> bool {
    one.url.trim_end_matches('/') == other.url.trim_end_matches('/')
        && one.variables == other.variables
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
