//! Where each file goes: all beside each other, or in a folder for each feature.
//!
//! A model goes with the one feature whose operations reach it. What several reach is in a folder of
//! its own, where each module is there with any of them; what many reach is always there.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase as _;

use super::index::{self, Entry};
use super::{SourceFile, Wardrobe, docs, keyword_safe};
use crate::features::Features;
use crate::print::{self, PrintedFile};

const MODELS: &str = "The values that requests and answers hold.";
const OPERATIONS: &str = "The requests, a type for each operation and version.";
const SHARED: &str = "shared";

/// With more features than that, a list of them tells nobody anything.
const MANY: usize = 4;

impl Wardrobe<'_> {
    /// Puts every file into its folder, and adds the files `mod.rs`.
    #[must_use]
    pub fn arrange(&self, files: Vec<PrintedFile>) -> Vec<PrintedFile> {
        let needed = self.needed(&files);
        let mut folders = Folders::default();
        for (module, models) in &self.modules {
            let types = models.iter().map(|(name, _)| (*name).clone()).collect();
            let needed = needed.get(module).cloned().unwrap_or_default();
            folders.models.push((Entry::new(module, types), needed));
        }
        for operation in &self.api.operations {
            let entry = Entry::new(&operation.method_name, vec![operation.type_name.clone()]);
            let feature = self.features.of_operation(&operation.id).map(ToOwned::to_owned);
            folders.operations.push((entry, feature.into_iter().collect()));
        }
        let mut arranged = vec![index::root()];
        let mut homes = BTreeMap::new();
        let about_operations = format!("{OPERATIONS}\n\n{}", docs::of_common(self.api));
        for (within, about, entries) in [
            ("models/", MODELS, folders.models),
            ("operations/", about_operations.trim_end(), folders.operations),
        ] {
            arranged.extend(folder(within, about, entries, self.features, &mut homes));
        }
        let indices = arranged.into_iter().map(print::print);
        let files = files.into_iter().map(|file| {
            let path = homes.remove(&file.path).unwrap_or(file.path);
            PrintedFile { path, ..file }
        });
        indices.chain(files).collect()
    }
}

/// The modules of each folder, with the features that need them: none where it is always needed.
#[derive(Default)]
struct Folders {
    models: Vec<(Entry, BTreeSet<String>)>,
    operations: Vec<(Entry, BTreeSet<String>)>,
}

/// The files `mod.rs` of a folder, and the new paths of the files in it.
fn folder(
    within: &str,
    about: &str,
    entries: Vec<(Entry, BTreeSet<String>)>,
    features: &Features,
    homes: &mut BTreeMap<String, String>,
) -> Vec<SourceFile> {
    if features.is_empty() {
        let entries = entries.into_iter().map(|(entry, _)| entry).collect();
        return vec![index::folder(within, about, entries)];
    }
    let mut groups: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for (mut entry, needed) in entries {
        let mut needed: Vec<String> = needed.into_iter().collect();
        let group = match needed.as_slice() {
            [feature] => feature.clone(),
            _ => SHARED.to_owned(),
        };
        if group == SHARED && needed.len() <= MANY {
            entry.features = std::mem::take(&mut needed);
        }
        let old = format!("{within}{}.rs", entry.module);
        homes.insert(old, format!("{within}{}/{}.rs", module(&group), entry.module));
        groups.entry(group).or_default().push(entry);
    }
    let mut files = Vec::new();
    let mut modules = Vec::new();
    for (group, entries) in groups {
        let is_shared = group == SHARED;
        let module = module(&group);
        let tag = features.tags.get(&group).unwrap_or(&group);
        let about = if is_shared {
            "What several features have in common.".to_owned()
        } else {
            format!("{tag}: the feature `{group}`.")
        };
        files.push(index::folder(&format!("{within}{module}/"), &about, entries));
        let features = if is_shared { Vec::new() } else { vec![group] };
        modules.push(Entry { module, types: Vec::new(), features });
    }
    files.push(index::folder(within, about, modules));
    files
}

fn module(feature: &str) -> String {
    keyword_safe(&feature.to_snake_case())
}

impl Wardrobe<'_> {
    /// The features that need each file of models, by its module. One that is needed without any feature
    /// has none.
    fn needed(&self, files: &[PrintedFile]) -> BTreeMap<String, BTreeSet<String>> {
        let mut needed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        if self.features.is_empty() {
            return needed;
        }
        let models = self.modules.iter();
        let homes: BTreeMap<&str, &str> = models
            .flat_map(|(module, models)| {
                models.iter().map(|(name, _)| (name.as_str(), module.as_str()))
            })
            .collect();
        let uses: BTreeMap<&str, BTreeSet<&str>> = files
            .iter()
            .map(|file| {
                let names = file.uses.iter();
                let modules = names.filter_map(|name| homes.get(name.as_str()).copied());
                (file.path.as_str(), modules.collect())
            })
            .collect();
        let reached = |operations: Vec<&str>| {
            let mut reached = BTreeSet::new();
            let mut ahead: Vec<String> =
                operations.iter().map(|method| format!("operations/{method}.rs")).collect();
            while let Some(path) = ahead.pop() {
                for module in uses.get(path.as_str()).into_iter().flatten() {
                    if reached.insert(*module) {
                        ahead.push(format!("models/{module}.rs"));
                    }
                }
            }
            reached
        };
        let mut operations: BTreeMap<Option<&str>, Vec<&str>> = BTreeMap::new();
        for operation in &self.api.operations {
            let feature = self.features.of_operation(&operation.id);
            operations.entry(feature).or_default().push(&operation.method_name);
        }
        let always = operations.remove(&None).map(&reached).unwrap_or_default();
        for (feature, operations) in operations {
            for module in reached(operations).difference(&always) {
                let features = needed.entry((*module).to_owned()).or_default();
                features.extend(feature.map(ToOwned::to_owned));
            }
        }
        needed
    }
}
