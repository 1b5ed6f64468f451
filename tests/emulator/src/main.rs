//! The command-line program of the local Atlas.

use std::{
    fs,
    future::poll_fn,
    io::{self, Write as _},
    path::{Path, PathBuf},
    pin::pin,
    task::Poll,
    time::Duration,
};

use anyhow::Context as _;
use atlas_emulator::{
    DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, DEFAULT_CLUSTER_NAME, DEFAULT_GROUP_ID,
    DEFAULT_PRIVATE_KEY, DEFAULT_PUBLIC_KEY, DEFAULT_TOKEN, Emulator, ExportOutcome, NaiveDate,
    sample_jobs_of,
};
use clap::{Parser, ValueEnum};

/// The time that the program waits for requests in progress after Ctrl-C.
const GRACE: Duration = Duration::from_secs(3);

/// Run a local Atlas until you press Ctrl-C. The first line of the output is its URL.
///
/// After Ctrl-C, requests in progress have three seconds to finish. A second Ctrl-C stops the program immediately.
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    /// The port on 127.0.0.1; 0 selects a free port
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The certificate chain for TLS, in PEM; must be valid for 127.0.0.1
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The private key of the certificate, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// The bearer token to accept
    #[arg(long, default_value = DEFAULT_TOKEN)]
    token: String,
    /// The client id of the service account
    #[arg(long, value_name = "ID", default_value = DEFAULT_CLIENT_ID)]
    client_id: String,
    /// The secret of the service account
    #[arg(long, value_name = "SECRET", default_value = DEFAULT_CLIENT_SECRET)]
    client_secret: String,
    /// The public key of the API key
    #[arg(long, value_name = "KEY", default_value = DEFAULT_PUBLIC_KEY)]
    public_key: String,
    /// The private key of the API key
    #[arg(long, value_name = "KEY", default_value = DEFAULT_PRIVATE_KEY)]
    private_key: String,
    /// The current date, such as 2027-07-01; each version is removed on its sunset date [default: no version is
    /// removed]
    #[arg(long, value_name = "DATE")]
    today: Option<NaiveDate>,
    /// The OpenAPI document to load [default: spec/atlas.yaml in this workspace]
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// The id of the project
    #[arg(long, value_name = "ID", default_value = DEFAULT_GROUP_ID)]
    group_id: String,
    /// The name of a cluster; repeat this option for several clusters
    #[arg(long = "cluster-name", value_name = "NAME", default_value = DEFAULT_CLUSTER_NAME)]
    cluster_names: Vec<String>,
    /// The number of export jobs in each cluster
    #[arg(long, value_name = "COUNT", default_value_t = 6)]
    jobs: usize,
    /// The duration of an export, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    export_duration: Duration,
    /// The final state of exports
    #[arg(long, value_name = "STATE", default_value = "successful")]
    export_outcome: Outcome,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Outcome {
    Successful,
    Failed,
    Cancelled,
}

impl From<Outcome> for ExportOutcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Successful => Self::Successful,
            Outcome::Failed => Self::Failed,
            Outcome::Cancelled => Self::Cancelled,
        }
    }
}

fn seconds(text: &str) -> anyhow::Result<Duration> {
    Ok(Duration::try_from_secs_f64(text.parse()?)?)
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let mut builder = Emulator::builder()
        .keep_requests(false)
        .port(options.port)
        .token(options.token)
        .service_account(options.client_id, options.client_secret)
        .api_key(options.public_key, options.private_key)
        .export_duration(options.export_duration)
        .export_outcome(options.export_outcome.into());
    for (index, name) in options.cluster_names.iter().enumerate() {
        let jobs = sample_jobs_of(name, options.jobs);
        builder = match index {
            0 => builder.only_cluster(&options.group_id, name, jobs),
            _ => builder.cluster(&options.group_id, name, jobs),
        };
    }
    if let Some(day) = options.today {
        builder = builder.today(day);
    }
    if let Some(file) = options.spec {
        builder = builder.spec(file);
    }
    if let (Some(certificates), Some(key)) = (options.tls_cert, options.tls_key) {
        builder = builder.tls(read(&certificates)?, read(&key)?);
    }
    let atlas = builder.start().await?;
    // Once the URL is printed, Ctrl-C must work, so register the handler first.
    let mut interrupt = pin!(tokio::signal::ctrl_c());
    if !is_ready(interrupt.as_mut()).await {
        writeln!(io::stdout(), "{}", atlas.url())?;
        interrupt.await?;
    }
    tokio::select! {
        outcome = atlas.stop() => outcome,
        () = tokio::time::sleep(GRACE) => Ok(()),
        outcome = tokio::signal::ctrl_c() => Ok(outcome?),
    }
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("cannot read `{}`", file.display()))
}

/// Polls a future once and returns whether it is ready.
async fn is_ready(future: impl Future) -> bool {
    let mut future = pin!(future);
    poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_ready())).await
}
