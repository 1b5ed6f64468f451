//! Other generators of Rust clients, if their programs are on the `PATH`.

use std::path::Path;
use std::process::{Command, Stdio};

/// Another generator, whose program may be on the `PATH`.
#[derive(Debug)]
pub(super) struct Peer {
    pub(super) name: &'static str,
    program: &'static str,
    /// The arguments. `DOCUMENT` and `OUT` are placeholders for paths.
    arguments: &'static [&'static str],
}

#[rustfmt::skip]
const PEERS: [Peer; 4] = [
    Peer {
        name: "progenitor", program: "cargo-progenitor",
        arguments: &["progenitor", "-i", "DOCUMENT", "-o", "OUT", "-n", "peer", "-v", "0.1.0"],
    },
    Peer {
        name: "ploidy", program: "ploidy",
        arguments: &["generate", "rust", "DOCUMENT", "--output", "OUT", "--name", "peer"],
    },
    Peer {
        name: "oas3-gen", program: "oas3-gen",
        arguments: &["generate", "client-mod", "--workspace", "-i", "DOCUMENT", "-o", "OUT"],
    },
    Peer {
        name: "openapi-to-rust", program: "openapi-to-rust",
        arguments: &["generate", "DOCUMENT"],
    },
];

/// Returns the peers whose programs can be run.
pub(super) fn installed() -> Vec<Peer> {
    let runs = |peer: &Peer| silently(Command::new(peer.program).arg("--help"));
    PEERS.into_iter().filter(runs).collect()
}

impl Peer {
    /// Returns whether the peer generates a client for a document.
    pub(super) fn generates(&self, document: &Path, workspace: &Path) -> bool {
        let out = workspace.join("peers").join(self.name);
        if std::fs::remove_dir_all(&out).is_err() && out.exists() {
            return false;
        }
        let arguments = self.arguments.iter().map(|argument| match *argument {
            "DOCUMENT" => document.as_os_str().to_owned(),
            "OUT" => out.as_os_str().to_owned(),
            other => other.into(),
        });
        std::fs::create_dir_all(&out).is_ok()
            && silently(Command::new(self.program).args(arguments).current_dir(&out))
    }
}

fn silently(command: &mut Command) -> bool {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
