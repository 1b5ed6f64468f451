//! Finds named schemas that contain themselves and would have no Rust type.

use std::collections::BTreeMap;

use openapiv3::ReferenceOr;

use super::aliases::is_alias;
use super::{Lowered, Options, warning};
use crate::schema;
use crate::visitor;

/// Makes a schema any JSON value if it contains itself without a named object in between, such as a list of itself.
/// Later passes can then replace references to the schema with the schema.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, origins, tags, findings, .. } = lowered;
    let schemas = visitor::schemas_mut(openapi);
    let aliases = schemas.iter().filter(|(name, it)| is_alias(it) && !tags.contains_key(*name));
    let mut aliases: BTreeMap<String, ReferenceOr<_>> =
        aliases.map(|(name, schema)| (name.clone(), schema.clone())).collect();
    let graph = visitor::dependencies(aliases.iter_mut(), &|_| true);
    for name in aliases.keys().filter(|name| graph.leads(name, name)) {
        findings.push(warning(
            origins.pointer(name),
            format!("`{name}` contains itself without a named object in between"),
            format!("`{name}` is read as any JSON value"),
            "put an object with `properties` in between",
        ));
        schemas.insert(name.clone(), ReferenceOr::Item(schema::bare(schema::any_kind())));
    }
}
