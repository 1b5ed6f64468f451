//! Moves `readOnly` and `writeOnly` from named schemas to the properties that refer to them.

use std::collections::BTreeMap;

use openapiv3::{ReferenceOr, Schema, SchemaData};

use super::{Lowered, Options};
use crate::schema;
use crate::visitor::{self, Slot, Step};

/// Moves `readOnly` and `writeOnly` from each named schema to the properties that refer to it. The keywords have no
/// effect on other references, such as those of request bodies.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let document = &mut lowered.openapi;
    let mut limited = BTreeMap::new();
    for (name, schema) in visitor::schemas_mut(document) {
        let Some(Schema { schema_data: data, .. }) = visitor::item_mut(schema) else { continue };
        let SchemaData { read_only, write_only, .. } = *data;
        if read_only || write_only {
            (data.read_only, data.write_only) = (false, false);
            limited.insert(name.clone(), (read_only, write_only));
        }
    }
    visitor::every_schema(document, &mut |schema| {
        for (step, slot) in visitor::children(schema) {
            if matches!(step, Step::Property(_)) {
                mark(slot, &limited);
            }
        }
    });
}

/// Marks a property if it refers to one of the schemas in `limited`.
fn mark(mut slot: Slot<'_>, limited: &BTreeMap<String, (bool, bool)>) {
    if let Some(reference) = slot.reference() {
        let name = schema::name(reference).to_owned();
        if limited.contains_key(&name) {
            slot.fill(ReferenceOr::Item(schema::bare(schema::reference_kind(&name))));
        }
    }
    let Some(schema) = slot.schema() else { return };
    if let Some((read_only, write_only)) =
        schema::only_member(schema).and_then(|it| limited.get(it))
    {
        schema.schema_data.read_only |= *read_only;
        schema.schema_data.write_only |= *write_only;
    }
}
