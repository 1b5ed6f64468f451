//! Generates a client with plain progenitor, that is, without this project's generator. Without changes, plain
//! progenitor can read only one operation in `spec/atlas.yaml`: the operation of the legacy API. This operation lists
//! export jobs, and its media type is `application/json`.

use std::path::Path;
use std::{env, fs};

use anyhow::Context as _;
use progenitor::Generator;
use serde_yaml::Value;

const SPEC: &str = "../../spec/atlas.yaml";
const LEGACY: &str = "/api/atlas/v1.0/";

fn main() -> anyhow::Result<()> {
    println!("cargo:rerun-if-changed={SPEC}");
    println!("cargo:rerun-if-changed=build.rs");
    let mut document: Value = serde_yaml::from_str(&fs::read_to_string(SPEC)?)?;
    let paths = document.get_mut("paths").and_then(Value::as_mapping_mut);
    let paths = paths.context("the document has no paths")?;
    paths.retain(|path, _| path.as_str().is_some_and(|path| path.starts_with(LEGACY)));
    // Plain progenitor does not support discriminators, which only the schemas of buckets have. The list of export jobs
    // does not refer to these schemas, so they can be removed.
    let schemas = document.get_mut("components").and_then(|it| it.get_mut("schemas"));
    let schemas = schemas.and_then(Value::as_mapping_mut).context("the document has no schemas")?;
    schemas.retain(|name, _| !name.as_str().is_some_and(|name| name.contains("Bucket")));
    let document = serde_yaml::from_value(document)?;
    let tokens = Generator::default().generate_tokens(&document)?;
    let out =
        env::var_os("OUT_DIR").context("`OUT_DIR` is not set: run the build script with cargo")?;
    fs::write(Path::new(&out).join("plain.rs"), tokens.to_string())?;
    Ok(())
}
