//! Chooses how serde renames the fields of a struct.

use proc_macro2::TokenStream;
use quote::quote;

/// A value of serde's `rename_all`, and the function that it applies to the name of each field.
struct Rule {
    name: &'static str,
    apply: fn(&str) -> String,
}

const RULES: [Rule; 3] = [
    Rule { name: "camelCase", apply: camel },
    Rule { name: "PascalCase", apply: pascal },
    Rule { name: "kebab-case", apply: |ident| ident.replace('_', "-") },
];

/// The renaming of the fields of one struct.
pub(super) struct Renaming(Option<&'static Rule>);

impl Renaming {
    /// Chooses the rule that needs the fewest attributes. Each field has a Rust name and a name in JSON.
    pub(super) fn of(fields: &[(&str, &str)]) -> Self {
        let attributes = |renaming: &Self| {
            let renamed = fields.iter().filter(|(ident, name)| renaming.renamed(ident) != *name);
            usize::from(renaming.0.is_some()) + renamed.count()
        };
        let rules = RULES.iter().map(|rule| Self(Some(rule)));
        rules.fold(
            Self(None),
            |best, next| {
                if attributes(&next) < attributes(&best) { next } else { best }
            },
        )
    }

    /// Returns the part of the struct's attribute.
    pub(super) fn all(&self) -> Option<TokenStream> {
        let Rule { name, .. } = self.0?;
        Some(quote!(rename_all = #name))
    }

    /// Returns the part of a field's attribute, if the rule does not result in its name.
    pub(super) fn field(&self, ident: &str, name: &str) -> Option<TokenStream> {
        (self.renamed(ident) != name).then(|| quote!(rename = #name))
    }

    fn renamed(&self, ident: &str) -> String {
        self.0.map_or_else(|| ident.to_owned(), |rule| (rule.apply)(ident))
    }
}

fn pascal(ident: &str) -> String {
    let words = ident.split('_').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect()
}

fn camel(ident: &str) -> String {
    let pascal = pascal(ident);
    let mut letters = pascal.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::{Renaming, camel, pascal};

    /// The results of `serde_derive` for these names.
    #[test]
    fn names_are_converted_like_serde_converts_them() {
        for (ident, in_camel, in_pascal) in [
            ("page_num", "pageNum", "PageNum"),
            ("type_", "type", "Type"),
            ("ipv4_cidr", "ipv4Cidr", "Ipv4Cidr"),
            ("x2fa", "x2fa", "X2fa"),
            ("a_1", "a1", "A1"),
        ] {
            assert_eq!((&*camel(ident), &*pascal(ident)), (in_camel, in_pascal));
        }
    }

    #[test]
    fn a_rule_must_save_attributes() {
        for (fields, expected) in [
            (&[("page_num", "pageNum"), ("id", "id")][..], None),
            (&[("page_num", "pageNum"), ("item_id", "itemId"), ("id", "_id")], Some("camelCase")),
            (&[("page_num", "page_num"), ("item_id", "itemId")], None),
            (&[("id", "Id"), ("name", "Name")], Some("PascalCase")),
            (&[("user_id", "user-id"), ("user_name", "user-name")], Some("kebab-case")),
        ] {
            assert_eq!(Renaming::of(fields).0.map(|rule| rule.name), expected);
        }
    }
}
