//! No file of the client imports another that imports it back, by whatever way: each can be read after
//! those that it imports.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../generated-client/src");

/// The hand-written files by their paths, without comments and unit tests.
fn files(folder: &Path, found: &mut BTreeMap<PathBuf, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("generated") {
            files(&path, found);
        } else if path.is_file() {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests").next().unwrap().lines();
            let code = code.filter(|line| !line.trim_start().starts_with("//"));
            let name = path.strip_prefix(SOURCES).unwrap().to_path_buf();
            found.insert(name, code.collect::<Vec<_>>().join("\n"));
        }
    }
}

/// The file of each name that another one can import: an item, or a module of which a part is used.
fn definitions(files: &BTreeMap<PathBuf, String>) -> BTreeMap<&str, &Path> {
    let item = r"(?m)^pub(?:\(\w+\))? (?:async |const )*(?:fn|struct|enum|trait|const|static|type) (?:mut )?(\w+)";
    let item = Regex::new(item).unwrap();
    let items = files.iter().flat_map(|(file, code)| {
        let names = item.captures_iter(code).map(|found| found.get(1).unwrap().as_str());
        names.map(|name| (name, file.as_path()))
    });
    // A module goes before an item of its name.
    let modules = files.keys().filter(|file| !file.ends_with("mod.rs"));
    let modules = modules.map(|file| (file.file_stem().unwrap().to_str().unwrap(), file.as_path()));
    items.chain(modules).collect()
}

fn imports<'a>(file: &Path, code: &str, defined: &BTreeMap<&str, &'a Path>) -> BTreeSet<&'a Path> {
    let import = Regex::new(r"(?m)^(?:use (?:crate|super|self)\b[^;]*;)").unwrap();
    let name = Regex::new(r"(\w+)\s*(?:[,};]| as )").unwrap();
    let inline = Regex::new(r"[^$]crate::(?:[a-z_]+::)*(\w+)").unwrap();
    let used = import.find_iter(code).flat_map(|found| name.captures_iter(found.as_str()));
    let names = used.chain(inline.captures_iter(code)).map(|found| found[1].to_owned());
    let found = names.filter_map(|name| defined.get(name.as_str()).copied());
    found.filter(|other| *other != file).collect()
}

/// The files on a way from `start` back to it.
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

#[test]
fn no_file_of_the_client_is_imported_by_what_it_imports() {
    let mut found = BTreeMap::new();
    files(Path::new(SOURCES), &mut found);
    found.remove(Path::new("lib.rs"));
    let defined = definitions(&found);
    let graph: BTreeMap<_, _> =
        found.iter().map(|(file, code)| (file.as_path(), imports(file, code, &defined))).collect();
    assert!(graph.values().map(BTreeSet::len).sum::<usize>() > 100, "{graph:#?}");
    for file in graph.keys() {
        assert_eq!(cycle(file, &graph), None);
    }
}
