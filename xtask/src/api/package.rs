//! The metadata of the crate that `--out` writes, for its manifest and its docs.

use heck::{ToKebabCase as _, ToShoutySnakeCase as _};
use openapiv3::{Info, OpenAPI};
use semver::Version;

use super::types::{Operation, Package};
use super::{security, servers};
use crate::diagnostic::{Finding, Place, Pointer};
use crate::lower::Naming;
use crate::text::one_line;

/// Names that Cargo rejects, and names of Rust's own crates and of dependencies.
#[rustfmt::skip]
const RESERVED: &[&str] = &[
    "alloc", "base64", "bson", "bytes", "chrono", "core", "futures-core", "futures-util", "getrandom", "hmac-sha256", "http",
    "http-auth", "http-body", "md5", "native-tls", "percent-encoding", "proc-macro", "regex-lite", "regress", "reqwest",
    "rustls", "secrecy", "serde", "serde-json", "serde-path-to-error", "std", "test", "tokio", "tracing", "typeid", "uuid",
];

/// The maximum length of a crate name on crates.io.
const LONGEST_NAME: usize = 64;

/// The maximum length of a name that causes no warning. Longer names are inconvenient, because all code that uses the
/// crate repeats the name.
const LONG_NAME: usize = 40;

/// Returns the metadata of the crate for a document. If `naming` contains no name, the name is derived from the
/// document's title.
pub(super) fn of(
    openapi: &OpenAPI,
    naming: &Naming,
    operations: &[Operation],
    findings: &mut Vec<Finding>,
) -> Package {
    let Info { title, description, version, .. } = &openapi.info;
    let own_version = naming.version.clone().unwrap_or_else(|| {
        let known = self::version(version);
        known.unwrap_or_else(|| guessed_version(version, findings))
    });
    let name = naming.name.clone().unwrap_or_else(|| guessed_name(title, findings));
    let prefix = name.to_shouty_snake_case();
    let methods = operations.iter().map(|it| it.ident.as_str()).collect();
    Package {
        name,
        security: security::of(openapi, &prefix, findings),
        servers: servers::of(&openapi.servers, &methods),
        version: own_version,
        document_version: version.clone(),
        title: one_line(title).unwrap_or_else(|| "the API".to_owned()),
        description: description.clone().filter(|it| !it.trim().is_empty()),
        tag_features: naming.tag_features,
        is_hand_written: openapi.servers.iter().any(|it| naming.own_servers.contains(&it.url)),
    }
}

/// Derives the name from a title and warns if the name is long.
fn guessed_name(title: &str, findings: &mut Vec<Finding>) -> String {
    let name = name(title);
    if name.len() > LONG_NAME {
        findings.push(Finding::warning(
            Place::Value(Pointer::new(["info", "title"])),
            format!("the name derived from the title has {} characters", name.len()),
            format!("the crate is named `{name}`"),
            "choose a shorter name with `--name`",
        ));
    }
    name
}

/// Converts a title to a name: `Swagger Petstore` becomes `swagger-petstore`.
fn name(title: &str) -> String {
    let words = title.split(|it: char| !it.is_ascii_alphanumeric()).filter(|it| !it.is_empty());
    let words: Vec<&str> = words.collect();
    // A capital letter starts a new word only in a title without separators: `MongoDB Atlas` has two words.
    let mut name = match words.as_slice() {
        [word] => word.to_kebab_case(),
        words => words.join("-").to_ascii_lowercase(),
    };
    if name.is_empty() {
        "api-client".clone_into(&mut name);
    }
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert_str(0, "api-");
    }
    if !is_free(&name) {
        name.push_str("-client");
    }
    name.truncate(LONGEST_NAME);
    name.trim_end_matches('-').to_owned()
}

/// Returns whether a crate can have this name: whether crates.io accepts it, and whether it differs from keywords, from
/// Rust's own crates and from dependencies.
#[must_use]
pub fn is_crate_name(text: &str) -> bool {
    let is_letter = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
    text.chars().all(is_letter)
        && !text.starts_with('-')
        && text.len() <= LONGEST_NAME
        && is_free(text)
}

fn is_free(name: &str) -> bool {
    let is_ident = syn::parse_str::<syn::Ident>(&name.replace('-', "_")).is_ok();
    is_ident && !RESERVED.contains(&name.replace('_', "-").as_str())
}

/// Converts a version to `SemVer` without loss: `2` and `v2.0` both become `2.0.0`. Returns `None` if that is
/// impossible.
fn version(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches(['v', 'V']);
    if Version::parse(text).is_ok() {
        return Some(text.to_owned());
    }
    let filled = format!("{text}{}", ".0".repeat(2_usize.checked_sub(text.matches('.').count())?));
    Version::parse(&filled).is_ok().then_some(filled)
}

/// Returns a version with the first three numbers of the text, and adds a warning. `2024-05-30`
/// becomes `2024.5.30`, and `beta` becomes `0.1.0`.
fn guessed_version(text: &str, findings: &mut Vec<Finding>) -> String {
    let numbers = text.split(|it: char| !it.is_ascii_digit());
    let mut numbers: Vec<u64> = numbers.filter_map(|it| it.parse().ok()).take(3).collect();
    if numbers.is_empty() {
        numbers = vec![0, 1];
    }
    numbers.resize(3, 0);
    let numbers: Vec<String> = numbers.iter().map(u64::to_string).collect();
    let version = numbers.join(".");
    findings.push(Finding::warning(
        Place::Value(Pointer::new(["info", "version"])),
        format!("`{text}` is not a SemVer version"),
        format!("the crate has the version `{version}`"),
        "choose another version with `--version`",
    ));
    version
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_a_name_that_cargo_accepts() {
        for (title, expected) in [
            ("Swagger Petstore", "swagger-petstore"),
            ("MongoDB Atlas Administration API", "mongodb-atlas-administration-api"),
            ("SwaggerPetstore", "swagger-petstore"),
            ("3D Models", "api-3d-models"),
            ("Tokio", "tokio-client"),
            ("Type", "type-client"),
            ("API: éxample (v2)", "api-xample-v2"),
            ("日本", "api-client"),
        ] {
            assert_eq!(name(title), expected);
        }
        assert_eq!(name(&"word ".repeat(40)).len(), 64);
        // The 64th character is a hyphen.
        assert_eq!(name(&"abc ".repeat(40)).len(), 63);
    }

    #[test]
    fn a_dependency_is_not_a_name() {
        let manifest = include_str!("../../../generated-client/Cargo.toml");
        let (_, dependencies) = manifest.split_once("\n[dependencies]\n").unwrap();
        let lines = dependencies.split("\n\n").next().unwrap().lines();
        let lines = lines.filter(|line| !line.starts_with('#'));
        let names = lines.map(|line| line.split(['.', ' ']).next().unwrap());
        // The last three are dependencies of only some clients.
        for dependency in names.chain(["bytes", "http-body", "regress"]) {
            assert_eq!(name(dependency), format!("{}-client", dependency.replace('_', "-")));
            assert!(!is_crate_name(dependency), "{dependency}");
        }
        for other in ["test", "std", "serde-json", "type", "-a", "1a", "a b", &"a".repeat(65)] {
            assert!(!is_crate_name(other), "{other}");
        }
        for other in ["pets", "_pets", "pets-API_2", &"a".repeat(64)] {
            assert!(is_crate_name(other), "{other}");
        }
    }

    #[test]
    fn a_long_name_from_the_title_causes_a_warning() {
        let mut findings = Vec::new();
        guessed_name("MongoDB Atlas Administration API", &mut findings);
        assert!(findings.is_empty(), "{findings:?}");
        guessed_name("Cloud Platform Administration and Billing API", &mut findings);
        let [finding] = findings.as_slice() else { panic!("{findings:?}") };
        assert_eq!(finding.what, "the name derived from the title has 45 characters");
        assert_eq!(finding.help, "choose a shorter name with `--name`");
    }

    #[test]
    fn a_guessed_version_causes_a_warning() {
        let mut findings = Vec::new();
        for (text, expected) in [
            (" v2 ", "2.0.0"),
            ("2024-05-30", "2024.5.30"),
            ("1.0.1-1-oas3-r.5", "1.0.1-1-oas3-r.5"),
            ("", "0.1.0"),
            ("beta", "0.1.0"),
            ("release 7", "7.0.0"),
        ] {
            let known = version(text);
            let version = known.unwrap_or_else(|| guessed_version(text, &mut findings));
            assert_eq!(version, expected);
            assert!(Version::parse(&version).is_ok());
        }
        assert_eq!(findings.len(), 4);
        for (text, expected) in
            [("1", "1.0.0"), ("v2.0", "2.0.0"), ("V3", "3.0.0"), ("1.2.3", "1.2.3")]
        {
            assert_eq!(version(text).as_deref(), Some(expected));
        }
    }
}
