//! A Cargo feature for each tag of a document that has many, so that a program compiles only what it
//! calls.

use std::collections::{BTreeMap, HashMap};

use heck::ToKebabCase as _;

use crate::api::Api;

/// With so many tags or fewer, all is compiled always: it is little, and nobody has to choose.
const FEW: usize = 8;

/// Names that a crate's other features have, or that a folder of shared models has.
const TAKEN: [&str; 7] = ["bson", "default", "full", "native-tls", "rustls", "shared", "test"];

/// The features of a crate: none, or one for each tag.
#[derive(Debug, Clone, Default)]
pub struct Features {
    /// The tag of each feature.
    pub tags: BTreeMap<String, String>,
    /// The feature of each operation, by its id.
    operations: HashMap<String, String>,
}

impl Features {
    /// One for each tag, if there are many. An operation belongs to the first of its tags; one
    /// without a tag is always there.
    #[must_use]
    pub fn of(api: &Api) -> Self {
        let mut features = Self::default();
        for operation in &api.operations {
            if let Some(tag) = &operation.tag {
                let feature = name(tag);
                features.tags.entry(feature.clone()).or_insert_with(|| tag.clone());
                features.operations.insert(operation.id.clone(), feature);
            }
        }
        if features.tags.len() > FEW { features } else { Self::default() }
    }

    /// Whether everything is compiled always.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tags.is_empty()
    }

    /// The feature of an operation, if it has one.
    #[must_use]
    pub fn of_operation(&self, id: &str) -> Option<&str> {
        self.operations.get(id).map(String::as_str)
    }
}

/// `Cloud Backups` is `cloud-backups`, and so is `CloudBackups`; `MongoDB Users` is `mongodb-users`.
fn name(tag: &str) -> String {
    let words = tag.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<String> = words.filter(|it| !it.is_empty()).map(str::to_lowercase).collect();
    let name = if words.len() > 1 { words.join("-") } else { tag.to_kebab_case() };
    match name.chars().next() {
        None => "other".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("tag-{name}"),
        Some(_) if TAKEN.contains(&name.as_str()) => format!("{name}-api"),
        Some(_) => name,
    }
}
