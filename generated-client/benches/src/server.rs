//! A server that answers at once, or after a given time, with answers that it has made before.

use std::io::{self, BufRead as _, BufReader};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::sample;

/// What a server answers.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Plan {
    /// How many jobs there are on all pages.
    #[arg(long, default_value_t = 1)]
    pub jobs: usize,
    /// How many jobs stand on a page.
    #[arg(long, default_value_t = 1)]
    pub size: usize,
    /// How many milliseconds go by before each answer.
    #[arg(long, default_value_t = 0)]
    pub delay: u64,
    /// Whether a request without a proof is challenged.
    #[arg(long)]
    pub digest: bool,
}

/// A server in a process of its own. It ends when this is dropped.
pub struct Server {
    url: String,
    child: Child,
    // The process ends when this is closed.
    stdin: Option<ChildStdin>,
}

impl Server {
    /// Starts this very program as a server.
    ///
    /// # Errors
    ///
    /// If it does not start.
    pub fn start(plan: Plan) -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["serve", "--jobs", &plan.jobs.to_string(), "--size", &plan.size.to_string()]);
        command.args(["--delay", &plan.delay.to_string()]);
        command.args(plan.digest.then_some("--digest"));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().context("the server has no output")?;
        let mut url = String::new();
        BufReader::new(stdout).read_line(&mut url)?;
        Ok(Self { url: url.trim().to_owned(), child, stdin })
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stdin.take());
        // It ends by itself now; there is nobody to tell if it does not.
        let _ = self.child.wait();
    }
}

/// Prints the URL, and serves until the standard input ends.
///
/// # Errors
///
/// If no port is free.
pub async fn serve(plan: Plan) -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    std::thread::spawn(|| {
        // Whatever is read or fails, the parent has ended.
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        std::process::exit(0);
    });
    let answers = Arc::new(Answers::new(plan));
    loop {
        let (connection, _) = listener.accept().await?;
        connection.set_nodelay(true)?;
        let answers = Arc::clone(&answers);
        // A connection that breaks ends itself alone.
        tokio::spawn(async move { answers.converse(connection).await });
    }
}

const CHALLENGE: &[u8] = b"HTTP/1.1 401 Unauthorized\r\n\
    WWW-Authenticate: Digest realm=\"MMS Public API\", domain=\"\", \
    nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c0\", algorithm=MD5, qop=\"auth\", stale=false\r\n\
    Content-Length: 0\r\n\r\n";

struct Answers {
    plan: Plan,
    pages: usize,
    /// The pages that another one follows. Neighbours hold different jobs.
    inner: [Vec<u8>; 2],
    last: Vec<u8>,
    empty: Vec<u8>,
    requests: AtomicU64,
}

impl Answers {
    fn new(plan: Plan) -> Self {
        let page = |kind, count, next| answer(&sample::page(kind, count, next).to_string());
        let rest = plan.jobs % plan.size.max(1);
        Self {
            plan,
            pages: plan.jobs.div_ceil(plan.size.max(1)),
            inner: [page(0, plan.size, true), page(1, plan.size, true)],
            last: page(2, if rest == 0 { plan.size } else { rest }, false),
            empty: page(0, 0, false),
            requests: AtomicU64::new(0),
        }
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
            if let Some(bytes) = self.choose(&String::from_utf8_lossy(&head)) {
                connection.write_all(bytes).await?;
            } else {
                let count = self.requests.load(Ordering::Relaxed).to_string();
                connection.write_all(&answer(&count)).await?;
            }
            head.clear();
        }
    }

    /// The answer to a request; none to the question how many requests there were.
    fn choose(&self, head: &str) -> Option<&[u8]> {
        if head.starts_with("GET /requests ") {
            return None;
        }
        self.requests.fetch_add(1, Ordering::Relaxed);
        if self.plan.digest && !head.to_ascii_lowercase().contains("\r\nauthorization: digest ") {
            return Some(CHALLENGE);
        }
        let number = head.split_once("pageNum=").and_then(|(_, rest)| {
            rest.split(|it: char| !it.is_ascii_digit()).next()?.parse::<usize>().ok()
        });
        let number = number.unwrap_or(1);
        let [odd, even] = &self.inner;
        Some(match number {
            number if number > self.pages => &self.empty,
            number if number == self.pages => &self.last,
            number if number.is_multiple_of(2) => even,
            _ => odd,
        })
    }
}

fn answer(body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.atlas.2023-01-01+json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
