//! Writes the client as a separate crate: the hand-written part of `generated-client` and the
//! generated code.

mod additions;
mod existing;
mod identity;

use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use std::path::Path;

use anyhow::{Context as _, ensure};
use toml_edit::{DocumentMut, Item, Table, TableLike};

pub use self::existing::{api_version, naming};
use crate::api::{Api, Feature, Kind, Model, Operation, Package, Rules};
use crate::codegen::{API_JSON, Generated};
use crate::diagnostic::{Finding, Place};
use crate::output::{self, Output, read};
use crate::{diff, emit, layout, pattern};

/// Returns the files of the crate in `out`, based on the workspace at `root`.
///
/// # Errors
///
/// Returns an error if the workspace or the crate in `out` cannot be read or parsed, if `out` contains files but no
/// crate from an earlier run, or if the new crate would replace a file that no earlier run wrote.
pub fn output(root: &Path, out: &Path, generated: &Generated) -> anyhow::Result<Output> {
    let client = root.join("generated-client");
    let mut files = sources(&client.join("src"))?;
    files.retain(|path, _| !path.starts_with("generated/"));
    let own = own(root)?;
    for module in ADD_ONS {
        if !fits(module, &files, &own, &generated.api) {
            leave_out(module, &mut files)?;
        }
    }
    leave_out(FUZZING, &mut files)?;
    if !generated.api.has_object_ids() {
        for module in OBJECT_IDS {
            leave_out(module, &mut files)?;
        }
    }
    additions::add(&generated.api, &mut files)?;
    let needs_ecma = !ecma_patterns(&generated.api).is_empty();
    if needs_ecma {
        files.insert(PATTERN.to_owned(), pattern::ECMA_ENGINE.to_owned());
    }
    let workspace = read(&root.join("Cargo.toml"))?;
    let manifest =
        manifest(&read(&client.join("Cargo.toml"))?, &workspace, &generated.api, needs_ecma)?;
    let mut beside = BTreeMap::new();
    let mut readme = read(&client.join("README.md"))?;
    let mut docs = sources(&client.join("docs"))?;
    if let Some(package) = &generated.api.package {
        let credentials = rename(&generated.api, package, &mut files, &mut docs)?;
        readme = identity::readme(&generated.api, package, out, &credentials);
    }
    files.extend(
        generated.files.iter().map(|it| (format!("generated/{}", it.path), it.text.clone())),
    );
    beside.insert(out.join("README.md"), readme);
    beside.extend(docs.into_iter().map(|(name, text)| (out.join("docs").join(name), text)));
    for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
        beside.insert(out.join(licence), read(&root.join(licence))?);
    }
    let mut output = Output { folder: out.join("src"), files, beside, ..Output::default() };
    existing::keep(out, &manifest, &mut output)?;
    Ok(output)
}

/// The README's section on credentials, if the document describes the API of the workspace's own client.
const OWN_CREDENTIALS: &str = "`Credentials` documents the kinds of credentials, and `docs::credentials` their environment variables.\n";

/// Adapts the sources and the guides of the crate to its document. Returns the README's section on
/// credentials.
fn rename(
    api: &Api,
    package: &Package,
    files: &mut BTreeMap<String, String>,
    docs: &mut BTreeMap<String, String>,
) -> anyhow::Result<String> {
    let crate_ident = api.crate_ident();
    for text in files.values_mut() {
        *text = identity::rename_examples(&identity::without_tests(text), &crate_ident);
    }
    for guide in docs.values_mut() {
        *guide = identity::rename(guide, &crate_ident);
    }
    let is_same = package.is_hand_written;
    if !is_same {
        for file in emit::package_files(package) {
            let printed = layout::print(file)?;
            files.insert(printed.path, printed.text);
        }
        for (path, text) in ANY_API {
            files.insert((*path).to_owned(), (*text).to_owned());
        }
    }
    let root = files.get_mut("lib.rs").context("`generated-client` has no `lib.rs`")?;
    *root = identity::crate_root(root);
    let credentials = identity::credentials(package);
    let guide = || identity::credentials_guide(package, &credentials, &crate_ident);
    identity::guides(docs, (!is_same).then(guide));
    Ok(if is_same { OWN_CREDENTIALS.to_owned() } else { credentials })
}

/// Modules that work for every API. They replace the modules that are specific to the workspace's own API.
const ANY_API: &[(&str, &str)] = &[
    ("credentials/mod.rs", include_str!("standalone/runtime/credentials/mod.rs")),
    (
        "credentials/authenticator.rs",
        include_str!("standalone/runtime/credentials/authenticator.rs"),
    ),
    ("credentials/check.rs", include_str!("standalone/runtime/credentials/check.rs")),
    ("credentials/tokens.rs", include_str!("standalone/runtime/credentials/tokens.rs")),
    (
        "credentials/service_account/provider.rs",
        include_str!("standalone/runtime/credentials/service_account/provider.rs"),
    ),
    ("environment.rs", include_str!("standalone/runtime/environment.rs")),
];

/// Returns the model of the client in the workspace at `root`.
fn own(root: &Path) -> anyhow::Result<Api> {
    diff::from_json(&read(&root.join("generated-client/src/generated").join(API_JSON))?)
}

/// The module with the pattern engine.
const PATTERN: &str = "runtime/pattern.rs";
const PLAIN_ENGINE: &str = "regex-lite";
const ECMA_ENGINE: &str = "regress";

/// The maximum number of characters of a pattern in a message.
const LONG_PATTERN: usize = 80;

/// Returns an error for each part of the document that the workspace's own client does not support: an operation that
/// needs an optional module of the runtime, or a pattern, if the engine of the client in `root` supports only plain
/// patterns.
///
/// # Errors
///
/// Returns an error if the engine cannot be read.
pub fn unsupported(root: &Path, generated: &Generated) -> anyhow::Result<Vec<Finding>> {
    let mut findings: Vec<Finding> = additions::unsupported(&generated.api).collect();
    let patterns = ecma_patterns(&generated.api);
    if patterns.is_empty()
        || read(&root.join("generated-client/src").join(PATTERN))? == pattern::ECMA_ENGINE
    {
        return Ok(findings);
    }
    let help = format!(
        "simplify the pattern, generate a separate crate with `--out`, or copy `xtask/src/pattern/ecma.rs` to \
         `generated-client/src/{PATTERN}` and depend on `{ECMA_ENGINE}` there instead of `{PLAIN_ENGINE}`"
    );
    findings.extend(patterns.into_iter().map(|(pattern, place)| {
        let dots = if pattern.chars().nth(LONG_PATTERN).is_some() { "…" } else { "" };
        let what = format!(
            "`generated-client` cannot check the pattern `{pattern:.LONG_PATTERN$}{dots}`, because its engine, \
             `{PLAIN_ENGINE}`, does not support all of ECMA-262 (lookaround, `.`, `\\s`, `\\p{{…}}`, back references)"
        );
        Finding::error(place, what, &help)
    }));
    Ok(findings)
}

/// Returns the patterns that the client checks and that are not plain, each with the location of a value that has it.
fn ecma_patterns(api: &Api) -> BTreeMap<&str, Place> {
    let operations = api.operations.iter().flat_map(|it| {
        let params = it.params.iter().map(|param| &param.rules);
        let rules = params.chain(it.body.iter().map(|body| &body.rules));
        rules.map(|rules| (Place::Key(it.pointer()), rules))
    });
    let fields = api.models.iter().flat_map(|model| {
        let fields =
            if let Kind::Struct(object) = &model.kind { object.fields.as_slice() } else { &[] };
        let pointer = |name: &str| model.pointer.join(["properties", name, "pattern"]);
        fields.iter().map(move |field| (Place::Value(pointer(&field.name)), &field.rules))
    });
    let values = api.models.iter().flat_map(|model| {
        model.kind.values().map(|(_, rules)| (Place::Key(model.pointer.clone()), rules))
    });
    let mut patterns = BTreeMap::new();
    for (place, rules) in operations.chain(fields).chain(values) {
        let rules = iter::successors(Some(rules), |it: &&Rules| it.each.as_deref());
        for pattern in rules.filter_map(|it| it.pattern.as_deref()) {
            // APIs repeat patterns. The map ensures that each distinct pattern is parsed only once.
            patterns.entry(pattern).or_insert_with(|| place.clone());
        }
    }
    patterns.retain(|pattern, _| !pattern::is_plain(pattern));
    patterns
}

/// The module for the fuzz targets of this workspace.
const FUZZING: &str = "fuzzing";

/// The hand-written modules that use emitted code. The crate includes such a module only if the emitted code that the
/// module uses is the same as in the workspace.
const ADD_ONS: [&str; 1] = ["watch"];

/// The modules for object ids. The crate includes these modules only if its API has such ids.
const OBJECT_IDS: [&str; 2] = ["id_input", "object_id"];

/// The feature for conversions of object ids, and its optional dependency.
const BSON: &str = "bson";

/// Returns whether the models and methods that a module mentions are the same in both APIs.
fn fits(module: &str, files: &BTreeMap<String, String>, own: &Api, api: &Api) -> bool {
    let text = files.get(&format!("{module}.rs")).map(String::as_str).unwrap_or_default();
    let words: BTreeSet<&str> = text.split(|it: char| !it.is_alphanumeric() && it != '_').collect();
    let mut models = own.models.iter().filter(|it| words.contains(it.ident.as_str()));
    let mut operations = own.operations.iter().filter(|it| words.contains(it.ident.as_str()));
    let same_model =
        |own: &Model| api.models.iter().any(|it| it.ident == own.ident && it.kind == own.kind);
    let same_operation = |own: &Operation| {
        let facts = |it: &Operation| (it.params.clone(), it.success.clone(), it.feature.clone());
        api.operations.iter().any(|it| it.ident == own.ident && facts(it) == facts(own))
    };
    models.all(same_model) && operations.all(same_operation)
}

/// Removes a module, its declaration, and its re-exports with their attributes from the crate.
fn leave_out(module: &str, files: &mut BTreeMap<String, String>) -> anyhow::Result<()> {
    files
        .remove(&format!("{module}.rs"))
        .with_context(|| format!("`generated-client` has no module `{module}`"))?;
    let root = files.get_mut("lib.rs").context("`generated-client` has no `lib.rs`")?;
    let declared = [format!("mod {module};"), format!("pub mod {module};")];
    let used = format!("pub use {module}::");
    let mut kept: Vec<&str> = Vec::new();
    let mut is_declared = false;
    for line in root.lines() {
        let declares_it = declared.iter().any(|it| it == line);
        is_declared |= declares_it;
        if declares_it || line.starts_with(&used) {
            while kept.last().is_some_and(|line| line.starts_with("#[")) {
                kept.pop();
            }
        } else {
            kept.push(line);
        }
    }
    ensure!(is_declared, "`generated-client` does not declare the module `{module}`");
    *root = kept.join("\n") + "\n";
    Ok(())
}

/// Returns the text of each source file and guide in a folder, by its path in that folder. Ignores hidden files and
/// folders, and other files such as editor backups.
fn sources(folder: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let mut sources = BTreeMap::new();
    for path in output::all(folder)? {
        let Some(name) = output::within(folder, &path) else { continue };
        let is_source = path.extension().is_some_and(|kind| kind == "rs" || kind == "md");
        let is_hidden = name.split('/').any(|part| part.starts_with('.'));
        if is_source && !is_hidden {
            sources.insert(name, read(&path)?);
        }
    }
    Ok(sources)
}

/// Returns the manifest of the crate, based on the manifest of `generated-client`. Fills in the workspace's values,
/// declares the features of tags, and adds the dependencies that the API needs. If `needs_ecma` is true, replaces the
/// engine for plain patterns with the engine for all patterns. Removes the workspace's dev-dependencies, tests,
/// benchmarks, examples and lints.
fn manifest(client: &str, workspace: &str, api: &Api, needs_ecma: bool) -> anyhow::Result<String> {
    let mut manifest: DocumentMut = client.parse()?;
    let workspace: DocumentMut = workspace.parse()?;
    let shared = workspace.get("workspace").context("the root manifest has no `[workspace]`")?;
    let shared = |key: &str| {
        let table = shared.get(key).and_then(Item::as_table_like);
        table.with_context(|| format!("the root manifest has no `[workspace.{key}]`"))
    };
    for key in ["dev-dependencies", "lints", "example", "bench", "test"] {
        manifest.remove(key);
    }
    inherit(table(&mut manifest, "package")?, shared("package")?)?;
    declare(table(&mut manifest, "features")?, &api.features);
    if !api.has_object_ids() {
        leave_out_bson(&mut manifest)?;
    }
    let dependencies = table(&mut manifest, "dependencies")?;
    if needs_ecma {
        let engine = dependencies.remove(PLAIN_ENGINE);
        let engine = engine.context("`generated-client` has no pattern engine")?;
        dependencies.insert(ECMA_ENGINE, engine);
    }
    inherit(dependencies, shared("dependencies")?)?;
    additions::depend(api, dependencies, shared("dependencies")?)?;
    tidy(dependencies);
    if let Some(package) = &api.package {
        identity::describe(&mut manifest, api, package)?;
    }
    manifest.insert("workspace", Item::Table(Table::new()));
    Ok(manifest.to_string())
}

/// Removes the feature for conversions of object ids and its dependency. Also removes the feature's minimum Rust
/// version from the comment on `rust-version`.
fn leave_out_bson(manifest: &mut DocumentMut) -> anyhow::Result<()> {
    for key in ["features", "dependencies"] {
        table(manifest, key)?.remove(BSON);
    }
    if let Some(mut key) = table(manifest, "package")?.key_mut("rust-version") {
        key.leaf_decor_mut().set_prefix("# The version in Debian 13.\n");
    }
    Ok(())
}

fn table<'a>(manifest: &'a mut DocumentMut, key: &str) -> anyhow::Result<&'a mut dyn TableLike> {
    let table = manifest.get_mut(key).and_then(Item::as_table_like_mut);
    table.with_context(|| format!("the manifest of `generated-client` has no `[{key}]`"))
}

/// Sorts the dependencies and formats their inline tables, because some have new keys.
fn tidy(dependencies: &mut dyn TableLike) {
    dependencies.sort_values();
    for (_, item) in dependencies.iter_mut() {
        if let Some(dependency) = item.as_inline_table_mut() {
            dependency.fmt();
        }
    }
}

/// Declares a feature for each tag, and `full` for all of them.
fn declare(table: &mut dyn TableLike, features: &[Feature]) {
    if features.is_empty() {
        return;
    }
    let all: toml_edit::Array = features.iter().map(|feature| feature.name.as_str()).collect();
    table.insert("full", toml_edit::value(all));
    for feature in features.iter().map(|feature| &feature.name) {
        table.insert(feature, toml_edit::value(toml_edit::Array::new()));
    }
}

/// Replaces each `KEY.workspace = true` with the value in the workspace's manifest, merged with the other settings of
/// `KEY`.
fn inherit(table: &mut dyn TableLike, shared: &dyn TableLike) -> anyhow::Result<()> {
    for (key, item) in table.iter_mut() {
        let Some(own) = item.as_table_like_mut() else { continue };
        if own.remove("workspace").is_none() {
            continue;
        }
        let inherited = shared
            .get(&key)
            .with_context(|| format!("the workspace manifest does not define `{key}`"))?;
        let mut whole = inherited.clone();
        if !own.is_empty() {
            merge(&mut whole, own);
        }
        *item = whole;
    }
    Ok(())
}

/// Adds a member's settings for a dependency to those of the workspace. Appends lists, such as `features`, and replaces
/// other values.
fn merge(whole: &mut Item, own: &dyn TableLike) {
    if let Some(version) = whole.as_str().map(ToOwned::to_owned) {
        let mut table = toml_edit::InlineTable::new();
        table.insert("version", version.into());
        *whole = toml_edit::value(table);
    }
    let Some(whole) = whole.as_table_like_mut() else { return };
    for (key, item) in own.iter() {
        let (Some(known), Some(more)) =
            (whole.get_mut(key).and_then(Item::as_array_mut), item.as_array())
        else {
            whole.insert(key, item.clone());
            continue;
        };
        more.iter().for_each(|value| known.push(value.clone()));
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    #[test]
    fn backups_and_hidden_files_are_not_sources() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(".codegen-abc")).unwrap();
        for name in [
            "client.rs",
            "limits.md",
            "client.rs.orig",
            "client.rs~",
            ".client.rs.swp",
            ".#client.rs",
            ".codegen-abc/link.rs",
        ] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let sources = super::sources(folder.path()).unwrap();
        assert_eq!(sources.into_keys().collect::<Vec<_>>(), ["client.rs", "limits.md"]);
    }
}
