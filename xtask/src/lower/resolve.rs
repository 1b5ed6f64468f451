//! Inlines references to parameters, request bodies, responses, headers and security schemes, and to the examples of
//! request and response bodies.

use std::borrow::Cow;

use indexmap::IndexMap;
use openapiv3::{Components, MediaType, OpenAPI, Operation, Parameter, ReferenceOr};

use super::{Lowered, Options};
use crate::visitor;

/// Inlines the references that the module documentation lists. Moves the parameters of a path to its operations, and
/// the servers of the path to those of its operations that have no servers. Later passes then find all parts of an
/// operation in the operation itself.
pub(super) fn run(lowered: &mut Lowered, _: &Options) {
    let OpenAPI { paths, components, .. } = &mut lowered.openapi;
    let components = components.get_or_insert_default();
    for item in paths.paths.values_mut() {
        let ReferenceOr::Item(item) = item else {
            continue;
        };
        let shared = std::mem::take(&mut item.parameters);
        let servers = std::mem::take(&mut item.servers);
        for (_, operation) in visitor::methods_mut(item) {
            let Some(operation) = operation else { continue };
            inherit(&mut operation.parameters, &shared, components);
            if operation.servers.is_empty() {
                operation.servers.clone_from(&servers);
            }
            resolve_bodies(operation, components);
        }
    }
    let schemes = components.security_schemes.clone();
    components.security_schemes.values_mut().for_each(|it| resolve(it, &schemes));
    components.parameters.clear();
    components.request_bodies.clear();
    components.responses.clear();
    components.headers.clear();
    components.examples.clear();
}

fn resolve_bodies(operation: &mut Operation, components: &Components) {
    if let Some(body) = &mut operation.request_body {
        resolve(body, &components.request_bodies);
        if let ReferenceOr::Item(body) = body {
            examples(&mut body.content, components);
        }
    }
    let responses = &mut operation.responses;
    for response in responses.responses.values_mut().chain(&mut responses.default) {
        resolve(response, &components.responses);
        if let ReferenceOr::Item(response) = response {
            response.headers.values_mut().for_each(|it| resolve(it, &components.headers));
            examples(&mut response.content, components);
        }
    }
}

fn examples(content: &mut IndexMap<String, MediaType>, components: &Components) {
    let examples = content.values_mut().flat_map(|media| media.examples.values_mut());
    examples.for_each(|example| resolve(example, &components.examples));
}

/// Adds the parameters of a path before those of an operation. Leaves out each parameter of the path that has the same
/// name and location as one of the operation.
fn inherit(
    own: &mut Vec<ReferenceOr<Parameter>>,
    shared: &[ReferenceOr<Parameter>],
    components: &Components,
) {
    for parameter in &mut *own {
        resolve(parameter, &components.parameters);
    }
    let inherited = shared.iter().cloned().filter_map(|mut parameter| {
        resolve(&mut parameter, &components.parameters);
        let key = identity(&parameter);
        (!own.iter().any(|it| identity(it) == key)).then_some(parameter)
    });
    let inherited: Vec<_> = inherited.collect();
    own.splice(0..0, inherited);
}

fn identity(
    parameter: &ReferenceOr<Parameter>,
) -> Option<(std::mem::Discriminant<Parameter>, Cow<'_, str>)> {
    let parameter = parameter.as_item()?;
    let name = &parameter.parameter_data_ref().name;
    let name = match parameter {
        Parameter::Header { .. } => name.to_ascii_lowercase().into(),
        _ => name.into(),
    };
    Some((std::mem::discriminant(parameter), name))
}

/// Replaces a reference with its target, and repeats this while the target is a reference. The checks guarantee that
/// all targets exist, that there are no cycles, and that the name in `#/components/SECTION/NAME` has no escapes.
fn resolve<T: Clone>(slot: &mut ReferenceOr<T>, components: &IndexMap<String, ReferenceOr<T>>) {
    while let ReferenceOr::Reference { reference } = slot {
        let name = reference.splitn(4, '/').nth(3).unwrap_or_default();
        let Some(target) = components.get(name) else {
            return;
        };
        *slot = target.clone();
    }
}
