//! The usage of each schema: whether requests contain it, and whether responses contain it.

use std::collections::BTreeMap;

use openapiv3::{ObjectType, OpenAPI, Schema};

use super::types::Usage;
use crate::schema::SchemaRef;
use crate::visitor::{self, Part};

/// Returns, for each named schema, whether requests contain it and whether responses contain it. Requests exclude
/// `readOnly` properties, and responses exclude `writeOnly` properties.
pub(super) fn of(document: &mut OpenAPI) -> BTreeMap<String, Usage> {
    let (mut sent_roots, mut received_roots) = (Vec::new(), Vec::new());
    for (_, operation) in visitor::operations_mut(&mut document.paths) {
        for (part, slot) in visitor::operation_slots(operation) {
            let roots = match part {
                Part::Parameter(_) | Part::Body => &mut sent_roots,
                Part::Response | Part::Error => &mut received_roots,
            };
            visitor::references(slot, &|_| true, roots);
        }
    }
    let mut graph = |enter: &dyn Fn(&Schema) -> bool| {
        visitor::dependencies(visitor::schemas_mut(document).iter_mut(), enter)
    };
    let sent = graph(&|schema| !schema.schema_data.read_only);
    let received = graph(&|schema| !schema.schema_data.write_only);
    let sent = sent.reachable(sent_roots.iter().map(String::as_str));
    let received = received.reachable(received_roots.iter().map(String::as_str));
    let names = visitor::schemas_mut(document).keys().map(|name| {
        let name = name.as_str();
        let usage = Usage { request: sent.contains(name), response: received.contains(name) };
        (name.to_owned(), usage)
    });
    names.collect()
}

/// A property of an object, and how the usage of the object affects it.
pub(super) struct Property<'a> {
    pub(super) name: &'a str,
    pub(super) schema: SchemaRef<'a>,
    pub(super) required: bool,
    /// Whether requests contain the object but should not set the property.
    pub(super) read_only: bool,
    /// Whether requests must set the property although responses exclude it.
    pub(super) required_in_requests: bool,
}

/// Returns the properties of an object with the given usage. Leaves out `readOnly` properties if only requests contain
/// the object, and `writeOnly` properties if only responses do. If both contain the object, `readOnly` and `writeOnly`
/// properties are kept but not required.
pub(super) fn properties(object: &ObjectType, usage: Usage) -> impl Iterator<Item = Property<'_>> {
    let only_one = usage.request != usage.response;
    object.properties.iter().filter_map(move |(name, property)| {
        let schema = SchemaRef::from(property);
        let data = schema.data();
        let read_only = usage.request && data.is_some_and(|data| data.read_only);
        let write_only = usage.response && data.is_some_and(|data| data.write_only);
        let excluded = read_only || write_only;
        let is_listed = object.required.contains(name);
        let required = is_listed && !excluded;
        let required_in_requests = is_listed && usage.request && write_only && !read_only;
        let property = Property { name, schema, required, read_only, required_in_requests };
        (!(excluded && only_one)).then_some(property)
    })
}
