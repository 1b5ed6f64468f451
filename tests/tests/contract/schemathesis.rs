//! A test with Schemathesis, which generates thousands of valid and invalid requests from the document and sends them
//! to the local Atlas.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use atlas_emulator::DEFAULT_TOKEN;
use atlas_tests::{calls, view};
use serde_json::Value;

use super::{client::Operation, tools::tool, write_view};

/// The minimum number of requests in all runs together.
const REQUESTS: usize = 2000;

fn run(date: &str, document: &Value, url: &str, report: &Path) -> Output {
    let authorization = format!("Authorization: Bearer {DEFAULT_TOKEN}");
    // The legacy operation has no versions.
    let accept = format!("Accept: application/vnd.atlas.{date}+json, application/json;q=0.5");
    let mut command = Command::new(tool("venv/bin/st"));
    command.arg("run").arg(write_view(date)).args(["--url", url]);
    command.args(["--header", &authorization, "--header", &accept]);
    command.args(["--seed", "1", "--generation-database", "none"]);
    let examples = std::env::var("EXAMPLES").unwrap_or_else(|_| "70".to_owned());
    command.args(["--max-examples", &examples]);
    for operation in Operation::all(date, document) {
        command.args(["--include-operation-id", operation.id()]);
    }
    command.args(["--checks", "all", "--continue-on-failure", "--no-color", "--report", "json"]);
    command.arg("--report-json-path").arg(report);
    if date != "2023-01-01" {
        // Only the description of `serviceUrl` requires an Azure URL, so the local Atlas rejects other strings although
        // they match the schema.
        command.args(["--exclude-checks", "positive_data_acceptance"]);
    }
    // Schemathesis reads configuration files in the working directory. This directory has none.
    command.current_dir(env!("CARGO_TARGET_TMPDIR")).output().unwrap()
}

/// Returns the number of accepted requests to one operation.
fn accepted(phases: &Value) -> u64 {
    let phases = phases.as_object().unwrap().values();
    phases.map(|phase| phase["accepted"].as_u64().unwrap()).sum()
}

/// Returns whether the operation requires the id of an existing bucket, snapshot or job. Only the ids in the examples
/// exist, so most generated requests to such an operation fail.
fn names_a_resource(operation: &str) -> bool {
    operation.ends_with('}') || (operation.starts_with("POST ") && operation.ends_with("/exports"))
}

#[tokio::test]
#[ignore = "run by `tests/contract/run`"]
async fn every_response_matches_the_document() {
    let mut requests = 0;
    for date in view::dates() {
        let atlas = calls::atlas().start().await.unwrap();
        let report = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("report-{date}.json"));
        let (url, file) = (atlas.url().to_owned(), report.clone());
        let document = view::on(date).unwrap();
        let run = move || (run(date, &document, &url, &file), document);
        let (done, document) = tokio::task::spawn_blocking(run).await.unwrap();
        let told = String::from_utf8_lossy(&done.stdout);
        assert!(done.status.success(), "{told}{}", String::from_utf8_lossy(&done.stderr));
        let report: Value = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
        let operations = report["valid_rates"].as_object().unwrap();
        assert_eq!(operations.len(), Operation::all(date, &document).len(), "{operations:?}");
        for (operation, phases) in operations {
            let least = if names_a_resource(operation) { 1 } else { 50 };
            assert!(
                accepted(phases) >= least,
                "too few accepted requests to `{operation}`: expected at least {least}, found {phases}"
            );
        }
        requests += atlas.requests().len();
    }
    assert!(requests >= REQUESTS, "expected at least {REQUESTS} requests, found {requests}");
    println!("schemathesis: all responses to {requests} requests match the document");
}
