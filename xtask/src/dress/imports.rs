//! The `use` lines of a file: whatever its items name and it does not define.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::Item;
use syn::visit::{self, Visit};

use crate::api::Api;
use crate::print::{WIDTH, use_names};

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

/// The names that a file imports, by their modules.
pub(super) struct Imports(BTreeMap<&'static str, BTreeSet<String>>);

impl Imports {
    /// The models that are imported.
    pub(super) fn models(&self) -> BTreeSet<String> {
        self.0.get(MODELS).cloned().unwrap_or_default()
    }

    /// The lines `use`, those of each group together.
    pub(super) fn groups(&self) -> Vec<String> {
        let mut modules: Vec<_> = self.0.iter().collect();
        // As rustfmt has it: what a module has itself comes first if it is one name, last if it is a
        // list.
        modules.sort_by_key(|(module, names)| {
            let is_list_of_root = **module == "crate" && names.len() > 1;
            (group(module), is_list_of_root, **module)
        });
        let groups = modules.chunk_by(|(one, _), (other, _)| group(one) == group(other));
        let lines = groups.map(|modules| {
            let lines = modules.iter().map(|(module, names)| {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                use_names(&format!("use {module}"), &names, WIDTH) + "\n"
            });
            lines.collect()
        });
        lines.collect()
    }
}

/// The imports that the items need.
pub(super) fn needed(items: &[Item], api: &Api) -> Imports {
    let mut names = Names::default();
    for item in items {
        names.visit_item(item);
    }
    let Names { used, defined } = names;
    let mut imports = Imports(BTreeMap::new());
    for name in used.difference(&defined) {
        let known = KNOWN.iter().find(|(known, _)| known == name).map(|(_, module)| *module);
        let model = api.models.contains_key(name).then_some(MODELS);
        if let Some(module) = known.or(model) {
            imports.0.entry(module).or_default().insert(name.to_owned());
        }
    }
    imports
}

/// Where a module stands among the imports: std first, this crate last.
fn group(module: &str) -> u8 {
    match module.split(':').next() {
        Some("std") => 0,
        Some("crate") => 2,
        _ => 1,
    }
}

/// The names in some items that are looked up, and those that are new.
#[derive(Default)]
struct Names {
    used: BTreeSet<String>,
    defined: BTreeSet<String>,
}

impl<'ast> Visit<'ast> for Names {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        // A name by itself is a type, a trait or, if it is small, a local variable.
        if let Some(first) = path.segments.first() {
            let name = first.ident.to_string();
            if path.segments.len() > 1 || !is_small(&name) {
                self.used.insert(name);
            }
        }
        visit::visit_path(self, path);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if let syn::Meta::List(list) = &attribute.meta
            && list.path.is_ident("derive")
        {
            self.visit_tokens(list.tokens.clone());
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        // Its trait is used without being named.
        if call.method == "validate" {
            self.used.insert("Validate".to_owned());
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.defined.insert(item.ident.to_string());
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.defined.insert(item.ident.to_string());
        visit::visit_item_enum(self, item);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if let Some(name) = call.path.get_ident() {
            self.used.insert(name.to_string());
        }
        self.visit_tokens(call.tokens.clone());
    }
}

impl Names {
    /// What a macro holds: names to derive, an enum that it defines, or variants with their types.
    fn visit_tokens(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        let mut after_enum = false;
        while let Some(token) = tokens.next() {
            let name = match token {
                TokenTree::Ident(name) => name.to_string(),
                TokenTree::Group(group) => {
                    self.visit_tokens(group.stream());
                    continue;
                }
                _ => continue,
            };
            if std::mem::replace(&mut after_enum, name == "enum") {
                self.defined.insert(name);
            } else if !is_small(&name) && !is_variant(tokens.peek()) {
                self.used.insert(name);
            }
        }
    }
}

/// Whether what is before this is a variant: it has a value.
fn is_variant(next: Option<&TokenTree>) -> bool {
    match next {
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Parenthesis,
        Some(TokenTree::Punct(punct)) => punct.as_char() == '=',
        _ => false,
    }
}

fn is_small(name: &str) -> bool {
    !name.starts_with(|letter: char| letter.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::KNOWN;
    use crate::lower::TAKEN;

    #[test]
    fn no_model_has_the_name_of_what_files_import() {
        let types =
            KNOWN.iter().map(|(name, _)| *name).filter(|it| !it.starts_with(char::is_lowercase));
        let free: Vec<&str> = types.filter(|name| !TAKEN.contains(name)).collect();
        assert!(free.is_empty(), "{free:?}");
    }
}
