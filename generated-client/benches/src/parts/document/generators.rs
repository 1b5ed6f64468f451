//! The generators that are compared: our generator and its peers. The benchmarks skip peers that are not installed.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

use super::generator::{Generator, Repair};
use crate::process::scratch::write;

/// Our generator. `--preview` includes unreleased resource versions.
pub(crate) static OURS: Generator = Generator {
    name: "ours",
    program: None,
    install: "",
    arguments: |document, out| {
        let document = document.display().to_string();
        let out = out.display().to_string();
        owned(&["codegen", "--preview", "--spec", &document, "--out", &out])
    },
    repair: None,
    finish: |_| Ok(()),
    emitted: "src/generated",
    method: "const OPERATION",
    check: &["--all-features"],
};

/// The cargo arguments that compile the client for one tag.
pub(super) const ONE_FEATURE: [&str; 3] =
    ["--no-default-features", "--features", "rustls,clusters"];

/// The generators that our generator is compared with.
pub(super) static PEERS: &[Generator] = &[PROGENITOR, PLOIDY, OAS3_GEN, OPENAPI_TO_RUST];

const PROGENITOR: Generator = Generator {
    name: "progenitor",
    program: Some("cargo-progenitor"),
    install: "cargo install --locked cargo-progenitor@0.15.1",
    arguments: |document, out| {
        let document = document.display().to_string();
        let out = out.display().to_string();
        owned(&["progenitor", "-i", &document, "-o", &out, "-n", "peer", "-v", "0.1.0"])
    },
    repair: None,
    finish: alone,
    emitted: "src",
    method: "pub async fn",
    check: &[],
};

const PLOIDY: Generator = Generator {
    name: "ploidy",
    program: Some("ploidy"),
    install: "cargo install --locked ploidy@0.15.0",
    arguments: |document, out| {
        let document = document.display().to_string();
        let out = out.display().to_string();
        owned(&["generate", "rust", &document, "--output", &out, "--name", "peer"])
    },
    repair: None,
    finish: alone,
    emitted: "src",
    method: "pub async fn",
    check: &[],
};

const OAS3_GEN: Generator = Generator {
    name: "oas3-gen",
    program: Some("oas3-gen"),
    install: "cargo install --locked oas3-gen@0.29.0",
    arguments: |document, out| {
        let document = document.display().to_string();
        let out = out.display().to_string();
        // Without this flag, the generator emits sets of types that do not implement `Hash`.
        let how = ["generate", "client-mod", "--workspace", "--no-ordered-collections"];
        owned(&[&how[..], &["-i", &document, "-o", &out]].concat())
    },
    repair: Some(Repair {
        what: "without the lines `exclusiveMinimum: true`",
        change: |document| {
            let kept = document.lines().filter(|line| line.trim() != "exclusiveMinimum: true");
            kept.flat_map(|line| [line, "\n"]).collect()
        },
    }),
    finish: alone,
    emitted: "src",
    method: "pub async fn",
    check: &[],
};

const OPENAPI_TO_RUST: Generator = Generator {
    name: "openapi-to-rust",
    program: Some("openapi-to-rust"),
    install: "cargo install --locked openapi-to-rust@0.23.0",
    arguments: |document, _| owned(&["generate", &document.display().to_string()]),
    repair: Some(Repair {
        what: "with `ApiError` renamed, because the generator's own code has a type with this name",
        change: |document| {
            let renamed = document.replace("schemas/ApiError'", "schemas/AtlasError'");
            renamed.replace("    ApiError:\n", "    AtlasError:\n")
        },
    }),
    finish: |out| {
        let needed = fs::read_to_string(out.join("src/generated/REQUIRED_DEPS.toml"))
            .context("its output lists no dependencies")?;
        let package = "[package]\nname = \"peer\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
        write(&out.join("Cargo.toml"), &format!("{package}\n{needed}"))?;
        write(&out.join("src/lib.rs"), "pub mod generated;\n")?;
        alone(out)
    },
    emitted: "src",
    method: "pub async fn",
    check: &[],
};

fn owned(arguments: &[&str]) -> Vec<String> {
    arguments.iter().map(|argument| (*argument).to_owned()).collect()
}

/// Makes the crate the root of its own workspace.
fn alone(out: &Path) -> anyhow::Result<()> {
    let manifest = out.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).context("its output has no manifest")?;
    write(&manifest, &format!("{text}\n[workspace]\n"))
}
