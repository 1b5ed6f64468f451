//! Writes the README, the guides and the package metadata of a crate.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::Path;

use anyhow::Context as _;
use toml_edit::{Decor, DocumentMut, Item, Key, Table};

use super::existing;
use crate::api::{Api, Operation, Package, Security, SecurityKind, Success};
use crate::emit;

/// The dependencies of the README's example.
const PROGRAM: &str = "tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }\n";

/// The item about paged lists in the README.
const PAGING: &str =
    "- The client returns a paged list as a stream, which can request pages ahead.\n";

/// The row of the feature for object ids in the README.
const BSON: &str =
    "| `bson` | conversions between `ObjectId` and `bson::oid::ObjectId`; requires Rust 1.88 |\n";

/// The paragraphs about requests for tokens in the section on credentials.
const TOKENS: &str = "
The client requests OAuth 2.0 tokens from the token URL in the OpenAPI document, even if you set another base URL. To use
another URL, such as that of your tenant or of a test server, pass it to `Credentials::with_token_url`.

Some servers require a parameter that the OpenAPI document does not mention, such as `audience`:
`Credentials::with_token_parameter` sets it. If the server does not accept the client secret with HTTP Basic, call
`Credentials::with_secret_in_form`.

The client renews a token before it expires. After a 401, it obtains a new token and sends the request again. It
replaces rejected tokens at most once in five minutes, because some servers also return 401 if a permission is missing.

If the call that requests a token is dropped or times out, the request continues for at most the attempt timeout, and at
most 60 seconds. Later calls use its token.
";

/// The guides that work for every API, by file name. The guide to credentials depends on the security schemes.
const GUIDES: &[(&str, &str)] = &[
    ("errors.md", include_str!("docs/errors.md")),
    ("limits.md", include_str!("docs/limits.md")),
    ("network.md", include_str!("docs/network.md")),
    ("paging.md", include_str!("docs/paging.md")),
    ("testing.md", include_str!("docs/testing.md")),
];

/// The comment above the date of plain method names in the manifest.
const API_VERSION_COMMENT: &str = "\
# Plain method names are those of the newest resource versions up to this date. A later date can break callers.
";

/// The maximum number of rows of a table in the README. A longer table is hard to read.
const MOST_ROWS: usize = 60;

/// Returns the README of the crate in the folder `out`.
pub(super) fn readme(api: &Api, package: &Package, out: &Path, credentials: &str) -> String {
    let description = package.description.as_ref();
    let description = description.map(|text| format!("\n{}\n", quoted(text)));
    // Paths such as `.` have no file name. In this case, the name of the crate is used.
    let folder = out.file_name().map_or(package.name.as_str().into(), OsStr::to_string_lossy);
    let shown = shown(api);
    let feature = shown.and_then(|it| it.feature.as_ref());
    let feature = feature.map(|feature| format!(", features = [\"{feature}\"]"));
    format!(
        include_str!("README.md"),
        name = package.name,
        title = package.title,
        api_version = package.document_version,
        description = description.unwrap_or_default(),
        path = toml_edit::Value::from(format!("../{folder}")),
        feature = feature.unwrap_or_default(),
        paging = if has_pages(api) { PAGING } else { "" },
        example = shown.map(|it| example(api, it)).unwrap_or_default(),
        servers = servers(api, package),
        credentials = credentials,
        operations = operations(api),
        bson = if api.has_object_ids() { BSON } else { "" },
        features = features(api),
    )
}

/// Replaces the workspace's guides with guides that work for every API. Without a guide to `credentials`, the crate is
/// for the API of the workspace: the guide to credentials is kept, and the guide to errors keeps its last section, about
/// envelopes.
pub(super) fn guides(own: &mut BTreeMap<String, String>, credentials: Option<String>) {
    let errors = own.remove("errors.md").unwrap_or_default();
    own.extend(GUIDES.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())));
    if let Some(guide) = credentials {
        own.insert("credentials.md".to_owned(), guide);
    } else if let Some(start) = errors.find("\n# Envelopes\n") {
        own.entry("errors.md".to_owned()).or_default().extend(errors.get(start..));
    }
}

/// Returns the guide to credentials. Its first section is also in the README.
pub(super) fn credentials_guide(package: &Package, credentials: &str, crate_ident: &str) -> String {
    format!(
        include_str!("docs/credentials.md"),
        credentials = credentials,
        crate_ident = crate_ident,
        constructor = constructor(&package.security),
    )
}

/// Returns code that creates the credentials of the first alternative. The variable `secret` is the first secret.
fn constructor(security: &Security) -> String {
    let first = security.alternatives.first().into_iter().flatten();
    let schemes = first.filter_map(|index| security.schemes.get(*index));
    let constructors = schemes.enumerate().map(|(index, scheme)| {
        let secret = if index == 0 { "secret.trim()" } else { "\"...\"" };
        let ident = &scheme.ident;
        match scheme.kind.arguments() {
            [id, _secret] => format!("Credentials::{ident}(\"{id}\", {secret})"),
            _ => format!("Credentials::{ident}({secret})"),
        }
    });
    constructors.reduce(|all, next| format!("{all}.and({next})")).unwrap_or_default()
}

/// Sets the package metadata in the manifest.
pub(super) fn describe(
    manifest: &mut DocumentMut,
    api: &Api,
    package: &Package,
) -> anyhow::Result<()> {
    let table = manifest.get_mut("package").and_then(Item::as_table_like_mut);
    let table = table.context("`generated-client` has no `[package]`")?;
    let description = format!("A typed client for {}", package.title);
    for (key, value) in
        [("name", &package.name), ("description", &description), ("version", &package.version)]
    {
        table.insert(key, toml_edit::value(value.as_str()));
    }
    // The keywords describe the Atlas API. `autobenches` and the comment on `include` apply only to the workspace.
    table.remove("keywords");
    table.remove("autobenches");
    if let Some(mut include) = table.key_mut("include") {
        include.leaf_decor_mut().clear();
    }
    let metadata = table.get_mut("metadata").and_then(Item::as_table_like_mut);
    let metadata = metadata.context("`generated-client` has no `[package.metadata]`")?;
    let mut codegen = Table::new();
    let tag_features = package.tag_features.unwrap_or_default();
    codegen.insert(existing::TAG_FEATURES, toml_edit::value(tag_features));
    if let Some(date) = &api.api_version {
        let key = Key::new(existing::API_VERSION);
        let key = key.with_leaf_decor(Decor::new(API_VERSION_COMMENT, " "));
        codegen.insert_formatted(&key, toml_edit::value(date));
    }
    metadata.insert("codegen", Item::Table(codegen));
    // The program in the README needs these dependencies.
    manifest.insert("dev-dependencies", PROGRAM.parse::<DocumentMut>()?.as_item().clone());
    Ok(())
}

/// Renames the crate in the comments of a hand-written file, which include the doc examples. Leaves the code unchanged.
pub(super) fn rename_examples(text: &str, crate_ident: &str) -> String {
    let is_doc = |line: &str| line.trim_start().starts_with("//");
    let lines = text.split_inclusive('\n').map(|line| match line {
        doc if is_doc(doc) => rename(doc, crate_ident),
        code => code.to_owned(),
    });
    lines.collect()
}

/// Renames the crate in a guide.
pub(super) fn rename(guide: &str, crate_ident: &str) -> String {
    guide.replace("generated_client::", &format!("{crate_ident}::"))
}

/// Returns the text of `lib.rs`, with the README as the docs of the crate.
pub(super) fn crate_root(own: &str) -> String {
    let code = own.lines().filter(|line| !line.starts_with("//!"));
    // The README becomes the docs of the new crate, so the item that compiles the README's examples is unnecessary.
    // This item is the last one.
    let code = code.take_while(|line| *line != "#[cfg(doctest)]");
    let code: String = code.flat_map(|line| [line, "\n"]).collect();
    format!("#![doc = include_str!(\"../README.md\")]\n\n{}\n", code.trim())
}

/// Returns the section on credentials for the README and the guide.
pub(super) fn credentials(package: &Package) -> String {
    let security = &package.security;
    let code = |texts: &[String]| {
        let texts: Vec<String> = texts.iter().map(|it| format!("`{it}`")).collect();
        texts.join(", ")
    };
    let rows = security.schemes.iter().map(|scheme| {
        let arguments = scheme.kind.arguments().join(", ");
        let (ident, variables) = (&scheme.ident, code(&scheme.variables));
        format!(
            "| `Credentials::{ident}({arguments})` | {} | {variables} |\n",
            emit::credential_summary(scheme)
        )
    });
    let rows: String = rows.collect();
    let needed = security.alternatives.iter().map(|alternative| {
        let schemes = alternative.iter().filter_map(|index| security.schemes.get(*index));
        let schemes: Vec<String> = schemes.map(|it| format!("`{}`", it.ident)).collect();
        schemes.join(" and ")
    });
    let needed: Vec<String> = needed.collect();
    let combines = security.alternatives.iter().any(|alternative| alternative.len() > 1);
    let combines = if combines {
        "`Credentials::and` combines credentials that are sent together. "
    } else {
        ""
    };
    let needed = if security.schemes.len() == 1 {
        String::new()
    } else if let [only] = needed.as_slice() {
        format!("\n{combines}`Credentials::from_env` reads the variables of {only}.\n")
    } else {
        format!(
            "\n{combines}`Credentials::from_env` uses the first of these alternatives whose variables are all set:\n\n\
             - {}\n",
            needed.join("\n- ")
        )
    };
    let mut kinds = security.schemes.iter().map(|scheme| &scheme.kind);
    let tokens = if kinds.any(|kind| matches!(kind, SecurityKind::ClientCredentials(_))) {
        TOKENS
    } else {
        ""
    };
    let none = if security.is_optional {
        "\nAccording to the document, no operation requires credentials. If the server requires none, use `Credentials::none()`.\n"
    } else {
        ""
    };
    format!(
        "| constructor | credentials | environment variables |\n|---|---|---|\n{rows}{needed}{tokens}{none}"
    )
}

/// Returns a hand-written file without its unit tests, which need more dependencies than the crate
/// has.
pub(super) fn without_tests(text: &str) -> String {
    match text.split_once("\n#[cfg(test)]\nmod tests") {
        Some((code, _)) => code.to_owned(),
        None => text.to_owned(),
    }
}

/// Quotes text from the document, so that its headings are not headings of the README.
fn quoted(text: &str) -> String {
    let text = emit::escape_docs(text.trim());
    let lines = text.lines().map(|line| format!("> {line}").trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the operation that the example calls. Prefers operations that are not deprecated, then paged lists and
/// reads, then operations with few required parameters.
fn shown(api: &Api) -> Option<&Operation> {
    api.operations.iter().min_by_key(|it| {
        let is_read = it.method == "GET" && it.body.is_none();
        let kind = match it.success {
            _ if it.paging.is_some() => 0,
            Success::Json(_) if is_read => 1,
            Success::Nothing => 3,
            _ if is_read => 2,
            _ => 3,
        };
        (it.deprecated, kind, it.params.iter().filter(|param| param.required).count())
    })
}

/// Returns a program that calls an operation.
fn example(api: &Api, operation: &Operation) -> String {
    let program = emit::program(operation, &api.crate_ident());
    // Without its feature, the operation does not exist, and the example would not compile.
    let kind = if operation.feature.is_some() { "ignore" } else { "no_run" };
    format!("```rust,{kind}\n{program}```\n")
}

fn has_pages(api: &Api) -> bool {
    api.operations.iter().any(|operation| operation.paging.is_some())
}

fn servers(api: &Api, package: &Package) -> String {
    let rows = package.servers.iter().map(|server| {
        let url = match server.url.as_str() {
            "" => "an empty URL, so the API is on the host that serves the OpenAPI document"
                .to_owned(),
            url => format!("`{url}`"),
        };
        let about = server.description.as_ref().map(|about| format!(": {about}"));
        format!("- {url}{}\n", about.unwrap_or_default())
    });
    let rows: String = rows.collect();
    let variable = format!("{}_BASE_URL", package.variable_prefix());
    if let Some(url) = emit::default_base_url(package) {
        let others = match package.servers.as_slice() {
            [_] => String::new(),
            _ => format!(" The document lists these servers:\n\n{rows}{}", constants(package)),
        };
        return format!(
            "The default base URL is `{url}`. To use another URL, call `ClientBuilder::base_url`, or set the \
             environment variable `{variable}` for `Client::from_env`.{}\n{}",
            others.trim_end(),
            servers_of_operations(api)
        );
    }
    let (reason, listed) = if rows.is_empty() {
        ("the document lists no servers", "\n".to_owned())
    } else {
        let these = if package.servers.len() == 1 { "this server" } else { "these servers" };
        let listed = format!(
            " If the URL of a server is only a path, put the scheme and the host of the API before it. The document \
             lists {these}:\n\n{rows}"
        );
        ("the document's list of `servers` does not begin with a complete URL", listed)
    };
    format!(
        "There is no default base URL, because {reason}. Pass the base URL to `ClientBuilder::base_url`, or set the \
         environment variable `{variable}` for `Client::from_env`.{listed}"
    )
}

/// Returns a paragraph about the constants for the servers other than the default.
fn constants(package: &Package) -> String {
    let others = package.servers.iter().skip(1).filter_map(|it| it.constant.as_ref());
    let others: Vec<String> = others.map(|it| format!("`Client::{it}`")).collect();
    // The servers of the workspace's client have other names.
    if others.is_empty() || package.is_hand_written {
        return String::new();
    }
    format!(
        "\nTo use another of these servers, pass its constant to `ClientBuilder::base_url`: {}.\n",
        others.join(", ")
    )
}

/// Returns a paragraph about the servers of single operations.
fn servers_of_operations(api: &Api) -> String {
    let urls = api.operations.iter().filter_map(|it| it.base_url.as_ref());
    let urls: BTreeSet<String> = urls.map(|url| format!("`{url}`")).collect();
    if urls.is_empty() {
        return String::new();
    }
    let urls: Vec<String> = urls.into_iter().collect();
    format!(
        "\nSome operations have their own server, to which the client sends them unless you set a base URL: {}.\n",
        urls.join(", ")
    )
}

fn operations(api: &Api) -> String {
    let number = api.operations.len();
    if number > MOST_ROWS {
        return format!("The client has {number} operations: see the methods of `Client`.\n");
    }
    let rows = api.operations.iter().map(|operation| {
        let feature = operation.feature.as_ref().map(|it| format!(", feature `{it}`"));
        let feature = feature.unwrap_or_default();
        let path = operation.path.replace('|', "\\|");
        format!("| `{}` | `{} {path}`{feature} |\n", operation.ident, operation.method)
    });
    format!("| method | request |\n|---|---|\n{}", rows.collect::<String>())
}

fn features(api: &Api) -> String {
    let rows = api.features.iter();
    let rows = rows.map(|it| format!("| `{}` | the operations of {} |\n", it.name, it.tag));
    let all = (!api.features.is_empty()).then(|| "| `full` | all operations |\n".to_owned());
    rows.chain(all).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::SecurityScheme;

    #[test]
    fn the_example_of_a_rotation_combines_credentials_that_are_sent_together() {
        let scheme = |ident: &str, kind| SecurityScheme {
            ident: ident.into(),
            name: ident.into(),
            kind,
            variables: Vec::new(),
            description: None,
        };
        let schemes =
            vec![scheme("token", SecurityKind::Bearer), scheme("key", SecurityKind::Basic)];
        for (alternative, expected) in [
            (vec![0], "Credentials::token(secret.trim())"),
            (
                vec![1, 0],
                "Credentials::key(\"username\", secret.trim()).and(Credentials::token(\"...\"))",
            ),
        ] {
            let alternatives = vec![alternative, vec![0]];
            let security = Security { schemes: schemes.clone(), alternatives, is_optional: false };
            assert_eq!(constructor(&security), expected);
        }
    }

    #[test]
    fn only_doc_comments_get_the_new_crate_name() {
        let text = "/// use generated_client::Client;\nlet generated_client::x = 1;\n";
        let renamed = "/// use pets::Client;\nlet generated_client::x = 1;\n";
        assert_eq!(rename_examples(text, "pets"), renamed);
    }
}
