//! The crates that `cargo xtask` and `cargo test --workspace` compile.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::process::Command;

const GENERATOR: &[&str] = &["--package", "xtask", "--edges", "normal,build"];
const WORKSPACE: &[&str] = &["--workspace", "--edges", "normal,build,dev"];

/// Returns the lines of `cargo tree`.
fn tree(packages: &[&str], arguments: &[&str]) -> Vec<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["tree", "--locked", "--offline", "--prefix", "none"]);
    cargo.args(packages).args(arguments);
    let output = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(ToOwned::to_owned).collect()
}

#[test]
fn the_generator_does_not_compile_the_benchmarks() {
    let crates = tree(GENERATOR, &[]);
    assert!(crates.iter().any(|it| it.starts_with("progenitor ")), "{crates:?}");
    for bench in ["atlas-bench ", "wait4 ", "reqwest ", "tokio "] {
        assert!(!crates.iter().any(|it| it.starts_with(bench)), "the generator compiles `{bench}`");
    }
}

/// Cargo compiles a crate twice if procedural macros and tests enable different features of the crate. The
/// build-dependencies of `xtask` make these features equal.
#[test]
fn the_workspace_compiles_no_version_of_a_crate_twice() {
    let twice = tree(WORKSPACE, &["--duplicates", "--depth", "0"]);
    let mut crates: Vec<&String> = twice.iter().filter(|it| it.contains(" v")).collect();
    crates.sort_unstable();
    assert!(crates.iter().any(|it| it.starts_with("syn v2")), "{crates:?}");
    let repeated: Vec<_> = crates.windows(2).filter(|pair| pair.first() == pair.last()).collect();
    assert!(
        repeated.is_empty(),
        "cargo compiles these crates twice, with different features: add the features to \
         `xtask/Cargo.toml`: {repeated:?}"
    );
}

/// If `cargo test --workspace` and `cargo xtask` enabled different features, cargo would compile the generator and its
/// dependencies twice. The dependencies of `xtask` make the features equal.
#[test]
fn the_generator_and_the_workspace_enable_the_same_features() {
    let features = &["--no-dedupe", "--format", "{p} {f}"];
    let in_workspace = tree(WORKSPACE, features);
    let in_generator = tree(GENERATOR, features);
    let different: BTreeSet<_> =
        in_generator.iter().filter(|it| !in_workspace.contains(it)).collect();
    assert!(
        different.is_empty(),
        "the workspace enables more features of these crates: add the features to \
         `xtask/Cargo.toml`: {different:#?}"
    );
}
