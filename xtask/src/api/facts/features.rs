//! Cargo features for the tags of a large document, so that a program compiles only the operations
//! of the tags that it needs.

use std::collections::{BTreeMap, BTreeSet};

use super::held;
use crate::api::names;
use crate::api::types::{Api, Feature, Operation, Type};
use crate::graph::Graph;

/// The maximum number of tags for which a new crate has no Cargo features, so that all operations are always compiled.
const FEW: usize = 8;

/// Assigns each operation the feature of its first tag. Assigns each model the features of the operations that need the
/// model's file. An operation without a tag is always compiled.
///
/// In a new crate, everything is always compiled if the API has at most [`FEW`] tags. Later runs keep this decision,
/// because features would make all operations unavailable to existing callers. In the workspace's own client, whose
/// manifest is written by hand, everything is always compiled.
pub(super) fn assign(api: &mut Api) {
    let mut tags: BTreeMap<String, String> = BTreeMap::new();
    for operation in &mut api.operations {
        operation.feature = operation.feature.take().map(|tag| {
            let name = names::feature(&tag);
            tags.entry(name.clone()).or_insert(tag);
            name
        });
    }
    let package = api.package.as_mut();
    let decision = package.map(|it| it.tag_features.get_or_insert(tags.len() > FEW));
    if !decision.is_some_and(|it| *it) {
        api.operations.iter_mut().for_each(|operation| operation.feature = None);
        return;
    }
    let features = tags.into_iter().map(|(name, tag)| Feature { name, tag });
    api.features = features.collect();
    assign_models(api);
}

fn assign_models(api: &mut Api) {
    let homes: BTreeMap<String, String> =
        api.models.iter().map(|model| (model.ident.clone(), model.module.clone())).collect();
    let mut graph = Graph::default();
    for model in &api.models {
        let targets = held(model).into_iter().filter_map(|it| homes.get(&it).cloned());
        graph.add(&model.module, targets);
    }
    let mut roots: BTreeMap<Option<&str>, Vec<&str>> = BTreeMap::new();
    for operation in &api.operations {
        let modules = models(operation).into_iter().filter_map(|model| homes.get(model));
        let feature = operation.feature.as_deref();
        roots.entry(feature).or_default().extend(modules.map(String::as_str));
    }
    let always = graph.reachable(roots.remove(&None).unwrap_or_default());
    let mut needed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (feature, modules) in roots {
        for module in graph.reachable(modules).difference(&always) {
            let features = needed.entry((*module).to_owned()).or_default();
            features.extend(feature.map(ToOwned::to_owned));
        }
    }
    for model in &mut api.models {
        let features = needed.get(&model.module).into_iter().flatten();
        model.features = features.cloned().collect();
    }
}

/// Returns the models that an operation uses.
fn models(operation: &Operation) -> Vec<&str> {
    let item = operation.paging.iter().map(|paging| &paging.item);
    operation.types().chain(item).filter_map(Type::model).collect()
}
