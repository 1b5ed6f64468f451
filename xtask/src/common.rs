//! What a document says of a parameter again and again, to be said in full once.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::Operation;

/// What fewer operations repeat is said by each of them.
const MANY: usize = 100;

/// A parameter and its description.
pub type Common = BTreeSet<(String, String)>;

/// Shortens the descriptions that many operations have to their first sentence, and gives the whole
/// ones.
pub(crate) fn shorten(operations: &mut [Operation]) -> Common {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let parameters = operations.iter().flat_map(|operation| &operation.parameters);
    // What must be there is an argument, and not described by itself.
    for parameter in parameters.filter(|parameter| !parameter.about.required) {
        if let Some(text) = &parameter.about.description {
            *counts.entry((&parameter.name, text)).or_default() += 1;
        }
    }
    let common: Common = counts
        .into_iter()
        .filter(|((_, text), count)| *count > MANY && first_sentence(text).is_some())
        .map(|((name, text), _)| (name.to_owned(), text.to_owned()))
        .collect();
    for parameter in operations.iter_mut().flat_map(|operation| &mut operation.parameters) {
        let Some(text) = parameter.about.description.take() else { continue };
        let key = (parameter.name.clone(), text);
        let sentence = first_sentence(&key.1).filter(|_| common.contains(&key));
        parameter.about.is_shortened = sentence.is_some();
        parameter.about.description = Some(sentence.map(ToOwned::to_owned).unwrap_or(key.1));
    }
    common
}

/// The first sentence of a text that has more than one.
fn first_sentence(text: &str) -> Option<&str> {
    let (first, rest) = text.split_at_checked(text.find(". ")? + 1)?;
    (!rest.trim().is_empty()).then_some(first)
}
