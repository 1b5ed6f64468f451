//! Replaces schemas that have no single type with a schema for any value.

use openapiv3::{AnySchema, SchemaKind};

use super::{Finding, Lowered, Options, warning};
use crate::diagnostic::Pointer;
use crate::schema;
use crate::visitor::{self, Slot};

/// Replaces each schema that has keywords but no single type, or has only `not`, with a schema for any value. Enums are
/// left unchanged.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, origins, findings, .. } = lowered;
    for (key, operation) in visitor::operations_mut(&mut openapi.paths) {
        let id = operation.operation_id.clone().unwrap_or_default();
        for (_, slot) in visitor::operation_slots(operation) {
            below(slot, &id, &key.pointer(), findings);
        }
    }
    for (name, slot) in visitor::schemas_mut(openapi) {
        below(Slot::Plain(slot), name, &origins.pointer(name), findings);
    }
}

fn below(mut slot: Slot<'_>, name: &str, pointer: &Pointer, findings: &mut Vec<Finding>) {
    let Some(schema) = slot.schema() else { return };
    if let Some((what, help)) = problem(&schema.schema_kind) {
        schema.schema_kind = schema::any_kind();
        findings.push(warning(
            pointer.clone(),
            format!("a schema in `{name}` has {what}"),
            "the schema is read as any JSON value",
            help,
        ));
    }
    for (step, slot) in visitor::children(schema) {
        below(slot, name, &step.from(pointer), findings);
    }
}

/// Returns why a schema has no single type, and how to fix it.
fn problem(kind: &SchemaKind) -> Option<(&'static str, &'static str)> {
    match kind {
        SchemaKind::Any(any) if any.enumeration.is_empty() && *any != AnySchema::default() => {
            Some(untyped(any))
        }
        SchemaKind::Not { .. } => Some(("`not`, but no `type`", "add a `type`")),
        _ => None,
    }
}

/// Returns the problem with a schema that has no single type, and how to fix it. If all keywords belong to one type,
/// the fix names this type.
fn untyped(any: &AnySchema) -> (&'static str, &'static str) {
    let is_object = any.min_properties.is_some() || any.max_properties.is_some();
    let is_text = any.min_length.is_some() || any.max_length.is_some() || any.pattern.is_some();
    let is_list = any.min_items.is_some() || any.max_items.is_some() || any.unique_items.is_some();
    let is_number = any.minimum.is_some() || any.maximum.is_some() || any.multiple_of.is_some();
    let has_type = any.typ.is_some() || schema::is_composed(any) || any.items.is_some();
    match [is_object, is_text, is_list, is_number] {
        _ if has_type || !any.properties.is_empty() => SEVERAL,
        [true, false, false, false] => ("no `type`", "add `type: object`"),
        [false, true, false, false] => ("no `type`", "add `type: string`"),
        [false, false, true, false] => ("no `type`", "add `type: array`"),
        [false, false, false, true] => ("no `type`", "add `type: integer` or `type: number`"),
        [false, false, false, false] => ("no `type`", "add a `type`"),
        _ => SEVERAL,
    }
}

const SEVERAL: (&str, &str) =
    ("keywords of several types", "use one `type`, and only keywords for that type");
