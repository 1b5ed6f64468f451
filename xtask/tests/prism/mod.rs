//! Clients for ten documents from other vendors call Prism, which mocks the same documents and validates each request.
//!
//! `tests/contract/run` installs Prism and runs this test, which plain `cargo test` ignores. The
//! documents are not part of this repository. If they are missing, the test is skipped with a message.

mod client;
mod exceptions;
mod log;
#[path = "../../../tests/tests/contract/prism.rs"]
#[allow(dead_code, reason = "other tests use the proxy")]
mod mock;
mod program;
#[path = "../../../tests/tests/contract/tools.rs"]
mod tools;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use client::Client;
use exceptions::EXCEPTIONS;
use mock::Prism;

use crate::common::root;

/// Documents with many kinds of bodies, parameters and credentials.
const DOCUMENTS: [&str; 10] = [
    "oai-uspto.yaml",
    "progenitor-buildomat.json",
    "readme-file-uploads.json",
    "readme-parameters-extreme.json",
    "readme-parameters-style.json",
    "readme-petstore.json",
    "readme-security.json",
    "readme-star-trek.json",
    "twilio-lookups_v2.json",
    "xero-projects.yaml",
];

/// Returns the folder of the clients and of the program that calls them.
fn folder() -> PathBuf {
    root().join("target/prism")
}

/// Prism's verdicts on the requests of one client.
struct Row<'a> {
    client: &'a Client,
    requests: usize,
    valid: usize,
    faults: Vec<Fault>,
}

/// A call whose request Prism does not accept, or that sends no request.
struct Fault {
    method: String,
    reason: String,
}

#[test]
#[ignore = "run by `tests/contract/run`"]
fn prism_accepts_the_requests_of_ten_clients_apart_from_known_exceptions() {
    let corpus = root().join("../shared/corpus");
    if !corpus.exists() {
        crate::common::skip::skip(
            "requests of ten clients to Prism",
            "../shared/corpus does not exist",
        );
        return;
    }
    let clients = DOCUMENTS.map(|name| Client::write(&corpus.join(name)));
    let program = program::build(&clients);
    let rows: Vec<Row<'_>> = clients.iter().map(|client| call(&program, client)).collect();
    println!("{}", table(&rows));

    let mut used = BTreeSet::new();
    let mut surprises = Vec::new();
    for Row { client, faults, .. } in &rows {
        for Fault { method, reason } in faults {
            let known = EXCEPTIONS.iter().position(|it| {
                it.document == client.document && it.method == method && reason.contains(it.says)
            });
            match known {
                Some(known) => _ = used.insert(known),
                None => surprises.push(format!("{}, {method}: {reason}", client.document)),
            }
        }
    }
    assert!(surprises.is_empty(), "faults ({}):\n{}", surprises.len(), surprises.join("\n"));
    let needless = EXCEPTIONS.iter().enumerate().filter(|(number, _)| !used.contains(number));
    let needless: Vec<_> = needless.collect();
    assert!(
        needless.is_empty(),
        "remove from `EXCEPTIONS`, because Prism accepts them: {needless:#?}"
    );
}

/// Calls every method of a client. Restarts Prism if a request crashes it.
fn call<'a>(program: &Path, client: &'a Client) -> Row<'a> {
    // Prism restarts when its document changes, so Prism gets a copy of the document.
    let document = folder().join(format!("{}.json", client.ident));
    std::fs::write(&document, client.raw.to_string()).unwrap();
    let mut row = Row { client, requests: 0, valid: 0, faults: Vec::new() };
    let mut first = 0;
    while first < client.calls.len() {
        let prism = Prism::mock(&document);
        let outcomes = program::run(program, client, prism.address(), first);
        assert!(!outcomes.is_empty(), "{}: no call finished", client.document);
        let log = prism.log();
        let mut calls = log::read(&log).into_iter();
        for (number, outcome) in (first..).zip(&outcomes) {
            let call = calls.find(|(it, _)| *it == number);
            let (_, requests) = call.unwrap_or_else(|| panic!("no call {number} in\n{log}"));
            let faults: Vec<String> = requests.iter().filter_map(log::Request::fault).collect();
            row.requests += requests.len();
            row.valid += requests.len() - faults.len();
            let is_missing = requests.is_empty();
            let missing = is_missing.then(|| format!("no request: {outcome}"));
            let method = client.calls[number].method.clone();
            let faults = faults.into_iter().chain(missing);
            row.faults.extend(faults.map(|reason| Fault { method: method.clone(), reason }));
        }
        first += outcomes.len();
    }
    row
}

/// Formats the results as in `tests/RESULTS.md`.
fn table(rows: &[Row<'_>]) -> String {
    let head = "| document | methods | requests | valid |\n|---|--:|--:|--:|".to_owned();
    let lines = rows.iter().map(|Row { client, requests, valid, .. }| {
        let methods = client.calls.iter().filter(|call| !call.is_complete).count();
        format!("| `{}` | {methods} | {requests} | {valid} |", client.document)
    });
    std::iter::once(head).chain(lines).collect::<Vec<_>>().join("\n")
}
