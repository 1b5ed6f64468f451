//! Conversion of names in the document to Rust names.
//!
//! A Rust name follows from the item's own name in the document and from the fixed lists here and in `identifier.rs`,
//! so that callers' code survives additions to the document. Only an item of the same kind with the same Rust name
//! causes a suffix: a number or, for a parameter, its location. A later `api-version` moves plain method names to newer
//! versions. The lists are part of the interface: a new entry renames the items that have that name.

use std::collections::BTreeSet;

use heck::ToKebabCase as _;

use crate::free_name::free_name;
use crate::identifier::{camel, oauth_in_one_word, plurals_in_one_word, variant};
pub(super) use crate::identifier::{method, snake};

/// The types, traits and variants that emitted files import, and those that are always in scope.
#[rustfmt::skip]
pub(crate) const TYPES_IN_USE: &[&str] = &[
    "AsRef", "At", "Base64", "Bound", "Box", "BTreeMap", "ByStatus", "ByteStream", "Client", "Clone", "Copy",
    "DateTime", "Debug", "Decoded", "Default", "Deserialize", "Deserializer", "Display", "Eq", "Err", "Error",
    "ExtraHeaders", "Form", "FormStyle", "From", "Future", "Hash", "IdInput", "Into", "IntoFuture", "IntoIterator",
    "IntegerTag", "InvalidInput", "ItemStream", "Iterator", "JsonLines", "JsonObject", "JsonType", "Map", "Method", "Mod",
    "NaiveDate", "None", "Nullable", "ObjectId", "Ok", "Operation", "Option", "Ord", "Page", "ParameterValue",
    "PartialEq", "PartialOrd", "Request", "Response", "ResponseFuture", "Result", "Secret", "Self", "Serialize", "Some",
    "String", "Style", "TaggedUnion", "ToOwned", "ToString", "TryFrom", "TryInto", "TypeUnion", "Upload", "Utc", "Uuid",
    "Validate", "Value", "Vec",
];

/// The fields and methods of a request that do not belong to a parameter.
const REQUEST_MEMBERS: &[&str] =
    &["body", "client", "clone", "header", "headers", "into_future", "send", "stream"];

/// The methods of models. In structs that only responses contain, `new` exists only for tests.
const MODEL_METHODS: &[&str] = &["clone", "default", "new", "validate"];

/// The names that a tag's feature cannot have, such as the names of other features and of the folder for shared models.
#[rustfmt::skip]
const FEATURES_IN_USE: &[&str] = &[
    "bson", "default", "full", "gzip", "http2", "native-tls", "rustls", "shared", "test",
    "test-util",
];

/// The names in use. [`InUse::free`] returns each name only once.
#[derive(Debug, Clone, Default)]
pub(super) struct InUse(BTreeSet<String>);

impl InUse {
    /// Returns the name, with a number appended if the name is taken.
    pub(super) fn free(&mut self, name: &str) -> String {
        free_name(name, |name| self.0.insert(name.to_owned()))
    }
}

/// Returns the type name of an operation's request.
pub(super) fn request_type(id: &str) -> String {
    let name = camel(id);
    if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return format!("Operation{name}");
    }
    if TYPES_IN_USE.contains(&name.as_str()) { format!("{name}Request") } else { name }
}

/// Returns the name of a parameter's field and method.
pub(super) fn param(name: &str) -> String {
    let name = snake(name);
    if REQUEST_MEMBERS.contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// Returns the field name of a property, which is also the name of its setter.
pub(super) fn field(name: &str) -> String {
    let name = snake(name);
    if MODEL_METHODS.contains(&name.as_str()) { format!("{name}_") } else { name }
}

pub(super) fn module(type_name: &str) -> String {
    snake(type_name)
}

/// Returns the type name of a schema. A request can have the same name, because requests are in another module.
pub(super) fn model(name: &str) -> String {
    let name = camel(name);
    if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return format!("Model{name}");
    }
    if TYPES_IN_USE.contains(&name.as_str()) { format!("{name}Model") } else { name }
}

/// Returns the feature name of a tag: `Cloud Backups` and `CloudBackups` become `cloud-backups`, and `MongoDB Users`
/// becomes `mongodb-users`.
pub(super) fn feature(tag: &str) -> String {
    let words = tag.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<String> = words.filter(|it| !it.is_empty()).map(str::to_lowercase).collect();
    let name = if words.len() > 1 {
        words.join("-")
    } else {
        plurals_in_one_word(&oauth_in_one_word(tag)).to_kebab_case()
    };
    match name.chars().next() {
        None => "other".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("tag-{name}"),
        Some(_) if FEATURES_IN_USE.contains(&name.as_str()) => format!("{name}-api"),
        Some(_) => name,
    }
}

/// Returns the variant name for each value of an enum or a union, in order.
pub(super) fn variants<'a>(values: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut in_use = InUse::default();
    values.map(|value| in_use.free(&variant(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_rust_identifiers() {
        let fields = ["_id", "@type", "type", "2fa", "", "it's", "camelCase", "gen", "é"];
        let expected = ["id", "type_", "type_", "x2fa", "x", "its", "camel_case", "gen_", "x"];
        assert_eq!(fields.map(field), expected);
        assert_eq!(["1", "self", "PageOf"].map(module), ["x1", "self_", "page_of"]);
        assert_eq!(
            ["getOAuth2", "oAuth2", "fooAuth"].map(method),
            ["get_oauth2", "oauth2", "foo_auth"]
        );
        let plurals =
            ["IDs", "contactIDs", "URLsOfAPIs", "DNSServers", "DNSservers", "As", "userIDs2"];
        let expected = [
            "ids",
            "contact_ids",
            "urls_of_apis",
            "dns_servers",
            "dn_sservers",
            "as_",
            "user_ids2",
        ];
        assert_eq!(plurals.map(field), expected);
        assert_eq!(model("GroupIDs"), "GroupIds");
        assert_eq!(["self", "getIt"].map(request_type), ["SelfRequest", "GetIt"]);
        assert_eq!(["new", "type"].map(field), ["new_", "type_"]);
        assert_eq!(["new", "call", "listThings"].map(method), ["new_", "call_", "list_things"]);
        assert_eq!(["body", "pageNum"].map(param), ["body_", "page_num"]);
        let compared = ["DateSent", "DateSent<", "DateSent>"].map(param);
        assert_eq!(compared, ["date_sent", "date_sent_less_than", "date_sent_greater_than"]);
        assert_eq!(
            ["Request", "2fa", "a_b", "日本", "x²"].map(model),
            ["RequestModel", "Model2fa", "AB", "Model", "X"]
        );
        let long = "getThings".repeat(40);
        assert_eq!([method(&long), request_type(&long)].map(|it| it.len()), [100, 100]);
    }

    #[test]
    fn feature_names_are_valid_and_not_in_use() {
        let tags = ["Cloud Backups", "CloudBackups", "Default", "gzip", "2FA", "---", "OAuthApps"];
        let expected = [
            "cloud-backups",
            "cloud-backups",
            "default-api",
            "gzip-api",
            "tag-2fa",
            "other",
            "oauth-apps",
        ];
        assert_eq!(tags.map(feature), expected);
    }

    #[test]
    fn names_that_are_in_use_get_a_number() {
        let mut in_use = InUse::default();
        assert_eq!(["id", "id", "id"].map(|name| in_use.free(name)), ["id", "id2", "id3"]);
        let values = ["IN_PROGRESS", "InProgress", "3.6", "36", "a.b", "<", "", "-", "unknown"];
        let expected = [
            "InProgress",
            "InProgress2",
            "V3_6",
            "V36",
            "AB",
            "LessThan",
            "Empty",
            "Value",
            "UnknownValue",
        ];
        assert_eq!(variants(values.into_iter()), expected);
    }

    #[test]
    fn a_minus_before_a_word_becomes_descending() {
        let orders = ["date", "-date", "-size", "1", "-1", "-"];
        let expected = ["Date", "DateDescending", "SizeDescending", "V1", "Minus1", "Value"];
        assert_eq!(variants(orders.into_iter()), expected);
    }
}
