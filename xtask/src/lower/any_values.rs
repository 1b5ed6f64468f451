//! Converts schemas without a single type to any value.

use openapiv3::{AnySchema, Schema, SchemaData, SchemaKind};

use super::{Finding, Lowered, Options, warning};
use crate::diagnostic::Pointer;
use crate::visitor::{self, Slot};

/// Converts each schema that mixes keywords of several types, or only has `not`, to any value.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, origins, findings } = lowered;
    for (key, operation) in visitor::operations_mut(openapi) {
        let id = operation.operation_id.clone().unwrap_or_default();
        for (_, slot) in visitor::operation_slots(operation) {
            below(slot, &id, &key.pointer(), findings);
        }
    }
    for (name, slot) in visitor::schemas_mut(openapi) {
        below(Slot::Plain(slot), name, &origins.pointer(name), findings);
    }
}

fn below(slot: Slot<'_>, name: &str, pointer: &Pointer, findings: &mut Vec<Finding>) {
    let Some(schema) = slot.schema() else { return };
    if is_mixed(&schema.schema_kind) {
        *schema = any_value(schema);
        findings.push(warning(
            pointer.clone(),
            format!("a schema in `{name}` has keywords of several types"),
            "it is read as any JSON value".to_owned(),
            "give it one `type`, and only keywords of that type",
        ));
    }
    for (step, slot) in visitor::children(schema) {
        below(slot, name, &step.from(pointer), findings);
    }
}

fn any_value(schema: &mut Schema) -> Schema {
    let data: &mut SchemaData = &mut schema.schema_data;
    visitor::any_value(std::mem::take(data))
}

fn is_mixed(kind: &SchemaKind) -> bool {
    match kind {
        SchemaKind::Any(any) => any.enumeration.is_empty() && *any != AnySchema::default(),
        SchemaKind::Not { .. } => true,
        _ => false,
    }
}
