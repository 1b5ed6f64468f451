//! Runs tests in new processes. Those tests change or read state that all tests of a process share.

use std::process::Command;

/// Returns a command that runs the ignored test at a path, such as `security::secrecy::NAME`, in a new process.
pub(crate) fn ignored(name: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", name, "--ignored", "--nocapture"]);
    command
}

/// Runs an ignored test in a new process. Panics if the test fails.
pub(crate) fn passes(name: &str) {
    let output = ignored(name).output().unwrap();
    let text = [output.stdout, output.stderr].map(|it| String::from_utf8(it).unwrap()).concat();
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}
