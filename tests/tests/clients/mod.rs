//! A comparison of `generated-client` with third-party clients, by the requests that they send to the local Atlas.
//!
//! `tests/clients/run` installs the clients and runs this test, which plain `cargo test` ignores. The script sets the
//! environment variable `CLIENTS_TOOLS` to the folder of the clients. Each client performs all eight operations with
//! every kind of credentials that it supports, over TLS with a private certificate authority.

mod client;
mod comparison;
mod operations;
mod reasons;
mod wire;

use std::fmt::Write as _;

use self::client::{CLIENTS, Kind, Run};
use self::comparison::Comparison;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by `tests/clients/run`"]
async fn every_client_succeeds_and_every_difference_has_a_reason() {
    let mut runs = Vec::new();
    for client in &CLIENTS {
        for kind in client.kinds {
            runs.push(client.run(*kind).await);
        }
    }
    println!("{}", table(&runs));
    let comparison = Comparison::of(&runs);
    comparison.check_reasons();
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "../../snapshots" }, {
        insta::assert_snapshot!("clients", comparison.to_string());
    });
}

/// Formats the table for `tests/RESULTS.md`, which shows how many requests each client sends for all calls.
fn table(runs: &[Run]) -> String {
    let mut text =
        "| client | access token | service account | API key |\n|---|--:|--:|--:|".to_owned();
    for client in &CLIENTS {
        write!(text, "\n| {} |", client.title).unwrap();
        for kind in [Kind::Token, Kind::Account, Kind::Key] {
            let mut matching = runs.iter().filter(|run| run.kind == kind);
            match matching.find(|run| run.client == client.name) {
                Some(run) => write!(text, " {} |", run.requests.len()).unwrap(),
                None => text.push_str(" – |"),
            }
        }
    }
    text
}
