//! The local Atlas of a measurement, which runs in a separate process.

use std::{
    io::{self, Read as _},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context as _, ensure};
use atlas_emulator::{Emulator, Fault, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader},
    process::{Child, ChildStdout, Command},
};

#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Options {
    /// The number of export jobs in the cluster
    #[arg(long)]
    pub(crate) jobs: u32,
    /// The percentage of requests with a fault
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u8).range(..=100))]
    pub(crate) faults: u8,
    /// The lifetime of a token, in seconds
    #[arg(long, default_value_t = 3600)]
    pub(crate) token_lifetime: u64,
}

/// The server's counts, and the names of the created buckets.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Report {
    pub(crate) requests: usize,
    pub(crate) token_requests: usize,
    pub(crate) connections: usize,
    pub(crate) buckets: Vec<String>,
}

/// Prints the URL, serves requests until standard input ends, and prints the report.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    let atlas = Emulator::builder()
        .sample_jobs(options.jobs)
        .keep_requests(false)
        .token_lifetime(Duration::from_secs(options.token_lifetime))
        .recurring_faults(faults(options.faults))
        .start()
        .await?;
    print_line(atlas.url())?;
    tokio::task::spawn_blocking(|| io::stdin().read_to_end(&mut Vec::new())).await??;
    let buckets = atlas.export_buckets();
    let name = |bucket: &Value| bucket.get("bucketName")?.as_str().map(str::to_owned);
    let report = Report {
        requests: atlas.request_count(),
        token_requests: atlas.token_requests(),
        connections: atlas.connection_count(),
        buckets: buckets.iter().filter_map(name).collect(),
    };
    print_line(&serde_json::to_string(&report)?)
}

fn print_line(line: &str) -> anyhow::Result<()> {
    use io::Write as _;
    Ok(writeln!(io::stdout(), "{line}")?)
}

/// Returns a sequence of faults that the server repeats. The given percentage of requests gets a fault. These requests
/// are evenly spread, and five kinds of faults take turns.
fn faults(percent: u8) -> Vec<Fault> {
    let kinds = [
        Fault::too_many_requests(1),
        Fault::status(StatusCode::SERVICE_UNAVAILABLE),
        Fault::Reset,
        Fault::CutOff(10),
        Fault::Delay(Duration::from_millis(300)),
    ];
    let mut kinds = kinds.into_iter().cycle();
    let mut due = 0;
    // With 500 requests, each of the five faults occurs equally often.
    let requests = 0..500;
    let faults = requests.map(|_| {
        due += percent;
        let is_due = due >= 100;
        due -= if is_due { 100 } else { 0 };
        is_due.then(|| kinds.next()).flatten().unwrap_or(Fault::None)
    });
    faults.collect()
}

/// A running server process.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) url: String,
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Server {
    pub(crate) async fn start(options: Options) -> anyhow::Result<Self> {
        let Options { jobs, faults, token_lifetime } = options;
        let mut child = Command::new(std::env::current_exe()?)
            .arg("serve")
            .args(["--jobs", &jobs.to_string()])
            .args(["--faults", &faults.to_string()])
            .args(["--token-lifetime", &token_lifetime.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut output =
            BufReader::new(child.stdout.take().context("the server has no standard output")?);
        let mut url = String::new();
        output.read_line(&mut url).await?;
        ensure!(!url.is_empty(), "the server printed no URL");
        Ok(Self { url: url.trim().to_owned(), child, output })
    }

    /// Stops the server and returns its report.
    pub(crate) async fn stop(mut self) -> anyhow::Result<Report> {
        drop(self.child.stdin.take());
        let mut text = String::new();
        self.output.read_to_string(&mut text).await?;
        ensure!(self.child.wait().await?.success(), "the server failed");
        serde_json::from_str(&text).context("cannot parse the server's report")
    }
}
