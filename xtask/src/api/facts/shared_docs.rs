//! Parameter descriptions that many operations share. The full descriptions are emitted only once.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::types::{Api, SharedDocs};
use crate::text::first_sentence;

/// The maximum number of optional parameters with the same name and description that keep the full description.
const MANY: usize = 100;

/// Shortens shared descriptions to their first sentence and keeps one copy of the full text.
pub(super) fn shorten(api: &mut Api) {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let params = api.operations.iter().flat_map(|operation| &operation.params);
    // Required parameters do not count, because the docs of a method contain only the first paragraph about each of
    // them.
    for param in params.filter(|param| !param.required) {
        if let Some(text) = &param.docs.description {
            *counts.entry((&param.name, text)).or_default() += 1;
        }
    }
    let shared: BTreeSet<(String, String)> = counts
        .into_iter()
        .filter(|((_, text), count)| *count > MANY && first_sentence(text).is_some())
        .map(|((name, text), _)| (name.to_owned(), text.to_owned()))
        .collect();
    for param in api.operations.iter_mut().flat_map(|operation| &mut operation.params) {
        let Some(text) = param.docs.description.take() else { continue };
        let key = (param.name.clone(), text);
        let sentence = first_sentence(&key.1).filter(|_| shared.contains(&key));
        param.docs.shortened = sentence.is_some();
        param.docs.description = Some(sentence.map(ToOwned::to_owned).unwrap_or(key.1));
    }
    let shared = shared.into_iter().map(|(name, description)| SharedDocs { name, description });
    api.shared_docs = shared.collect();
}
