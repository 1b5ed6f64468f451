//! Chooses how serde renames the fields of a struct.

use std::iter;

use proc_macro2::TokenStream;
use quote::quote;

use super::docs::{lower_first, upper_first};

/// A value of serde's `rename_all`, and the function that it applies to the name of each field.
struct Rule {
    name: &'static str,
    apply: fn(&str) -> String,
}

const RULES: [Rule; 3] = [
    Rule { name: "camelCase", apply: camel },
    Rule { name: "PascalCase", apply: pascal },
    Rule { name: "kebab-case", apply: kebab },
];

/// The renaming of the fields of one struct.
pub(super) struct Renaming(Option<&'static Rule>);

impl Renaming {
    /// Chooses the rule that needs the fewest attributes, or no rule if no rule saves attributes. `fields` contains
    /// each field's name in Rust and in JSON.
    pub(super) fn of(fields: &[(&str, &str)]) -> Self {
        let attributes = |renaming: &Self| {
            let renamed = fields.iter().filter(|(ident, name)| renaming.renamed(ident) != *name);
            usize::from(renaming.0.is_some()) + renamed.count()
        };
        let rules = RULES.iter().map(|rule| Self(Some(rule)));
        iter::once(Self(None)).chain(rules).min_by_key(attributes).unwrap_or(Self(None))
    }

    /// Returns the `rename_all` argument of the struct's attribute, if there is a rule.
    pub(super) fn all(&self) -> Option<TokenStream> {
        let Rule { name, .. } = self.0?;
        Some(quote!(rename_all = #name))
    }

    /// Returns the `rename` argument of a field's attribute, if the rule does not produce the field's name in JSON.
    pub(super) fn field(&self, ident: &str, name: &str) -> Option<TokenStream> {
        (self.renamed(ident) != name).then(|| quote!(rename = #name))
    }

    fn renamed(&self, ident: &str) -> String {
        self.0.map_or_else(|| ident.to_owned(), |rule| (rule.apply)(ident))
    }
}

fn pascal(ident: &str) -> String {
    ident.split('_').map(upper_first).collect()
}

fn camel(ident: &str) -> String {
    lower_first(&pascal(ident))
}

fn kebab(ident: &str) -> String {
    ident.replace('_', "-")
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::{Renaming, camel, kebab, pascal};

    /// Defines a struct whose fields serde renames, and returns their names in JSON.
    macro_rules! renamed_by_serde {
        ($rule:literal: $($field:ident)+) => {{
            #[derive(Serialize)]
            #[serde(rename_all = $rule)]
            struct Names {
                $($field: u8,)+
            }
            let names = serde_json::to_value(Names { $($field: 0,)+ }).unwrap();
            names.as_object().unwrap().keys().cloned().collect::<Vec<_>>()
        }};
    }

    #[test]
    fn names_are_converted_as_serde_converts_them() {
        let idents = ["page_num", "type_", "ipv4_cidr", "x2fa", "a_1"];
        let by_serde = renamed_by_serde!("camelCase": page_num type_ ipv4_cidr x2fa a_1);
        assert_eq!(by_serde, ["pageNum", "type", "ipv4Cidr", "x2fa", "a1"]);
        assert_eq!(idents.map(camel), *by_serde);
        let by_serde = renamed_by_serde!("PascalCase": page_num type_ ipv4_cidr x2fa a_1);
        assert_eq!(by_serde, ["PageNum", "Type", "Ipv4Cidr", "X2fa", "A1"]);
        assert_eq!(idents.map(pascal), *by_serde);
        let by_serde = renamed_by_serde!("kebab-case": page_num type_ ipv4_cidr x2fa a_1);
        assert_eq!(idents.map(kebab), *by_serde);
    }

    #[test]
    fn a_rule_is_chosen_only_if_it_saves_attributes() {
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
