//! Names the schemas in shared components.

use std::collections::HashSet;

use heck::ToUpperCamelCase as _;
use indexmap::IndexMap;
use openapiv3::{Components, MediaType, ParameterSchemaOrContent, ReferenceOr};

use super::hoist::Hoist;
use super::{Lowered, Options};
use crate::diagnostic::Pointer;
use crate::media_type::is_json;
use crate::visitor::{self, Slot};

/// Gives the inline schema of each shared parameter, JSON body and JSON response the name of its component. All
/// operations that refer to the component then use the same type. Without this pass, each operation would have its own
/// type.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let Lowered { openapi, origins, .. } = lowered;
    let Some(components) = &mut openapi.components else { return };
    let Components { schemas, parameters, request_bodies, responses, .. } = components;
    let named: HashSet<String> = schemas.keys().map(|name| name.to_upper_camel_case()).collect();
    let mut name =
        |slot: Slot<'_>, (section, suffix): (&str, &str), component: &str, keys: &[&str]| {
            let mut name = component.to_upper_camel_case();
            if named.contains(&name) || schemas.contains_key(&name) {
                name.push_str(suffix);
            }
            let pointer =
                Pointer::new(["components", section, component]).join(keys.iter().copied());
            Hoist { owner: &name, schemas, origins }.slot(slot, &name, &pointer);
        };
    for (component, parameter) in items(parameters) {
        let data = visitor::parameter_data_mut(parameter);
        if let ParameterSchemaOrContent::Schema(schema) = &mut data.format {
            name(Slot::Plain(schema), ("parameters", "Parameter"), component, &["schema"]);
        }
    }
    for (component, body) in items(request_bodies) {
        for (media_type, slot) in json(&mut body.content) {
            name(slot, ("requestBodies", "Body"), component, &["content", media_type, "schema"]);
        }
    }
    for (component, response) in items(responses) {
        for (media_type, slot) in json(&mut response.content) {
            name(slot, ("responses", "Response"), component, &["content", media_type, "schema"]);
        }
    }
}

fn items<T>(
    components: &mut IndexMap<String, ReferenceOr<T>>,
) -> impl Iterator<Item = (&String, &mut T)> {
    components.iter_mut().filter_map(|(name, slot)| Some((name, visitor::item_mut(slot)?)))
}

/// Returns the schema of each JSON media type.
fn json(content: &mut IndexMap<String, MediaType>) -> impl Iterator<Item = (&String, Slot<'_>)> {
    let content = content.iter_mut().filter(|(media_type, _)| is_json(media_type));
    content
        .filter_map(|(media_type, media)| Some((media_type, Slot::Plain(media.schema.as_mut()?))))
}
