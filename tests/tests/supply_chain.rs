//! The package of `generated-client`: its files, its minimum supported Rust version, and its public
//! API.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The version of rustdoc's JSON format that `public-api` supports. Rust 1.95 emits it.
const FORMAT: u64 = 57;

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_package_has_only_the_files_that_users_need() {
    let package = ["package", "--list", "--allow-dirty", "--locked", "-p", "generated-client"];
    let list = cargo(&package);
    let files = list.lines().collect::<HashSet<_>>();
    for file in ["Cargo.toml", "README.md", "LICENSE-APACHE", "LICENSE-MIT", "src/lib.rs"] {
        assert!(files.contains(file), "the package lacks `{file}`");
    }
    for file in ["credentials", "errors", "limits", "network", "paging", "testing"] {
        let file = format!("docs/{file}.md");
        assert!(files.contains(file.as_str()), "the package lacks `{file}`");
    }
    let known = ["Cargo.lock", "Cargo.toml.orig", ".cargo_vcs_info.json"];
    for file in files {
        let is_rust = Path::new(file).extension().is_some_and(|it| it == "rs");
        let is_source = file.starts_with("src/") && is_rust;
        let is_text = file.starts_with("docs/") || file.starts_with("LICENSE-");
        let is_known = is_source || is_text || known.contains(&file);
        assert!(
            is_known || ["Cargo.toml", "README.md"].contains(&file),
            "the package has the unexpected file `{file}`"
        );
    }
}

/// A dependency whose own dependency `time` requires a newer version of Rust than the client declares. Only the `bson`
/// feature enables this dependency.
const NEWER: &str = "bson";

/// Parses a version of Rust, such as 1.85 or 1.88.0.
fn version(text: &str) -> Vec<u32> {
    text.split('.').map(|part| part.parse().unwrap()).collect()
}

/// Returns cargo's metadata for all packages, with all features enabled.
fn metadata() -> Value {
    let arguments = ["metadata", "--format-version", "1", "--locked", "--all-features"];
    serde_json::from_str(&cargo(&arguments)).unwrap()
}

/// Compares the `rust-version` fields and builds nothing, because not every machine has an older
/// toolchain. `tests/minimum-rust/run` builds the client with the declared version.
#[test]
fn no_dependency_except_bson_requires_a_newer_rust_than_declared() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let nodes = metadata["resolve"]["nodes"].as_array().unwrap();
    let package = |id: &Value| packages.iter().find(|it| it["id"] == *id).unwrap();
    let client = packages.iter().find(|it| it["name"] == "generated-client").unwrap();
    let stated = version(client["rust_version"].as_str().unwrap());

    let mut found = vec![&client["id"]];
    let mut next = 0;
    while let Some(id) = found.get(next).copied() {
        next += 1;
        if let Some(needed) = package(id)["rust_version"].as_str() {
            assert!(version(needed)[..2] <= stated[..2], "{id} requires Rust {needed}");
        }
        let node = nodes.iter().find(|it| it["id"] == *id).unwrap();
        for dependency in node["deps"].as_array().unwrap() {
            let kinds = dependency["dep_kinds"].as_array().unwrap();
            let is_built = kinds.iter().any(|it| it["kind"] != "dev");
            let is_checked = is_built && dependency["name"] != NEWER;
            if is_checked && !found.contains(&&dependency["pkg"]) {
                found.push(&dependency["pkg"]);
            }
        }
    }
    assert!(found.len() > 50, "found only {} dependencies", found.len());
}

/// With this feature of `serde_json`, objects with a certain key in a response would lose their structure or fail to
/// decode. A test of the client cannot show this, because in the workspace, axum and `xtask` enable the feature.
#[test]
fn the_client_does_not_enable_raw_values() {
    let features = ["--edges", "normal,features", "--invert", "serde_json"];
    let tree = cargo(&[&["tree", "--locked", "-p", "generated-client"], &features[..]].concat());
    assert!(tree.contains("float_roundtrip") && !tree.contains("raw_value"), "{tree}");
}

/// Returns the names of the crates in the public interface, except the client itself and the standard library. Also
/// returns the names of some re-exported modules.
fn public_crates() -> BTreeSet<&'static str> {
    let interface = include_str!("../snapshots/public_interface.snap");
    let reexported =
        interface.lines().filter_map(|line| line.strip_prefix("pub use generated_client::"));
    let is_path = |it: char| it.is_ascii_alphanumeric() || it == '_' || it == ':';
    let paths = interface.split(|it: char| !is_path(it)).filter_map(|path| path.split_once("::"));
    let crates = reexported.chain(paths.map(|(first, _)| first));
    let is_crate = |name: &&str| name.starts_with(|first: char| first.is_ascii_lowercase());
    let own = ["alloc", "core", "generated_client", "std"];
    crates.filter(is_crate).filter(|name| !own.contains(name)).collect()
}

/// An incompatible new version of a public dependency breaks callers, although the snapshot of the public interface
/// stays the same. Such a version requires a new minor version of the client before 1.0, and a new major version
/// afterwards. If this list changes, also change the list in CONTRIBUTING.md.
#[test]
fn the_public_dependencies_have_the_versions_that_callers_rely_on() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let found = public_crates().into_iter().flat_map(|name| {
        let packages = packages
            .iter()
            .filter(move |it| it["name"].as_str().unwrap().replace('-', "_") == name);
        packages.map(move |package| {
            let version = version(package["version"].as_str().unwrap());
            match version[..] {
                [0, minor, _] => format!("{name} 0.{minor}"),
                [major, ..] => format!("{name} {major}"),
                [] => panic!("{name} has no version"),
            }
        })
    });
    let expected = [
        "bson 3",
        "chrono 0.4",
        "futures_core 0.3",
        "http 1",
        "reqwest 0.13",
        "secrecy 0.10",
        "serde_core 1",
        "serde_json 1",
        "uuid 1",
    ];
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

/// `Response` dereferences to its value, so the methods of `Response` hide the value's methods with the same names.
#[test]
fn response_hides_no_method_of_a_model_except_clone_and_fmt() {
    let interface = include_str!("../snapshots/public_interface.snap");
    let borrowing = |ty: &str| {
        let methods =
            interface.lines().filter_map(|line| line.split_once(ty)?.1.split_once("(&self"));
        methods.map(|(name, _)| name.rsplit("::").next().unwrap()).collect::<HashSet<_>>()
    };
    let of_responses = borrowing("fn generated_client::Response<T>::");
    let of_models = borrowing("fn generated_client::models::");
    assert!(of_responses.contains("status") && of_models.contains("bucket_name"));
    let common = of_responses.intersection(&of_models).copied().collect::<HashSet<_>>();
    assert_eq!(
        common,
        HashSet::from(["clone", "fmt"]),
        "`Response` hides other methods of models, so callers must write `(*response).name()`"
    );
}

/// A change that removes or edits a line of the snapshot breaks callers. Such a change requires a new minor version
/// before 1.0, and a new major version afterwards.
#[test]
#[ignore = "run by `tests/supply-chain/run`"]
fn the_public_api_matches_its_snapshot() {
    let file = std::env::var_os("RUSTDOC_JSON")
        .expect("`RUSTDOC_JSON` is not set: run `tests/supply-chain/run`");
    let file = PathBuf::from(file);
    let json: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let format = json["format_version"].as_u64().unwrap();
    if format != FORMAT {
        let reason = format!("rustdoc emits JSON format {format}, but this test supports {FORMAT}");
        crate::skip::skip("the public API", &reason);
        return;
    }
    let builder = public_api::Builder::from_rustdoc_json(file);
    let interface = builder.omit_blanket_impls(true).build().unwrap();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("public_interface", interface));
}
