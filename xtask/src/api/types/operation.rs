//! An operation: its parameters, body and response.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::example::Example;
use super::paging::Paging;
use super::value::{Docs, Rules, Type};
use super::{is_false, present};
use crate::diagnostic::Pointer;

/// An operation in one resource version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    /// The `operationId`, which is the same in every version.
    pub id: String,
    /// The method of `Client` that builds a request.
    pub ident: String,
    /// The type of the request.
    pub type_ident: String,
    /// The HTTP method, in upper case.
    pub method: String,
    /// The path after the base URL, with its parameters in braces.
    pub path: String,
    /// The resource version, such as `2024-05-30`. `None` if the operation has no versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The newest released version, if this version is older.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<Successor>,
    /// The date on which the server removes this version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sunset: Option<String>,
    /// Whether this version is deprecated: by the document, by a sunset date, or because it is older than the version
    /// with the plain name.
    #[serde(default, skip_serializing_if = "is_false")]
    pub deprecated: bool,
    /// The value of the `Accept` header.
    pub accept: String,
    /// The Cargo feature that compiles the operation. `None` if the operation is always compiled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feature: Option<String>,
    /// The one-line summary of the operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The description of the operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The roles that permit the call. The caller needs one of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// The base URL to which the client sends the operation if callers set no base URL. `None` if this is the document's
    /// first server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// The base URL at which the API serves the operation, if the client does not send the operation there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// The required credentials, if they differ from the document's. Each alternative lists the credentials to use
    /// together. In a separate crate, these are constructors, such as `Credentials::bearer`, or the names of security
    /// schemes if a request can carry none of the alternatives. In the workspace's own client, they are the names of
    /// security schemes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security: Option<Vec<Vec<String>>>,
    /// The scopes that the security requirements name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    /// The parameters: first those in the path, in the order of the path, and then the others, in document order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<Param>,
    /// The request body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// Whether the body is `multipart/form-data` and the document describes its parts, so that the parts are
    /// parameters.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_multipart: bool,
    /// The value of a successful response.
    pub success: Success,
    /// Whether a successful response declares the `Link` header.
    #[serde(skip)]
    pub declares_link: bool,
    /// The error statuses that the document declares, with their meanings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ErrorStatus>,
    /// How to read all pages, if the operation returns a paged list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paging: Option<Paging>,
    /// An example call in the docs of the method.
    #[serde(skip)]
    pub example: Example,
}

/// The newest released version of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Successor {
    /// The resource version.
    pub version: String,
    /// The method of `Client`.
    pub ident: String,
}

impl Operation {
    /// Returns the location of the operation in the document.
    pub(crate) fn pointer(&self) -> Pointer {
        Pointer::new(["paths", &self.path, &self.method.to_ascii_lowercase()])
    }

    /// Returns the types of the parameters, of the body, and of the values in responses.
    pub fn types(&self) -> impl Iterator<Item = &Type> {
        let params = self.params.iter().map(|param| &param.ty);
        let errors = self.errors.iter().filter_map(|error| error.ty.as_ref());
        params
            .chain(self.body.as_ref().map(|body| &body.ty))
            .chain(self.success.types())
            .chain(errors)
    }
}

/// An error status of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorStatus {
    /// The status in the document: `404`, `4XX` or `default`.
    pub status: String,
    /// When the server returns this status.
    pub meaning: String,
    /// The type of the body, or `None` for the runtime's error type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ty: Option<Type>,
}

/// A parameter of an operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Param {
    /// The name in Rust.
    pub ident: String,
    /// The name on the wire.
    pub name: String,
    /// The location in the request.
    pub location: Location,
    /// The style of the value. `None` for a part of a body. Also `None` for the default style of a single string in the
    /// path, the query or a header. The same applies to a list of strings with one query key per item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<Style>,
    /// The media type of a part, unless it is the usual one. For a file, the caller can set a different one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// The type of the value, which is never an `Option`.
    pub ty: Type,
    /// Whether requests must contain the parameter.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// The rules for the value.
    #[serde(default, skip_serializing_if = "Rules::is_empty")]
    pub rules: Rules,
    /// Whether the value contains a model that is validated before it is sent.
    #[serde(default, skip_serializing_if = "is_false")]
    pub validates: bool,
    /// Whether the type is an enum of strings, so that callers can also pass text.
    #[serde(default, skip_serializing_if = "is_false")]
    pub accepts_text: bool,
    /// The documentation, from the document.
    #[serde(default, skip_serializing_if = "Docs::is_empty")]
    pub docs: Docs,
}

impl Param {
    /// Returns whether the argument is an id that callers can also pass as text. If the text is not a valid id, `send`
    /// returns an error.
    #[must_use]
    pub fn is_converted(&self) -> bool {
        self.required && matches!(self.ty, Type::ObjectId | Type::Uuid) && self.style.is_none()
    }
}

/// The location of a parameter in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Location {
    /// A path segment, or a part of one.
    Path,
    /// A query parameter.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
    /// A part of a `multipart/form-data` body.
    Part(Part),
}

/// The encoding of a part in a `multipart/form-data` body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Text. A list becomes one part for each item.
    Text,
    /// JSON.
    Json,
    /// Text or JSON, depending on the value. A list of scalars becomes one part for each item.
    Value,
    /// A file. A list becomes one part for each file.
    File,
}

impl Part {
    /// Returns whether a part has the media type even if the document specifies none.
    #[must_use]
    pub fn is_usual(self, media_type: &str) -> bool {
        match self {
            Self::Text => media_type == "text/plain",
            Self::Json => media_type == "application/json",
            Self::Value | Self::File => false,
        }
    }
}

/// The serialization of a parameter's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Style {
    /// The style.
    pub kind: StyleKind,
    /// Whether each item and each property is written separately.
    #[serde(default, skip_serializing_if = "is_false")]
    pub explode: bool,
    /// Whether reserved characters are sent without percent-encoding.
    #[serde(default, skip_serializing_if = "is_false")]
    pub reserved: bool,
}

/// A serialization style of OpenAPI, or JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StyleKind {
    /// `;color=blue,black`
    Matrix,
    /// `.blue.black`
    Label,
    /// `color=blue,black`
    Form,
    /// `blue,black`
    Simple,
    /// `color=blue%20black`
    SpaceDelimited,
    /// `color=blue|black`
    PipeDelimited,
    /// `color[R]=100&color[G]=200`
    DeepObject,
    /// The text of a JSON value.
    Json,
}

/// The body of a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// The media type in the `Content-Type` header.
    pub media_type: String,
    /// The encoding of the value.
    #[serde(default, skip_serializing_if = "Encoding::is_json")]
    pub encoding: Encoding,
    /// The type of the value.
    pub ty: Type,
    /// Whether a request may have no body.
    #[serde(default, skip_serializing_if = "is_false")]
    pub optional: bool,
    /// The rules for the value, unless it is a model.
    #[serde(default, skip_serializing_if = "Rules::is_empty")]
    pub rules: Rules,
    /// Whether the value contains a model that is validated before it is sent.
    #[serde(default, skip_serializing_if = "is_false")]
    pub validates: bool,
    /// The documentation, from the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// An example of a body, from the document.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub example: Option<Value>,
}

/// The encoding of a request body.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// As JSON.
    #[default]
    Json,
    /// As text.
    Text,
    /// As the bytes that the caller passes.
    Bytes,
    /// As a form. The map contains the style of each property that does not have the default encoding.
    Form(BTreeMap<String, FormStyle>),
    /// As parts that the caller adds. Parts that the document describes are parameters instead.
    Multipart,
}

impl Encoding {
    fn is_json(&self) -> bool {
        *self == Self::Json
    }
}

/// The style of a list or an object in a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FormStyle {
    /// In one field, separated by commas.
    Commas,
    /// In one field, separated by spaces.
    Spaces,
    /// In one field, separated by `|`.
    Pipes,
    /// In a field for each property of an object, or for each item of a list.
    Properties,
    /// In a field for each property or item: `color[R]=100`.
    Deep,
    /// As JSON, even if it is a list.
    Json,
}

/// The value of a successful response.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Success {
    /// No value.
    Nothing,
    /// A JSON value.
    Json(Type),
    /// A JSON value, or no body.
    Optional(Type),
    /// One of several values, depending on the status.
    Statuses {
        /// The enum.
        ident: String,
        /// A variant for each status.
        values: Vec<StatusValue>,
    },
    /// JSON values, one on each line, as a stream.
    Lines(Type),
    /// Text.
    Text,
    /// Bytes, as a stream.
    Bytes,
    /// A redirect: the status and the headers, without a body.
    Redirect,
}

impl Success {
    /// Returns the name of the enum that the operation's file defines if there are several values.
    #[must_use]
    pub const fn ident(&self) -> Option<&String> {
        match self {
            Self::Statuses { ident, .. } => Some(ident),
            _ => None,
        }
    }

    /// Returns the types of the values.
    pub fn types(&self) -> impl Iterator<Item = &Type> {
        let (one, several) = match self {
            Self::Json(ty) | Self::Optional(ty) | Self::Lines(ty) => (Some(ty), [].as_slice()),
            Self::Statuses { values, .. } => (None, values.as_slice()),
            Self::Nothing | Self::Text | Self::Bytes | Self::Redirect => (None, [].as_slice()),
        };
        one.into_iter().chain(several.iter().filter_map(|value| value.ty.as_ref()))
    }
}

/// The value of a successful response with a particular status.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatusValue {
    /// The name of the variant in Rust.
    pub ident: String,
    /// The status in the document, such as `200` or `2XX`.
    pub status: String,
    /// When the server returns this status.
    pub meaning: String,
    /// The type of the value, or `None` if there is no value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ty: Option<Type>,
}
