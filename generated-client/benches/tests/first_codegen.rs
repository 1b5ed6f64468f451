//! The crates that the first `cargo xtask codegen` in a fresh clone compiles.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::Command;

/// Returns the lines of `cargo tree` for the generator.
fn tree(arguments: &[&str]) -> Vec<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["tree", "--locked", "--offline", "--package", "xtask", "--prefix", "none"]);
    cargo.args(["--edges", "normal,build"]).args(arguments);
    let output = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(ToOwned::to_owned).collect()
}

#[test]
fn the_generator_does_not_compile_the_benchmarks() {
    let crates = tree(&[]);
    assert!(crates.iter().any(|it| it.starts_with("progenitor ")), "{crates:?}");
    for bench in ["atlas-bench ", "wait4 ", "reqwest ", "tokio "] {
        assert!(!crates.iter().any(|it| it.starts_with(bench)), "{bench}");
    }
}

#[test]
fn the_generator_compiles_no_version_of_a_crate_twice() {
    // Cargo compiles a crate twice if procedural macros and the generator need different features of it.
    // The build-dependencies of `xtask` make these features equal.
    let twice = tree(&["--duplicates", "--depth", "0"]);
    let mut crates: Vec<&String> = twice.iter().filter(|it| it.contains(" v")).collect();
    crates.sort_unstable();
    assert!(crates.iter().any(|it| it.starts_with("syn v2")), "{crates:?}");
    assert!(crates.windows(2).all(|pair| pair.first() != pair.last()), "{crates:?}");
}
