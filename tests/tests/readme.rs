//! Tests of claims in the README, CONTRIBUTING and other documents.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use atlas_emulator::Emulator;

use crate::generated::generate;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const README: &str = include_str!("../../README.md");
const CONTRIBUTING: &str = include_str!("../../CONTRIBUTING.md");

#[test]
fn every_relative_link_leads_to_an_existing_path() {
    for name in ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "xtask/README.md"] {
        let path = Path::new(ROOT).join(name);
        let text = std::fs::read_to_string(&path).unwrap();
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for link in links.filter(|link| !link.contains(':') && !link.starts_with('#')) {
            assert!(path.with_file_name(link).exists(), "{name} has a broken link to `{link}`");
        }
    }
}

#[test]
fn the_readme_lists_every_method() {
    for file in generate(atlas_tests::spec::TEXT).files {
        let name = file.path.strip_prefix("operations/").and_then(|it| it.strip_suffix(".rs"));
        if let Some(method) = name.filter(|name| *name != "mod") {
            assert!(
                README.contains(&format!("\n| `{method}` |")),
                "the table of methods in the README has no `{method}`"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_curl_commands_of_the_readme_work() {
    let atlas = Emulator::start().await.unwrap();
    let commands = README.split("```sh\n").find(|block| block.starts_with("curl")).unwrap();
    let commands = commands.split_once("```").unwrap().0.split("\n\n").collect::<Vec<_>>();
    assert_eq!(commands.len(), 2);
    for command in commands {
        let command = command.replace("http://127.0.0.1:8080", atlas.url());
        let command =
            command.replacen("curl", "curl --noproxy '*' --silent --show-error --fail", 1);
        let output = Command::new("sh").args(["-c", &command]).output().unwrap();
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stdout.starts_with(b"{"), "{command}");
    }
}

/// A crate in the dependency tree of the client.
struct Crate {
    /// The length of the path from the client, which has depth 0.
    depth: usize,
    name: String,
    version: String,
}

fn client_tree() -> Vec<Crate> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "-p", "generated-client", "-e", "normal", "--no-dedupe"])
        .args(["--target", "x86_64-unknown-linux-gnu", "--prefix", "depth"])
        .current_dir(ROOT)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read = |line: &str| {
        let (depth, rest) = line.split_at(line.find(|it: char| !it.is_ascii_digit())?);
        let mut words = rest.split_whitespace().map(ToOwned::to_owned);
        Some(Crate { depth: depth.parse().ok()?, name: words.next()?, version: words.next()? })
    };
    String::from_utf8(output.stdout).unwrap().lines().map(|line| read(line).unwrap()).collect()
}

#[test]
fn contributing_explains_and_counts_the_dependencies_of_the_client() {
    let (mut within, mut beyond) = (BTreeSet::new(), BTreeSet::new());
    let mut is_within = false;
    for Crate { depth, name, version } in client_tree().into_iter().filter(|it| it.depth > 0) {
        if depth == 1 {
            assert!(
                CONTRIBUTING.contains(&format!("`{name}`")),
                "CONTRIBUTING does not explain `{name}`"
            );
            is_within = name == "reqwest";
        }
        if is_within {
            within.insert((name, version))
        } else {
            beyond.insert((name, version))
        };
    }
    let count = beyond.difference(&within).count();
    let said = format!("Beyond [reqwest] and its dependencies, the client adds {count} crates.");
    assert!(CONTRIBUTING.contains(&said), "CONTRIBUTING must contain this sentence: {said}");
}

#[test]
fn the_example_service_is_short() {
    let sources = Path::new(ROOT).join("generated-client/examples/service/src");
    let files = std::fs::read_dir(sources).unwrap().map(|it| it.unwrap().path());
    let lines = files.map(|it| std::fs::read_to_string(it).unwrap().lines().count());
    assert!((1..=250).contains(&lines.sum::<usize>()), "the example has more than 250 lines");
}

#[test]
fn the_readme_is_short() {
    assert!(
        README.lines().count() <= 250,
        "the README has more than 250 lines: move text to a guide"
    );
}
