//! Gives every schema the name of its Rust type.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase;
use openapiv3::OpenAPI;

use super::{Complaint, Options};
use crate::walk;

/// Names that a model cannot have, since the emitted code means something else by them.
const TAKEN: [&str; 12] = [
    "Box", "Client", "DateTime", "Error", "Map", "ObjectId", "Option", "Response", "Result",
    "String", "Value", "Vec",
];

/// Renames `DiskBackup_export` to `DiskBackupExport`, and every reference with it.
pub(super) fn run(mut document: OpenAPI, _: &Options) -> Result<OpenAPI, Vec<Complaint>> {
    let components = document.components.get_or_insert_with(Default::default);
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut complaints = Vec::new();
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    for name in components.schemas.keys() {
        let type_name = type_name(name);
        if let Some(owner) = owners.insert(type_name.clone(), name.clone()) {
            complaints.push(same_type(name, &owner, &type_name));
        }
        names.insert(name.clone(), type_name);
    }
    if !complaints.is_empty() {
        return Err(complaints);
    }
    let schemas = std::mem::take(&mut components.schemas).into_iter();
    components.schemas =
        schemas.map(|(name, it)| (names.get(&name).cloned().unwrap_or(name), it)).collect();
    let rename = |reference: &mut String| {
        if let Some(name) = names.get(walk::schema_name(reference)) {
            *reference = format!("{}{name}", walk::SCHEMAS);
        }
    };
    for schema in components.schemas.values_mut().filter_map(walk::item_mut) {
        if let Some(discriminator) = &mut schema.schema_data.discriminator {
            discriminator.mapping.values_mut().for_each(rename);
        }
    }
    walk::every_slot(&mut document, &mut |slot| {
        if let Some(reference) = slot.reference() {
            rename(reference);
        }
    });
    Ok(document)
}

fn type_name(name: &str) -> String {
    let name = name.to_upper_camel_case();
    if TAKEN.contains(&name.as_str()) { format!("{name}Model") } else { name }
}

fn same_type(name: &str, owner: &str, type_name: &str) -> Complaint {
    Complaint {
        pointer: format!("/components/schemas/{name}"),
        what: format!("the schemas `{owner}` and `{name}` would both be the type `{type_name}`"),
        help: "rename one of them".to_owned(),
    }
}
