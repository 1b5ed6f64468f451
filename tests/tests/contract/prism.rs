//! Stoplight Prism: a mock server and a validating proxy for an OpenAPI document.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::tools::tool;

pub(crate) struct Prism {
    child: Child,
    address: String,
    log: PathBuf,
}

impl Prism {
    /// Starts a mock server that responds with the document's examples.
    pub(crate) fn mock(document: &Path) -> Self {
        Self::start("mock", document, None)
    }

    /// Starts a proxy for `server`. The proxy responds with an error if a request or a response
    /// does not match the document.
    pub(crate) fn proxy(document: &Path, server: &str) -> Self {
        Self::start("proxy", document, Some(server))
    }

    fn start(mode: &str, document: &Path, server: Option<&str>) -> Self {
        // Another process may take the free port before Prism does.
        let mut attempts = (0..3).filter_map(|_| Self::launch(mode, document, server));
        attempts.next().unwrap()
    }

    /// Starts Prism. Returns `None` if its port is in use.
    fn launch(mode: &str, document: &Path, server: Option<&str>) -> Option<Self> {
        let free = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
        let log = document.with_extension(format!("{mode}-{}.log", free.port()));
        let output = File::create(&log).unwrap();
        let child = Command::new(tool("node_modules/.bin/node"))
            .arg(tool("node_modules/@stoplight/prism-cli/dist/index.js"))
            .args([mode, "--errors", "--host", "127.0.0.1", "--port", &free.port().to_string()])
            .arg(document)
            .args(server)
            .stdin(Stdio::null())
            .stderr(output.try_clone().unwrap())
            .stdout(output)
            .spawn()
            .unwrap();
        let mut prism = Self { child, address: free.to_string(), log };
        prism.listens().then_some(prism)
    }

    /// Waits until Prism listens. Returns `false` if its port is in use.
    fn listens(&mut self) -> bool {
        let start = Instant::now();
        while !self.log().contains("Prism is listening") {
            if self.log().contains("EADDRINUSE") {
                return false;
            }
            let ended = self.child.try_wait().unwrap();
            let is_late = start.elapsed() > Duration::from_secs(60);
            assert!(ended.is_none() && !is_late, "Prism did not start:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(50));
        }
        true
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Returns the log so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// Returns the number of requests so far.
    pub(crate) fn requests(&self) -> usize {
        self.log().matches("Request received").count()
    }

    /// Returns the errors in Prism's log.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let log = self.log();
        log.lines().filter(|line| line.contains(" error ")).map(ToOwned::to_owned).collect()
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        // Stopping Prism can fail only if it has already exited.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
