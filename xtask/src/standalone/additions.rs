//! The runtime modules that only some clients need, such as the module for uploads.
//!
//! The workspace does not compile these modules. A crate that a run writes with `--out` includes the modules that its
//! operations use and the dependencies of these modules.

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};
use toml_edit::TableLike;

use crate::api::{Api, Encoding, Operation, Success};
use crate::diagnostic::{Finding, Place};

/// An optional module of `runtime/`.
struct Addition {
    module: &'static str,
    /// The part of an operation that needs the module, in messages.
    part: &'static str,
    text: &'static str,
    /// The item that emitted code and other runtime modules use.
    item: &'static str,
    /// Whether callers also use the item.
    is_public: bool,
    /// The features of reqwest that the module needs.
    features: &'static [&'static str],
    dependencies: &'static [&'static str],
    is_needed: fn(&Operation) -> bool,
}

const ADDITIONS: &[Addition] = &[
    Addition {
        module: "upload",
        part: "a body of bytes or files",
        text: include_str!("additions/upload.rs"),
        item: "Upload",
        is_public: true,
        features: &["stream"],
        dependencies: &["bytes", "http-body"],
        is_needed: |it| is_multipart(it) || has_encoding(it, |it| *it == Encoding::Bytes),
    },
    Addition {
        module: "multipart",
        part: "a multipart body",
        text: include_str!("additions/multipart.rs"),
        item: "Form",
        is_public: true,
        features: &[],
        dependencies: &[],
        is_needed: is_multipart,
    },
    Addition {
        module: "form",
        part: "a form as its body",
        text: include_str!("additions/form.rs"),
        item: "FormStyle",
        is_public: false,
        features: &[],
        dependencies: &[],
        is_needed: |it| has_encoding(it, |it| matches!(it, Encoding::Form(_))),
    },
    Addition {
        module: "lines",
        part: "a response of JSON lines",
        text: include_str!("additions/lines.rs"),
        item: "JsonLines",
        is_public: true,
        features: &[],
        dependencies: &[],
        is_needed: |it| matches!(it.success, Success::Lines(_)),
    },
];

fn is_multipart(operation: &Operation) -> bool {
    operation.is_multipart || has_encoding(operation, |it| *it == Encoding::Multipart)
}

fn has_encoding(operation: &Operation, is_meant: fn(&Encoding) -> bool) -> bool {
    operation.body.as_ref().is_some_and(|body| is_meant(&body.encoding))
}

fn needed(api: &Api) -> impl Iterator<Item = &'static Addition> {
    ADDITIONS.iter().filter(|it| api.operations.iter().any(it.is_needed))
}

/// Returns an error for each operation that needs an optional module, because the workspace's own client does not
/// contain these modules.
pub(super) fn unsupported(api: &Api) -> impl Iterator<Item = Finding> {
    api.operations.iter().filter_map(|operation| {
        let Addition { part, .. } = ADDITIONS.iter().find(|it| (it.is_needed)(operation))?;
        let what =
            format!("`{}` has {part}, which `generated-client` does not support", operation.id);
        let help = "generate a separate crate with `--out`";
        Some(Finding::error(Place::Key(operation.pointer()), what, help))
    })
}

/// Extends the sources of a crate with the modules that its API needs.
///
/// # Errors
///
/// Returns an error if `runtime/mod.rs` or `lib.rs` must be extended but is missing, or if `lib.rs` does not export
/// `InvalidInput` as expected.
pub(super) fn add(api: &Api, files: &mut BTreeMap<String, String>) -> anyhow::Result<()> {
    for Addition { module, text, item, is_public, .. } in needed(api) {
        files.insert(format!("runtime/{module}.rs"), (*text).to_owned());
        let index = files.get_mut("runtime/mod.rs").context("the runtime has no `mod.rs`")?;
        let visibility = if *is_public { "pub" } else { "pub(crate)" };
        index.extend(["\nmod ", module, ";\n", visibility, " use ", module, "::", item, ";\n"]);
        if *is_public {
            let root = files.get_mut("lib.rs").context("the client has no `lib.rs`")?;
            let before = "pub use runtime::InvalidInput;\n";
            ensure!(root.contains(before), "`lib.rs` has no line `{}`", before.trim_end());
            *root = root.replace(before, &format!("{before}pub use runtime::{item};\n"));
        }
    }
    Ok(())
}

/// Extends the dependencies in a manifest with the crates and the `reqwest` features that the modules need.
///
/// # Errors
///
/// Returns an error if `reqwest` is not a dependency, if its features are not a list, or if the workspace does not
/// define one of the new dependencies.
pub(super) fn depend(
    api: &Api,
    dependencies: &mut dyn TableLike,
    shared: &dyn TableLike,
) -> anyhow::Result<()> {
    for Addition { features, dependencies: others, .. } in needed(api) {
        let reqwest = dependencies.get_mut("reqwest").and_then(|it| it.as_table_like_mut());
        let reqwest = reqwest.context("the client does not depend on `reqwest`")?;
        if !reqwest.contains_key("features") {
            reqwest.insert("features", toml_edit::value(toml_edit::Array::new()));
        }
        let list = reqwest.get_mut("features").and_then(|it| it.as_array_mut());
        list.context("the features of `reqwest` are not a list")?.extend(features.iter().copied());
        for name in *others {
            let item = shared.get(name);
            let item = item.with_context(|| format!("the workspace does not define `{name}`"))?;
            dependencies.insert(name, item.clone());
        }
    }
    Ok(())
}
