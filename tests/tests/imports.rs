//! The imports between files have no cycles, so each file can be read after the files that it
//! imports.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{Item, UseTree};

/// The segments of a path from the crate root, without `crate`.
type Names = Vec<String>;

/// The items that a file defines, and the paths that it mentions.
#[derive(Default)]
struct Module {
    path: Names,
    items: BTreeSet<String>,
    /// The names that `use` items bind, with their paths.
    uses: Vec<(String, Names)>,
    /// All paths within the crate that the file mentions, except re-exports.
    named: BTreeSet<Names>,
}

/// Collects the modules of a crate by file.
fn modules(sources: &Path, folder: &Path, found: &mut BTreeMap<PathBuf, Module>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            modules(sources, &path, found);
        } else if path.extension().is_some_and(|it| it == "rs") && !path.ends_with("main.rs") {
            let file = path.strip_prefix(sources).unwrap().to_owned();
            let names = file.with_extension("");
            let names = names.iter().map(|it| it.to_str().unwrap().to_owned());
            let names = names.filter(|it| !["mod", "lib"].contains(&it.as_str())).collect();
            let mut module = Module { path: names, ..Module::default() };
            module.visit_file(&syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap());
            found.insert(file, module);
        }
    }
}

impl Module {
    /// Returns the absolute form of a path that starts with `crate`, `self` or `super`.
    fn absolute(&self, path: &[String]) -> Option<Names> {
        let mut base = match path.first()?.as_str() {
            "crate" => Names::new(),
            "self" | "super" => self.path.clone(),
            _ => return None,
        };
        let supers = path.iter().take_while(|it| *it == "super").count();
        base.truncate(base.len() - supers);
        let rest = path.iter().filter(|it| !["crate", "self", "super"].contains(&it.as_str()));
        base.extend(rest.cloned());
        Some(base)
    }

    fn add_use(&mut self, tree: &UseTree, before: &[String], is_private: bool) {
        let join = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            UseTree::Path(it) => self.add_use(&it.tree, &join(&it.ident), is_private),
            UseTree::Group(it) => {
                it.items.iter().for_each(|it| self.add_use(it, before, is_private));
            }
            UseTree::Name(it) => self.bind(it.ident.to_string(), &join(&it.ident), is_private),
            UseTree::Rename(it) => self.bind(it.rename.to_string(), &join(&it.ident), is_private),
            UseTree::Glob(_) => self.bind("*".to_owned(), before, is_private),
        }
    }

    fn bind(&mut self, name: String, path: &[String], is_private: bool) {
        // The path of a child module does not require `self`.
        let child = || [self.path.as_slice(), path].concat();
        let path = self.absolute(path).unwrap_or_else(child);
        self.named.extend(is_private.then(|| path.clone()));
        self.uses.push((name, path));
    }
}

impl<'ast> Visit<'ast> for Module {
    fn visit_item(&mut self, item: &'ast Item) {
        let name = match item {
            Item::Mod(it) if it.ident == "tests" => return,
            Item::Use(it) => {
                let is_private = matches!(it.vis, syn::Visibility::Inherited);
                return self.add_use(&it.tree, &[], is_private);
            }
            Item::Fn(it) => Some(&it.sig.ident),
            Item::Struct(it) => Some(&it.ident),
            Item::Enum(it) => Some(&it.ident),
            Item::Trait(it) => Some(&it.ident),
            Item::Const(it) => Some(&it.ident),
            Item::Static(it) => Some(&it.ident),
            Item::Type(it) => Some(&it.ident),
            Item::Macro(it) => it.ident.as_ref(),
            _ => None,
        };
        self.items.extend(name.map(ToString::to_string));
        visit::visit_item(self, item);
    }

    /// Skips `pub(super)`, whose path is not an import.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Names = path.segments.iter().map(|it| it.ident.to_string()).collect();
        self.named.extend(self.absolute(&names));
        visit::visit_path(self, path);
    }
}

/// Returns the file that defines the item of a path. Follows up to `depth` `use` items.
fn definition<'a>(
    path: &[String],
    modules: &'a BTreeMap<PathBuf, Module>,
    depth: usize,
) -> Option<&'a Path> {
    let files = modules.iter().filter(|(_, module)| path.starts_with(&module.path));
    let (file, module) = files.max_by_key(|(_, module)| module.path.len())?;
    let Some(name) = path.get(module.path.len()) else { return Some(file) };
    if module.items.contains(name) || depth == 0 {
        return Some(file);
    }
    let bound = module.uses.iter().filter(|(bound, _)| bound == name || bound == "*");
    let mut bound = bound.filter_map(|(bound, target)| {
        let target = if bound == "*" { &[target, &[name.clone()][..]].concat() } else { target };
        definition(target, modules, depth - 1)
    });
    bound.next()
}

/// Returns the files on a shortest path from `start` back to itself, if there is one.
fn cycle<'a>(
    start: &'a Path,
    graph: &BTreeMap<&'a Path, BTreeSet<&'a Path>>,
) -> Option<Vec<&'a Path>> {
    let mut ways = VecDeque::from([vec![start]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        for next in &graph[way.last()?] {
            if *next == start {
                return Some(way);
            }
            if seen.insert(*next) {
                ways.push_back([way.as_slice(), &[*next]].concat());
            }
        }
    }
    None
}

/// Asserts that there are more than `least` imports between the files of a crate, and that the
/// imports have no cycles.
fn check(sources: &str, least: usize) {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(sources);
    let mut found = BTreeMap::new();
    modules(&sources, &sources, &mut found);
    let imports = |file: &Path, module: &Module| {
        let files = module.named.iter().filter_map(|path| definition(path, &found, 8));
        files.filter(|other| *other != file).collect::<BTreeSet<_>>()
    };
    let graph: BTreeMap<_, _> =
        found.iter().map(|(file, module)| (file.as_path(), imports(file, module))).collect();
    assert!(graph.values().map(BTreeSet::len).sum::<usize>() > least, "{graph:#?}");
    let cycles: BTreeSet<BTreeSet<_>> =
        graph.keys().filter_map(|file| cycle(file, &graph)).map(BTreeSet::from_iter).collect();
    assert!(cycles.is_empty(), "{cycles:#?}");
}

#[test]
fn the_files_of_the_client_have_no_import_cycles() {
    check("generated-client/src", 100);
}

#[test]
fn the_files_of_the_generator_have_no_import_cycles() {
    check("xtask/src", 100);
}
