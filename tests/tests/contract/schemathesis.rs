//! Schemathesis: thousands of requests to the local Atlas, made from the document, right and wrong.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use atlas_emulator::DEFAULT_TOKEN;
use atlas_tests::{calls, view};
use serde_json::Value;

use crate::{client::Operation, tool, write_view};

/// How many requests there must have been, all runs together.
const REQUESTS: usize = 2000;

fn run(date: &str, document: &Value, url: &str, report: &Path) -> Output {
    let authorization = format!("Authorization: Bearer {DEFAULT_TOKEN}");
    // The legacy address has no versions.
    let accept = format!("Accept: application/vnd.atlas.{date}+json, application/json;q=0.5");
    let mut command = Command::new(tool("venv/bin/st"));
    command.arg("run").arg(write_view(date)).args(["--url", url]);
    command.args(["--header", &authorization, "--header", &accept]);
    command.args(["--seed", "1", "--generation-database", "none", "--max-examples", "150"]);
    for operation in Operation::all(date, document) {
        command.args(["--include-operation-id", operation.id()]);
    }
    command.args(["--checks", "all", "--continue-on-failure", "--no-color", "--report", "json"]);
    command.arg("--report-json-path").arg(report);
    if date != "2023-01-01" {
        // That `serviceUrl` is a URL of Azure is told in words: not every string is taken.
        command.args(["--exclude-checks", "positive_data_acceptance"]);
    }
    // No configuration file is read, wherever the tests are run.
    command.current_dir(env!("CARGO_TARGET_TMPDIR")).output().unwrap()
}

/// How many requests of one operation were taken.
fn accepted(phases: &Value) -> u64 {
    let phases = phases.as_object().unwrap().values();
    phases.map(|phase| phase["accepted"].as_u64().unwrap()).sum()
}

/// Whether the operation needs a bucket, a snapshot or a job, of which only the examples name one that
/// exists.
fn names_a_resource(operation: &str) -> bool {
    operation.ends_with('}') || (operation.starts_with("POST ") && operation.ends_with("/exports"))
}

#[tokio::test]
#[ignore = "tests/contract/run runs it"]
async fn no_request_gets_an_answer_that_breaks_the_document() {
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
            assert!(accepted(phases) >= least, "{operation} has hardly ever succeeded: {phases}");
        }
        requests += atlas.requests().len();
    }
    assert!(requests >= REQUESTS, "{requests} requests are too few");
    println!("schemathesis: {requests} requests, and each answer is as the document says");
}
