//! Gives every schema the name of its Rust type.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToSnakeCase, ToUpperCamelCase};
use openapiv3::OpenAPI;

use super::{Complaint, Lowered, Options, lowered};
use crate::notes::{Extensions, Note, Owner, Place};
use crate::walk;

/// Names that a model cannot have, since the emitted code means something else by them.
pub(crate) const TAKEN: &[&str] = &[
    "At",
    "BTreeMap",
    "Bound",
    "Box",
    "ByteStream",
    "Client",
    "Clone",
    "Copy",
    "DateTime",
    "Debug",
    "Default",
    "Deserialize",
    "Display",
    "Eq",
    "Err",
    "Error",
    "From",
    "Hash",
    "InvalidInput",
    "Into",
    "ItemStream",
    "Map",
    "Method",
    "Mod",
    "NaiveDate",
    "None",
    "ObjectId",
    "Ok",
    "Operation",
    "Option",
    "Ord",
    "Page",
    "PartialEq",
    "PartialOrd",
    "Request",
    "Response",
    "ResponseFuture",
    "Result",
    "Self",
    "Serialize",
    "Some",
    "String",
    "TryInto",
    "Utc",
    "Uuid",
    "Validate",
    "Value",
    "Vec",
];

/// Renames `DiskBackup_export` to `DiskBackupExport`, and every reference with it. A name that the
/// emitted code needs for itself, the type of an operation among them, gets `Model` behind it.
pub(super) fn run(mut document: OpenAPI, _: &Options) -> Lowered {
    let operations: BTreeSet<String> = walk::operations_mut(&mut document)
        .filter_map(|operation| Some(operation.operation_id.as_ref()?.to_upper_camel_case()))
        .collect();
    let components = document.components.get_or_insert_with(Default::default);
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut complaints = Vec::new();
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    for (name, schema) in &components.schemas {
        let extensions = schema.as_item().map(|it| &it.schema_data.extensions);
        let type_name = type_name(name, &operations);
        // Two types that differ in capitals alone would stand in one file.
        if let Some(owner) = owners.insert(type_name.to_snake_case(), name.clone()) {
            let place = Place::of(name, extensions.unwrap_or(&Extensions::default()));
            complaints.push(same_type(name, &owner, &type_name, place));
        }
        names.insert(name.clone(), type_name);
    }
    if !complaints.is_empty() {
        return lowered(document, complaints);
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
        if let Some(owner) = Owner::read(&schema.schema_data.extensions) {
            let name = names.get(&owner.0).cloned().unwrap_or(owner.0);
            Owner(name).write(&mut schema.schema_data.extensions);
        }
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

fn type_name(name: &str, operations: &BTreeSet<String>) -> String {
    let name = name.to_upper_camel_case();
    if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return format!("Model{name}");
    }
    let is_taken = TAKEN.contains(&name.as_str()) || operations.contains(&name);
    if is_taken { format!("{name}Model") } else { name }
}

fn same_type(name: &str, owner: &str, type_name: &str, pointer: String) -> Complaint {
    Complaint {
        pointer,
        what: format!("the schemas `{owner}` and `{name}` would both be the type `{type_name}`"),
        help: "rename one of them".to_owned(),
    }
}
