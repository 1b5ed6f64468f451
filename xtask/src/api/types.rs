//! The types of the model.
//!
//! Every value is final: names in Rust are valid identifiers, and types include their boxes. Facts that depend on
//! several parts of the document are already computed. Emitters only format these values.

mod example;
mod model;
mod operation;
mod package;
mod paging;
mod value;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

pub use self::example::{Example, Expression};
pub use self::model::{
    EnumValue, Field, Kind, Model, Struct, Tag, TypeUnion, TypeVariant, Union, Usage, Variant,
};
pub use self::operation::{
    Body, Encoding, ErrorStatus, FormStyle, Location, Operation, Param, Part, StatusValue, Style,
    StyleKind, Success, Successor,
};
pub use self::package::{Package, Security, SecurityKind, SecurityScheme, Server, ServerVariable};
pub use self::paging::{
    CursorSource, Page, PageCursor, PageEnd, PageField, PageLinks, Paging, PagingStyle,
};
pub use self::value::{Docs, Rules, Type};
pub use crate::lower::JsonType;

/// An API, as the emitted client exposes it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Api {
    /// The URLs of the servers in the document.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub servers: Vec<String>,
    /// The date of plain method names, which are those of the newest resource versions up to this date. `None` if no
    /// date is given and the document has no released version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_version: Option<String>,
    /// The operations, one for each resource version, sorted by identifier.
    pub operations: Vec<Operation>,
    /// The models, sorted by identifier.
    pub models: Vec<Model>,
    /// The Cargo features, sorted by name. Empty if all code is always compiled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<Feature>,
    /// The metadata of the crate to generate, if it is separate from the workspace's client. JSON from earlier versions
    /// of the generator does not contain the metadata.
    #[serde(default, skip_serializing_if = "is_hand_written")]
    pub package: Option<Package>,
}

impl Api {
    /// Returns the name of the crate in code, such as `swagger_petstore`.
    #[must_use]
    pub fn crate_ident(&self) -> String {
        let name = self.package.as_ref().map_or(OWN_CRATE, |package| package.name.as_str());
        name.replace('-', "_")
    }

    /// Returns whether emitted code uses one of the runtime's types for identifiers.
    #[must_use]
    pub fn has_object_ids(&self) -> bool {
        let models = self.models.iter().flat_map(|model| model.kind.values()).map(|(ty, _)| ty);
        let mut types = self.operations.iter().flat_map(Operation::types).chain(models);
        types.any(|ty| matches!(ty.innermost(), Type::ObjectId | Type::IdInput))
    }
}

/// The name of the workspace's own client.
const OWN_CRATE: &str = "generated-client";

/// A Cargo feature that compiles the operations of one tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feature {
    /// The name in the manifest.
    pub name: String,
    /// The tag, as the document spells it.
    pub tag: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn is_false(value: &bool) -> bool {
    !value
}

#[expect(clippy::ref_option, reason = "serde passes fields by reference")]
fn is_hand_written(package: &Option<Package>) -> bool {
    package.as_ref().is_none_or(|package| package.is_hand_written)
}

/// Decodes every present value as `Some`, even `null`.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
