//! The `use` lines of a file: whatever its items name and it does not define.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{format_ident, quote};

use crate::api::Api;

/// Names that the items may use, and where they come from. A name in lower case counts where a path
/// begins with it.
const KNOWN: &[(&str, &str)] = &[
    ("At", "crate::runtime"),
    ("BTreeMap", "std::collections"),
    ("Bound", "std::ops"),
    ("ByteStream", "crate"),
    ("Client", "crate"),
    ("DateTime", "chrono"),
    ("Deserialize", "serde"),
    ("InvalidInput", "crate"),
    ("ItemStream", "crate"),
    ("Method", "crate::runtime"),
    ("NaiveDate", "chrono"),
    ("ObjectId", "crate"),
    ("Operation", "crate::runtime"),
    ("Page", "crate::runtime"),
    ("Request", "crate::runtime"),
    ("Response", "crate"),
    ("ResponseFuture", "crate"),
    ("Serialize", "serde"),
    ("Utc", "chrono"),
    ("Uuid", "uuid"),
    ("Validate", "crate::runtime"),
    ("check", "crate::runtime"),
    ("page", "crate::runtime"),
    ("string_enum", "crate::runtime"),
    ("tagged_union", "crate::runtime"),
];

/// Where the models are.
const MODELS: &str = "crate::models";

/// The names that a file imports, by their modules, each with its place among the imports.
pub(super) struct Imports(BTreeMap<(u8, &'static str), BTreeSet<String>>);

impl Imports {
    /// The models that are imported.
    pub(super) fn models(&self) -> BTreeSet<String> {
        self.0.get(&(group(MODELS), MODELS)).cloned().unwrap_or_default()
    }

    /// The lines `use`.
    pub(super) fn lines(&self) -> TokenStream {
        let mut modules: Vec<_> = self.0.iter().collect();
        // As rustfmt has it: what a module has itself comes first if it is one name, last if it is a
        // list.
        modules.sort_by_key(|((group, module), names)| {
            let is_list_of_root = *module == "crate" && names.len() > 1;
            (*group, is_list_of_root, *module)
        });
        let lines = modules.iter().map(|((_, module), names)| {
            let module: TokenStream = module.parse().unwrap_or_default();
            let names: Vec<_> = names.iter().map(|name| format_ident!("{name}")).collect();
            match names.as_slice() {
                [name] => quote!(use #module::#name;),
                names => quote!(use #module::{#(#names),*};),
            }
        });
        quote!(#(#lines)*)
    }
}

/// The imports that the items need.
pub(super) fn needed(items: &TokenStream, api: &Api) -> Imports {
    let mut used = BTreeSet::new();
    collect(items.clone(), &mut used);
    let defined = defined(items);
    let mut imports = Imports(BTreeMap::new());
    for name in used.iter().filter(|name| !defined.contains(*name)) {
        // `validate` is a method: its trait is used without being named.
        let name = if name == ".validate" { "Validate" } else { name };
        let known = KNOWN.iter().find(|(known, _)| *known == name).map(|(_, module)| *module);
        let model = api.models.contains_key(name).then_some(MODELS);
        if let Some(module) = known.or(model) {
            let names = imports.0.entry((group(module), module)).or_default();
            names.insert(name.to_owned());
        }
    }
    imports
}

/// Where a module stands among the imports: std first, this crate last.
fn group(module: &str) -> u8 {
    match module.split("::").next() {
        Some("std") => 0,
        Some("crate") => 2,
        _ => 1,
    }
}

/// The names that begin a path, those of macros, and methods with their dot.
fn collect(tokens: TokenStream, used: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (index, token) in tokens.iter().enumerate() {
        let (before, after) = tokens.split_at(index);
        match token {
            TokenTree::Group(group) if is_enum(before) => collect_variants(group.stream(), used),
            TokenTree::Group(group) => collect(group.stream(), used),
            TokenTree::Ident(ident) => {
                let name = ident.to_string();
                if ends_with(before, ".") {
                    used.insert(format!(".{name}"));
                } else if !ends_with(before, "::") && begins_path(&name, after) {
                    used.insert(name);
                }
            }
            _ => {}
        }
    }
}

fn is_enum(before: &[TokenTree]) -> bool {
    matches!(before, [.., TokenTree::Ident(keyword), TokenTree::Ident(_)] if keyword == "enum")
}

/// The names of variants are new; what they hold is used.
fn collect_variants(variants: TokenStream, used: &mut BTreeSet<String>) {
    for token in variants {
        if let TokenTree::Group(group) = token {
            collect(group.stream(), used);
        }
    }
}

/// Whether the first token is a name that is looked up: one of a type, of a macro or of a module. A
/// name before parentheses is that of a variant.
fn begins_path(name: &str, tokens: &[TokenTree]) -> bool {
    let next = |index: usize, character| is_punct(tokens.get(index), character);
    let is_variant = matches!(tokens.get(1), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
    (name.starts_with(|letter: char| letter.is_ascii_uppercase()) && !is_variant)
        || next(1, '!')
        || (next(1, ':') && next(2, ':'))
}

fn ends_with(tokens: &[TokenTree], punctuation: &str) -> bool {
    let mut last = tokens.iter().rev();
    punctuation.chars().rev().all(|character| is_punct(last.next(), character))
}

fn is_punct(token: Option<&TokenTree>, character: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}

/// The types that the items define.
fn defined(items: &TokenStream) -> BTreeSet<String> {
    let tokens: Vec<TokenTree> = items.clone().into_iter().collect();
    let mut names = BTreeSet::new();
    for window in tokens.windows(2) {
        match window {
            [TokenTree::Ident(keyword), TokenTree::Ident(name)]
                if keyword == "struct" || keyword == "enum" =>
            {
                names.insert(name.to_string());
            }
            // A macro defines what it holds.
            [TokenTree::Punct(punct), TokenTree::Group(group)] if punct.as_char() == '!' => {
                names.extend(defined(&group.stream()));
            }
            _ => {}
        }
    }
    names
}
