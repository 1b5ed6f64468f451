//! What lowering takes away from a document, kept in it as `x-codegen-…` extensions.
//!
//! A pass that removes something the engine cannot read leaves a note at the same place, so that a
//! document carries its own memory through renaming, splitting and moving, and a snapshot shows it.

use indexmap::IndexMap;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The extensions of an operation, a parameter or a schema.
pub type Extensions = IndexMap<String, Value>;

/// A kind of note: the extension that holds it.
pub trait Note: Serialize + DeserializeOwned {
    /// The name of the extension.
    const KEY: &'static str;

    /// Leaves this note.
    fn write(&self, extensions: &mut Extensions) {
        if let Ok(value) = serde_json::to_value(self) {
            extensions.insert(Self::KEY.to_owned(), value);
        }
    }

    /// The note that was left here, if any.
    #[must_use]
    fn read(extensions: &Extensions) -> Option<Self> {
        Self::deserialize(extensions.get(Self::KEY)?).ok()
    }
}

/// On an operation: how it looks on the wire.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Wire {
    /// Where the operation stands in the document that was read (a JSON pointer).
    pub pointer: String,
    /// The `operationId`, the same in every version.
    pub operation_id: String,
    /// The path, with its parameters in braces.
    pub path: String,
    /// The resource version (`2024-05-30`), of an operation that has versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The newest resource version, where this is an older one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub successor: Option<String>,
    /// The date from which on the server no longer answers this version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sunset: Option<String>,
    /// The media type to ask for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accept: Option<String>,
    /// The media type of the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// Whether a success may hold nothing, though another holds a value.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub may_be_empty: bool,
    /// The errors that the document declares: status and meaning.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub errors: IndexMap<String, String>,
}

impl Note for Wire {
    const KEY: &'static str = "x-codegen-wire";
}

/// On a schema: what the server demands of a value.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Rules {
    /// The ECMA-262 pattern that the text must match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The least number of characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<usize>,
    /// The greatest number of characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<usize>,
    /// The least number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<serde_json::Number>,
    /// The greatest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<serde_json::Number>,
    /// Whether a number must be more than `minimum`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub exclusive_minimum: bool,
    /// Whether a number must be less than `maximum`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub exclusive_maximum: bool,
    /// The least number of items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_items: Option<usize>,
    /// The greatest number of items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_items: Option<usize>,
}

impl Note for Rules {
    const KEY: &'static str = "x-codegen-rules";
}

impl Rules {
    /// Whether any value will do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// On a schema: what the server takes where the caller says nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ServerDefault(pub Value);

impl Note for ServerDefault {
    const KEY: &'static str = "x-codegen-default";
}

/// On a variant of a union: the property and the one value that tell it apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tag {
    /// The discriminator.
    pub property: String,
    /// Its value.
    pub value: String,
}

impl Note for Tag {
    const KEY: &'static str = "x-codegen-tag";
}

/// On a named schema: the ways that lead to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Usage {
    /// A request may hold it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub request: bool,
    /// An answer may hold it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub response: bool,
}

impl Note for Usage {
    const KEY: &'static str = "x-codegen-usage";
}

/// On a schema that got its name from the place where it stood: the schema or operation around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Owner(pub String);

impl Note for Owner {
    const KEY: &'static str = "x-codegen-owner";
}

/// On a schema that got its name from the place where it stood: that place, as a JSON pointer into the
/// document that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Place(pub String);

impl Note for Place {
    const KEY: &'static str = "x-codegen-place";
}

impl Place {
    /// Where the schema of this name stands.
    #[must_use]
    pub fn of(name: &str, extensions: &Extensions) -> String {
        Self::read(extensions).map_or_else(|| format!("/components/schemas/{name}"), |it| it.0)
    }
}

/// On a schema that is any value, though the document says more of it than the generator can type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Untyped {
    /// Where the document says it, as a JSON pointer.
    pub pointer: String,
    /// Why it has no type.
    pub what: String,
    /// What to change in the document.
    pub help: String,
}

impl Note for Untyped {
    const KEY: &'static str = "x-codegen-untyped";
}
