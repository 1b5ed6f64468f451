//! The changes between two versions of an API, with their effects on callers.
//!
//! All emitted code is derived from an [`Api`]. A comparison of two APIs shows whether callers' code still compiles,
//! whether their calls are still accepted, and whether the data on the wire stays the same.

use std::collections::BTreeMap;

use crate::api::types::{Api, Operation};

mod change;
mod fact;
mod json;
mod members;
mod models;
mod operations;
mod package;
mod report;
mod rules;
mod since;
mod value;

pub use change::{Change, Effect};
pub use json::{from_json, to_json};
pub use report::report;
pub use since::read_at;

use fact::Fact;

/// The changes between two versions of an API.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// All changes except changes to documentation, most severe first. A change of the date of plain method names
    /// precedes the changes that it causes.
    pub changes: Vec<Change>,
    /// The number of methods and models that change only in their documentation.
    pub documentation: usize,
    /// Whether the versions differ in anything that `api.json` contains.
    pub differs: bool,
    /// Whether only the new version contains servers and credentials, so that they cannot be compared.
    pub lacks_package: bool,
}

/// Compares two versions of an API.
#[must_use]
pub fn compare(old: &Api, new: &Api) -> Changes {
    let json = |api: &Api| serde_json::to_vec(api).ok();
    let mut changes = Changes { differs: json(old) != json(new), ..Changes::default() };
    for (name, both) in pairs(&old.features, &new.features, |it| &it.name) {
        let facts = both.map(|it| it.map(|_| Fact::new(fact::API, "")));
        changes.add(&format!("feature `{name}`"), &facts);
    }
    for (ident, [was, is]) in pairs(&old.operations, &new.operations, |it| &it.ident) {
        changes.add(&format!("method `{ident}`"), &operations::facts(was, is, new));
    }
    for (ident, [was, is]) in pairs(&old.models, &new.models, |it| &it.ident) {
        let facts = [(was, is), (is, was)];
        let facts = facts.map(|(one, other)| Some(models::fact(one?, other, new)));
        changes.add(&format!("model `{ident}`"), &facts);
    }
    match [old, new].map(package::recorded) {
        [Some(old), Some(new)] => {
            for (subject, facts) in package::facts(old, new) {
                changes.add(&subject, &facts);
            }
        }
        [None, Some(_)] => changes.lacks_package = true,
        _ => {}
    }
    changes.changes.sort_by_key(|change| change.effect);
    changes.changes.splice(..0, moved_names(old, new));
    changes
}

/// Returns the change of the date of plain method names, if existing methods request other versions because of it.
fn moved_names(old: &Api, new: &Api) -> Option<Change> {
    let (was, is) = (old.api_version.as_ref()?, new.api_version.as_ref()?);
    let moves = |both: [Option<&Operation>; 2]| match both {
        [Some(old), Some(new)] => old.version != new.version,
        _ => false,
    };
    let mut both = pairs(&old.operations, &new.operations, |it| &it.ident).into_values();
    (was != is && both.any(moves)).then(|| Change {
        effect: Effect::Call,
        text: format!("plain method names, `api-version`: {was} becomes {is}"),
    })
}

impl Changes {
    /// Compares the facts about a subject, such as a method or a model, and adds all changes except those to
    /// documentation. Counts the subject if only its documentation changes.
    fn add(&mut self, subject: &str, [old, new]: &[Option<Fact>; 2]) {
        let mut found = Vec::new();
        fact::compare(subject, old.as_ref(), new.as_ref(), &mut found);
        let is_documentation = |change: &Change| change.effect == Effect::Documentation;
        if !found.is_empty() && found.iter().all(is_documentation) {
            self.documentation += 1;
        }
        self.changes.extend(found.into_iter().filter(|change| !is_documentation(change)));
    }
}

/// Pairs the old and the new item for each key, sorted by key. Leaves out unchanged items.
fn pairs<'a, T: Copy + PartialEq>(
    old: impl IntoIterator<Item = T>,
    new: impl IntoIterator<Item = T>,
    key: impl Fn(T) -> &'a str,
) -> BTreeMap<&'a str, [Option<T>; 2]> {
    let mut pairs: BTreeMap<&str, [Option<T>; 2]> = BTreeMap::new();
    for item in old {
        pairs.entry(key(item)).or_default()[0] = Some(item);
    }
    for item in new {
        pairs.entry(key(item)).or_default()[1] = Some(item);
    }
    pairs.retain(|_, [old, new]| old != new);
    pairs
}
