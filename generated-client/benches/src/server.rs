//! A server in a separate process, which returns prepared pages.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::sample;

/// The responses of a server.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Plan {
    /// The total number of jobs.
    #[arg(long, default_value_t = 1)]
    pub jobs: usize,
    /// The number of jobs on a page.
    #[arg(long, default_value_t = 1)]
    pub size: usize,
    /// The delay before each response, in milliseconds.
    #[arg(long, default_value_t = 0)]
    pub delay: u64,
    /// The percentage of requests that fail, each with status 503 or with a closed connection.
    #[arg(long, default_value_t = 0)]
    pub faults: u64,
    /// Whether to send a challenge if a request has no digest credentials.
    #[arg(long)]
    pub digest: bool,
    /// Whether to compress pages of 10 kB or more with gzip if the client accepts gzip, as Atlas does.
    #[arg(long)]
    pub gzip: bool,
}

impl Plan {
    /// A plan with one job, and without a delay, faults, digest or gzip.
    pub const ONE_JOB: Self =
        Self { jobs: 1, size: 1, delay: 0, faults: 0, digest: false, gzip: false };
}

/// A running server, which stops when dropped.
pub struct Server {
    url: String,
    child: Child,
    // Closing the standard input ends the process.
    stdin: Option<ChildStdin>,
}

impl Server {
    /// Starts the current program as a server.
    ///
    /// # Errors
    ///
    /// Returns an error if the server does not start.
    pub fn start(plan: Plan) -> anyhow::Result<Self> {
        Self::start_with(&std::env::current_exe()?.display().to_string(), plan)
    }

    /// Starts `program` as a server. `program` must be the path of `atlas-bench`.
    ///
    /// # Errors
    ///
    /// Returns an error if the server does not start.
    pub fn start_with(program: &str, plan: Plan) -> anyhow::Result<Self> {
        let mut command = Command::new(program);
        command.args(["serve", "--jobs", &plan.jobs.to_string(), "--size", &plan.size.to_string()]);
        command.args(["--delay", &plan.delay.to_string(), "--faults", &plan.faults.to_string()]);
        command.args(plan.digest.then_some("--digest")).args(plan.gzip.then_some("--gzip"));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().context("the server has no output")?;
        let mut url = String::new();
        BufReader::new(stdout).read_line(&mut url)?;
        Ok(Self { url: url.trim().to_owned(), child, stdin })
    }

    /// Returns the URL of the server.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the number of requests that the server has received, except requests for `/requests`.
    ///
    /// # Errors
    ///
    /// Returns an error if the server does not respond.
    pub async fn requests(&self) -> anyhow::Result<u64> {
        Ok(reqwest::get(format!("{}/requests", self.url)).await?.text().await?.parse()?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stdin.take());
        // `drop` cannot report an error.
        let _ = self.child.wait();
    }
}

/// Prints the URL and serves until standard input ends.
///
/// # Errors
///
/// Returns an error if no port is free, or if a connection cannot be accepted.
pub async fn serve(plan: Plan) -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    std::thread::spawn(|| {
        // Standard input ends when the parent process drops its `Server` or exits. If reading fails, the server stops,
        // too.
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        std::process::exit(0);
    });
    let answers = Arc::new(Answers::new(plan)?);
    loop {
        let (connection, _) = listener.accept().await?;
        connection.set_nodelay(true)?;
        let answers = Arc::clone(&answers);
        // A broken connection affects only its client.
        tokio::spawn(async move { answers.converse(connection).await });
    }
}

const CHALLENGE: &[u8] = b"HTTP/1.1 401 Unauthorized\r\n\
    WWW-Authenticate: Digest realm=\"MMS Public API\", domain=\"\", \
    nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c0\", algorithm=MD5, qop=\"auth\", stale=false\r\n\
    Content-Length: 0\r\n\r\n";

const UNAVAILABLE: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";

struct Answers {
    plan: Plan,
    pages: usize,
    /// The two pages, with different jobs, that alternate before the last page.
    inner: [Page; 2],
    last: Page,
    empty: Page,
    requests: AtomicU64,
}

/// A response in two forms: uncompressed and compressed. If the body is small, both forms are uncompressed.
struct Page {
    plain: Vec<u8>,
    packed: Vec<u8>,
}

impl Answers {
    fn new(plan: Plan) -> io::Result<Self> {
        let page = |kind, count, next| Page::new(&sample::page(kind, count, next).to_string());
        let rest = plan.jobs % plan.size.max(1);
        Ok(Self {
            plan,
            pages: plan.jobs.div_ceil(plan.size.max(1)),
            inner: [page(0, plan.size, true)?, page(1, plan.size, true)?],
            last: page(2, if rest == 0 { plan.size } else { rest }, false)?,
            empty: page(0, 0, false)?,
            requests: AtomicU64::new(0),
        })
    }

    async fn converse(&self, mut connection: TcpStream) -> io::Result<()> {
        let mut head = Vec::with_capacity(4096);
        loop {
            while !head.ends_with(b"\r\n\r\n") {
                if connection.read_buf(&mut head).await? == 0 {
                    return Ok(());
                }
            }
            if self.plan.delay > 0 {
                tokio::time::sleep(Duration::from_millis(self.plan.delay)).await;
            }
            let text = String::from_utf8_lossy(&head).to_ascii_lowercase();
            if text.starts_with("get /requests ") {
                let count = self.requests.load(Ordering::Relaxed).to_string();
                connection.write_all(&response("", count.as_bytes())).await?;
            } else {
                let number = self.requests.fetch_add(1, Ordering::Relaxed);
                match self.fault(number) {
                    Some(Fault::Closed) => return Ok(()),
                    Some(Fault::Unavailable) => connection.write_all(UNAVAILABLE).await?,
                    None => connection.write_all(self.choose(&text)).await?,
                }
            }
            head.clear();
        }
    }

    /// Returns the fault of a request, if any. A fault depends only on the request number, so it is the same in every
    /// run.
    fn fault(&self, number: u64) -> Option<Fault> {
        let random = sample::scatter(number);
        let fault = if random & 1 == 0 { Fault::Unavailable } else { Fault::Closed };
        ((random >> 8) % 100 < self.plan.faults).then_some(fault)
    }

    /// Returns the response to a request. `head` is in lower case.
    fn choose(&self, head: &str) -> &[u8] {
        if self.plan.digest && !head.contains("\r\nauthorization: digest ") {
            return CHALLENGE;
        }
        let number = head.split_once("pagenum=").and_then(|(_, rest)| {
            rest.split(|it: char| !it.is_ascii_digit()).next()?.parse::<usize>().ok()
        });
        let number = number.unwrap_or(1);
        let [odd, even] = &self.inner;
        let page = match number {
            number if number > self.pages => &self.empty,
            number if number == self.pages => &self.last,
            number if number.is_multiple_of(2) => even,
            _ => odd,
        };
        let accepts =
            head.lines().any(|it| it.starts_with("accept-encoding:") && it.contains("gzip"));
        if self.plan.gzip && accepts { &page.packed } else { &page.plain }
    }
}

enum Fault {
    Unavailable,
    Closed,
}

impl Page {
    fn new(body: &str) -> io::Result<Self> {
        /// The size in bytes of the smallest body that Atlas compresses.
        const LEAST: usize = 10_000;
        let plain = response("", body.as_bytes());
        if body.len() < LEAST {
            return Ok(Self { packed: plain.clone(), plain });
        }
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(body.as_bytes())?;
        let packed = response("Content-Encoding: gzip\r\n", &encoder.finish()?);
        Ok(Self { plain, packed })
    }
}

fn response(headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.atlas.2023-01-01+json\r\n{headers}\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}
