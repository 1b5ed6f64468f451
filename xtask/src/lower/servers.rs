//! Finds the operations whose servers differ from those of the document.

use openapiv3::OpenAPI;

use super::{Lowered, Options, warning};
use crate::visitor;

/// Makes the servers of all operations those of the document, if they are the same. Otherwise, an operation keeps its
/// servers only if they differ from those of the document.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, findings, .. } = lowered;
    share(openapi);
    let usual = openapi.servers.first().cloned();
    for (key, operation) in visitor::operations_mut(openapi) {
        match operation.servers.first() {
            Some(server) if Some(server) != usual.as_ref() => findings.push(warning(
                key.pointer(),
                format!("the operation is at the server `{}`, unlike the document", server.url),
                "requests go to the base URL of the client".to_owned(),
                "call it with a client that has this base URL",
            )),
            _ => operation.servers.clear(),
        }
    }
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
