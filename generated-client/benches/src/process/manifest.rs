//! The manifests of the crates that the benchmarks create.

use std::path::Path;

use anyhow::Context as _;
use toml_edit::{DocumentMut, Item};

pub(crate) const SERDE: &str = "serde = { version = \"1\", features = [\"derive\"] }";

/// Returns a manifest with the given dependency lines. An empty `[workspace]` table keeps the package out of any
/// enclosing workspace.
pub(crate) fn package(name: &str, dependencies: &[String]) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
         [dependencies]\n{}\n\n[profile.release]\nstrip = true\n\n[workspace]\n",
        dependencies.join("\n"),
    )
}

/// Returns the manifest line for the dependency on the client.
pub(crate) fn client(root: &Path) -> String {
    // A TOML literal string has no escapes, so it can contain the backslashes of a Windows path.
    format!("generated-client = {{ path = '{}' }}", root.join("generated-client").display())
}

/// Returns the manifest line for the dependency on reqwest. The features are those that the client enables by default,
/// and `more`.
pub(crate) fn reqwest(root: &Path, more: &[&str]) -> anyhow::Result<String> {
    let read = |path: &str| {
        std::fs::read_to_string(root.join(path)).with_context(|| format!("cannot read `{path}`"))
    };
    let (workspace, client) = (read("Cargo.toml")?, read("generated-client/Cargo.toml")?);
    reqwest_of(&workspace.parse()?, &client.parse()?, more)
}

fn reqwest_of(
    workspace: &DocumentMut,
    client: &DocumentMut,
    more: &[&str],
) -> anyhow::Result<String> {
    let at = |document: &DocumentMut, path: &[&str]| {
        path.iter().try_fold(document.as_item().clone(), |item, key| item.get(key).cloned())
    };
    let shared = at(workspace, &["workspace", "dependencies", "reqwest"]);
    let shared = shared.context("the workspace does not depend on reqwest")?;
    let version = shared.get("version").and_then(Item::as_str).context("reqwest has no version")?;
    let own = at(client, &["dependencies", "reqwest", "features"]);
    let enabled: Vec<String> = at(client, &["features", "default"])
        .iter()
        .flat_map(texts)
        .filter_map(|feature| at(client, &["features", &feature]))
        .flat_map(|item| texts(&item))
        .filter_map(|feature| Some(feature.strip_prefix("reqwest/")?.to_owned()))
        .collect();
    let said = [shared.get("features").map(texts), own.as_ref().map(texts)];
    let mut features: Vec<String> = said.into_iter().flatten().flatten().chain(enabled).collect();
    features.extend(more.iter().map(|feature| (*feature).to_owned()));
    Ok(format!(
        "reqwest = {{ version = \"{version}\", default-features = false, features = {features:?} }}"
    ))
}

fn texts(item: &Item) -> Vec<String> {
    let values = item.as_array().into_iter().flatten();
    values.filter_map(|value| value.as_str().map(ToOwned::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::reqwest_of;

    #[test]
    fn reqwest_has_the_features_that_the_client_enables() {
        let workspace = "[workspace.dependencies]\nreqwest = { version = \"0.13.5\", default-features = false, features = [\"a\"] }";
        let client = "[features]\ndefault = [\"rustls\"]\nrustls = [\"reqwest/rustls\", \"dep:x\"]\n\
                      native-tls = [\"reqwest/native-tls\"]\n\
                      [dependencies]\nreqwest = { workspace = true, features = [\"stream\"] }";
        assert_eq!(
            reqwest_of(&workspace.parse().unwrap(), &client.parse().unwrap(), &["json"]).unwrap(),
            "reqwest = { version = \"0.13.5\", default-features = false, \
             features = [\"a\", \"stream\", \"rustls\", \"json\"] }"
        );
    }
}
