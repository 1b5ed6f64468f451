//! Both sides of a row do the same work.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use atlas_bench::parts::{faults::Retrying, list};
use atlas_bench::sample;
use atlas_bench::sample::CLUSTERS;
use atlas_bench::server::{Plan, Server};
use atlas_bench::work::{self, Work};
use clap::ValueEnum as _;
use serde_json::Value;

fn start(plan: Plan) -> Server {
    Server::start_with(env!("CARGO_BIN_EXE_atlas-bench"), plan).unwrap()
}

/// Removes values that are equivalent to an absent field: `null` and empty lists.
fn without_absent(value: &Value) -> Value {
    let is_absent = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(_, value)| !is_absent(value));
            fields.map(|(key, value)| (key.clone(), without_absent(value))).collect()
        }
        Value::Array(items) => items.iter().map(without_absent).collect(),
        other => other.clone(),
    }
}

#[test]
fn every_decoder_reads_every_property() {
    let page = work::page().unwrap();
    let expected: Value = serde_json::from_slice(&page).unwrap();
    for work in [Work::Decode, Work::DecodeByHand, Work::DecodeSonic, Work::DecodePlain] {
        let decoded = without_absent(&work.decoded(&page).unwrap());
        assert_eq!(decoded["results"].as_array().unwrap().len(), work::JOBS);
        assert!(decoded == expected, "{work:?}: {}", decoded["results"][9]);
    }
}

/// The number of the connection, and the lines of the request's head.
type Request = (usize, Vec<String>);

/// Starts a server that returns a page of one job for each request and records the requests.
fn recorder() -> (String, Arc<Mutex<Vec<Request>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let heads = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&heads);
    std::thread::spawn(move || {
        for (number, connection) in listener.incoming().enumerate() {
            let (connection, kept) = (connection.unwrap(), Arc::clone(&kept));
            std::thread::spawn(move || record(number, &connection, &kept));
        }
    });
    (url, heads)
}

fn record(number: usize, connection: &TcpStream, kept: &Mutex<Vec<Request>>) {
    let body = sample::page(0, 1, false).to_string();
    let mut lines = BufReader::new(connection).lines().map_while(Result::ok);
    loop {
        let head: Vec<String> = lines.by_ref().take_while(|line| !line.is_empty()).collect();
        if head.is_empty() {
            return;
        }
        kept.lock().unwrap().push((number, head));
        let length = body.len();
        let mut connection = connection;
        write!(connection, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
    }
}

/// Makes four calls and returns the heads of the requests. The headers are in lower case and sorted, and the user agent
/// and the host are left out.
async fn heads(work: Work) -> Vec<Vec<String>> {
    let (url, heads) = recorder();
    work.caller(&url).unwrap().calls(4).await.unwrap();
    let heads = heads.lock().unwrap();
    assert!(
        heads.iter().all(|(connection, _)| *connection == 0),
        "{work:?} opens more than one connection"
    );
    let sorted = heads.iter().map(|(_, head)| {
        let mut head = head.clone();
        head[1..].iter_mut().for_each(|line| *line = line.to_ascii_lowercase());
        head.retain(|line| !line.starts_with("host:") && !line.starts_with("user-agent:"));
        head[1..].sort();
        head
    });
    sorted.collect()
}

#[tokio::test]
async fn all_callers_with_a_token_send_equivalent_requests() {
    let ours = heads(Work::Call).await;
    let bare = heads(Work::CallBare).await;
    assert_eq!(ours, bare);
    assert_eq!(ours.len(), 4);
    assert!(ours[0][0].contains(CLUSTERS[0]) && ours[1][0].contains(CLUSTERS[1]), "{ours:?}");
    // Plain progenitor sends a different `Accept` header, because it cannot read versioned media types, and adds an
    // `api-version` header.
    let plain = heads(Work::CallPlain).await;
    for (ours, plain) in ours.iter().zip(&plain) {
        let legacy = ours[0].replace("/v2/", "/v1.0/");
        let (path, query) = legacy.trim_end_matches(" HTTP/1.1").split_once('?').unwrap();
        assert!(plain[0].starts_with(path), "{plain:?}");
        assert!(query.split('&').all(|it| plain[0].contains(it)), "{plain:?}");
        let others = |head: &[String]| -> Vec<String> {
            let own = |line: &str| line.starts_with("accept:") || line.starts_with("api-version:");
            head[1..].iter().filter(|line| !own(line)).cloned().collect()
        };
        assert_eq!(others(ours), others(plain));
    }
}

#[tokio::test]
async fn our_client_and_curl_list_the_same_jobs() {
    let jobs = 350;
    let server = start(Plan { jobs, size: 100, gzip: true, ..Plan::ONE_JOB });
    let mut ours = Vec::new();
    list::read_each(server.url(), 8, |job| ours.push(job.id.unwrap().to_string())).await.unwrap();
    let text = list::curl(server.url(), jobs).unwrap();
    let pages = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
    let pages: Vec<Value> = pages.collect::<Result<_, _>>().unwrap();
    let jobs_of = |page: &Value| page["results"].as_array().unwrap().clone();
    let curls: Vec<String> =
        pages.iter().flat_map(jobs_of).map(|job| job["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ours.len(), jobs);
    assert_eq!(ours, curls);
}

#[tokio::test]
async fn both_clients_that_retry_return_the_same_page_despite_faults() {
    let plan = Plan { faults: 30, ..Plan::ONE_JOB };
    let mut requests = Vec::new();
    let mut pages = Vec::new();
    for client in [Retrying::ours, Retrying::with_crate] {
        // Each server fails the same requests, because faults depend only on the request number.
        let server = start(plan);
        let client = client(server.url()).unwrap();
        for cluster in CLUSTERS {
            pages.push(client.call(cluster).await.unwrap());
        }
        requests.push(server.requests().await.unwrap());
    }
    assert!(pages.windows(2).all(|pages| pages[0] == pages[1]), "{pages:?}");
    assert_eq!(requests[0], requests[1]);
    assert!(requests[0] > CLUSTERS.len() as u64, "no request failed");
}

#[test]
fn every_kind_of_work_has_a_name_on_the_command_line() {
    for work in Work::value_variants() {
        assert!(work.to_possible_value().is_some(), "{work:?}");
    }
}

#[tokio::test]
async fn every_caller_finds_the_job_of_the_server() {
    for work in [Work::Call, Work::CallByKey, Work::CallBare, Work::CallPlain] {
        let server = start(Plan { digest: work == Work::CallByKey, ..Plan::ONE_JOB });
        let caller = work.caller(server.url()).unwrap();
        assert_eq!(caller.call(CLUSTERS[0]).await.unwrap(), 1, "{work:?}");
    }
}
