//! The types of the model.
//!
//! Every value is final: names are Rust identifiers, types include their boxes, and facts that
//! depend on several parts of the document are computed. Emitters only format these values.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display};

use heck::ToShoutySnakeCase as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Number, Value};

/// An API as the emitted client provides it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Api {
    /// The URLs of the servers in the document.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub servers: Vec<String>,
    /// The operations, one for each resource version, sorted by identifier.
    pub operations: Vec<Operation>,
    /// The models, sorted by identifier.
    pub models: Vec<Model>,
    /// The Cargo features, sorted by name. Empty if all code is always compiled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<Feature>,
    /// Parameter descriptions that many operations share. They are emitted in full only once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shared_docs: Vec<SharedDocs>,
    /// The schemas of error bodies, without descriptions. The runtime has its own type for errors;
    /// the schemas are kept to detect changes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub error_bodies: BTreeMap<String, Value>,
    /// The crate of the API, if it is separate from the workspace's client.
    #[serde(skip)]
    pub package: Option<Package>,
}

impl Api {
    /// Returns the name of the crate in code, such as `swagger_petstore`.
    #[must_use]
    pub fn crate_ident(&self) -> String {
        let name = self.package.as_ref().map_or(OWN_CRATE, |package| package.name.as_str());
        name.replace('-', "_")
    }
}

/// The client of the workspace.
const OWN_CRATE: &str = "generated-client";

/// A separate crate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Package {
    /// The name in the manifest.
    pub name: String,
    /// The version, in the form of `SemVer`.
    pub version: String,
    /// The version in the document, unchanged.
    pub document_version: String,
    /// The title of the API in the document, on one line.
    pub title: String,
    /// The description of the API in the document.
    pub description: Option<String>,
    /// The servers of the API in the document.
    pub servers: Vec<Server>,
    /// How callers authenticate.
    pub security: Security,
}

impl Package {
    /// Returns the prefix of the names of environment variables.
    #[must_use]
    pub fn variable_prefix(&self) -> String {
        self.name.to_shouty_snake_case()
    }
}

/// How callers of an API authenticate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Security {
    /// The schemes, in the order of the document.
    pub schemes: Vec<SecurityScheme>,
    /// The combinations of schemes, as indices into `schemes`. The preferred combination is first.
    pub alternatives: Vec<Vec<usize>>,
    /// Whether every operation can be called without credentials.
    pub is_optional: bool,
}

/// A security scheme, or one of the ways to use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityScheme {
    /// The constructor of the credentials.
    pub ident: String,
    /// The name in the document.
    pub name: String,
    /// How requests carry the credentials.
    pub kind: SecurityKind,
    /// The environment variables of the credentials.
    pub variables: Vec<String>,
    /// The description in the document, on one line.
    pub description: Option<String>,
}

/// How requests carry credentials.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecurityKind {
    /// A bearer token.
    Bearer,
    /// HTTP Basic.
    Basic,
    /// HTTP Digest.
    Digest,
    /// A header with this name.
    Header(String),
    /// A query parameter with this name.
    Query(String),
    /// A cookie with this name.
    Cookie(String),
    /// A bearer token that the client requests at this URL.
    ClientCredentials(String),
}

/// A server of an API.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Server {
    /// The base URL, with variables in braces. The URL may be relative.
    pub url: String,
    /// The purpose of the server, on one line.
    pub description: Option<String>,
    /// The variables of the URL.
    pub variables: Vec<ServerVariable>,
}

impl Server {
    /// Returns the base URL with the default of each variable.
    #[must_use]
    pub fn default_url(&self) -> String {
        let mut url = self.url.clone();
        for ServerVariable { name, default, .. } in &self.variables {
            url = url.replace(&format!("{{{name}}}"), default);
        }
        url
    }
}

/// A variable in the base URL of a server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServerVariable {
    /// The name in the braces.
    pub name: String,
    /// The default value.
    pub default: String,
    /// The allowed values. If empty, every value is allowed.
    pub values: Vec<String>,
    /// The purpose of the variable.
    pub description: Option<String>,
}

/// A Cargo feature that compiles the operations of one tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feature {
    /// The name in the manifest.
    pub name: String,
    /// The tag as in the document.
    pub tag: String,
}

/// A parameter description that many operations share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedDocs {
    /// The name of the parameter on the wire.
    pub name: String,
    /// The whole description.
    pub description: String,
}

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
    /// The path below the base URL, with its parameters in braces.
    pub path: String,
    /// The resource version, such as `2024-05-30`. `None` if the operation has no versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The newest version, if this version is older.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<Successor>,
    /// The date on which the server removes this version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sunset: Option<String>,
    /// Whether the document or a newer version deprecates this one.
    #[serde(default, skip_serializing_if = "is_false")]
    pub deprecated: bool,
    /// The media type of the `Accept` header.
    pub accept: String,
    /// The Cargo feature that compiles the operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feature: Option<String>,
    /// A one-line summary of the operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The description of the operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The roles. The caller needs one of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// The parameters, in the order of the document.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<Param>,
    /// The request body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// Whether the body is `multipart/form-data`, whose parts are parameters.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_multipart: bool,
    /// The value of a success response.
    pub success: Success,
    /// The error statuses that the document declares, with their meanings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ErrorStatus>,
    /// How to read all pages, if the operation returns a paged list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paging: Option<Paging>,
    /// An example call, for the docs of the method.
    #[serde(skip)]
    pub example: Example,
}

/// An example call of an operation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Example {
    /// The required parameters.
    pub arguments: Vec<Expression>,
    /// The body, with its type if the expression does not determine it.
    pub body: Option<(Option<Type>, Expression)>,
    /// One optional parameter, with its Rust name.
    pub option: Option<(String, Expression)>,
    /// The models that the call uses.
    pub models: BTreeSet<String>,
}

/// An expression of an example.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// `"text"`
    Text(String),
    /// `"text".to_owned()`
    OwnedText(String),
    /// `"text".parse()?`
    Parsed(String),
    /// `b"value"`
    Bytes,
    /// `true` or `false`
    Bool(bool),
    /// A number with a fraction.
    Float(f64),
    /// An integer, as a literal.
    Integer(String),
    /// `serde_json::json!(..)`
    Json(Value),
    /// `Default::default()`
    Default,
    /// `None`
    None,
    /// `Some(..)`
    Some(Box<Expression>),
    /// `vec![..]`
    List(Vec<Expression>),
    /// `BTreeMap::from([(.., ..)])`
    Map(Vec<(String, Expression)>),
    /// `..into()`
    Into(Box<Expression>),
    /// `Model::new(..)`
    New {
        /// The model.
        model: String,
        /// The arguments of its constructor.
        arguments: Vec<Expression>,
    },
    /// `Model::Variant`
    Variant {
        /// The model.
        model: String,
        /// The variant.
        variant: String,
    },
}

/// The newest version of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Successor {
    /// The resource version.
    pub version: String,
    /// The method of `Client`.
    pub ident: String,
}

/// An error status of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorStatus {
    /// The status as in the document: `404`, `4XX` or `default`.
    pub status: String,
    /// When the server returns it.
    pub meaning: String,
    /// The type of the body, or `None` for the error type of the runtime.
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
    /// The style of the value. `None` for a string, or for a list of strings that repeats a query key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<Style>,
    /// The media type of a file, unless the caller sets another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// The type of the value, which is never an `Option`.
    pub ty: Type,
    /// Whether requests must have the parameter.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// The rules for the value.
    #[serde(default, skip_serializing_if = "Rules::is_empty")]
    pub rules: Rules,
    /// Whether the value contains a model that is checked before it is sent.
    #[serde(default, skip_serializing_if = "is_false")]
    pub validates: bool,
    /// The documentation, from the document.
    #[serde(default, skip_serializing_if = "Docs::is_empty")]
    pub docs: Docs,
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
    /// A part of a body of `multipart/form-data`.
    Part(Part),
}

/// The encoding of a part in a `multipart/form-data` body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Text, once for each item of a list.
    Text,
    /// JSON.
    Json,
    /// A file, or several.
    File,
}

/// The style of a parameter's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Style {
    /// The style, as defined by the specification.
    pub kind: StyleKind,
    /// Whether each item and each property is written separately.
    #[serde(default, skip_serializing_if = "is_false")]
    pub explode: bool,
    /// Whether reserved characters are not encoded.
    #[serde(default, skip_serializing_if = "is_false")]
    pub reserved: bool,
}

/// A style defined by the specification, or JSON.
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
    /// The media type of the `Content-Type` header.
    pub media_type: String,
    /// The encoding of the value.
    #[serde(default, skip_serializing_if = "Encoding::is_json")]
    pub encoding: Encoding,
    /// The type of the value.
    pub ty: Type,
    /// Whether the value is validated before it is sent.
    #[serde(default, skip_serializing_if = "is_false")]
    pub validates: bool,
    /// The documentation, from the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A valid body.
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
    /// As a form. Properties without the default form have a style.
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
    /// In a field for each property.
    Properties,
    /// In a field for each property or item: `color[R]=100`.
    Deep,
    /// As JSON, even if it is a list.
    Json,
}

/// The value of a success response.
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
    /// Returns the enum for several values, which the file of the operation defines.
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

/// The value of a success response with a particular status.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatusValue {
    /// The variant in Rust.
    pub ident: String,
    /// The status in the document, such as `200` or `2XX`.
    pub status: String,
    /// When the server returns it.
    pub meaning: String,
    /// The type of the value, or `None` if there is no value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ty: Option<Type>,
}

/// How to read all pages of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paging {
    /// The parameter that selects the page, by its Rust name.
    pub number: String,
    /// What the parameter contains.
    #[serde(default, skip_serializing_if = "PagingStyle::is_number")]
    pub style: PagingStyle,
    /// The parameter for the number of items per page, by its Rust name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// The server's default for the number of items per page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_size: Option<u64>,
    /// The type of an item.
    pub item: Type,
    /// The field that identifies an item, if a page is a list and not an object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<PageField>,
}

/// How the pages of a list are identified.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PagingStyle {
    /// By a number that starts at 1.
    #[default]
    Number,
    /// By a number that starts at 0.
    NumberFromZero,
    /// By the number of items before the page.
    Offset,
    /// By a string from the previous page.
    Cursor,
}

impl PagingStyle {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
    fn is_number(&self) -> bool {
        *self == Self::Number
    }
}

/// A type that the client defines for a schema.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// The name in Rust.
    pub ident: String,
    /// The file that defines the model, by its Rust name. An inline model is in the file of the
    /// model around it.
    pub module: String,
    /// The model or operation in which the document describes the model inline. `None` for a named
    /// schema.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The documentation, from the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether requests or responses contain the model.
    pub usage: Usage,
    /// Whether a value is validated before it is sent.
    #[serde(default, skip_serializing_if = "is_false")]
    pub validates: bool,
    /// The features that need the file. Empty if the file is always compiled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<String>,
    /// The kind of type.
    pub kind: Kind,
}

/// Whether requests or responses contain a model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Requests can contain it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub request: bool,
    /// Responses can contain it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub response: bool,
}

/// The kind of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::large_enum_variant, reason = "most models are structs")]
pub enum Kind {
    /// An object with known properties.
    Struct(Struct),
    /// One of several values.
    Enum(Vec<EnumValue>),
    /// One of several models, discriminated by a property.
    Union(Union),
}

/// An object with known properties.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Struct {
    /// The fields, in the order of the document.
    pub fields: Vec<Field>,
    /// The discriminator that the object always has, if it is a variant of a union.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<Tag>,
    /// The description of a page, if an operation returns the object as one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<Page>,
}

/// A property with a constant value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tag {
    /// The name of the property.
    pub property: String,
    /// The value.
    pub value: String,
}

/// A field of a struct.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// The name in Rust.
    pub ident: String,
    /// The name on the wire.
    pub name: String,
    /// The type, including any `Option` and `Box`.
    pub ty: Type,
    /// Whether the field may be absent. Its type then has a value for an absent field: `None` or `Nullable::Absent` or,
    /// in models that only responses contain, an empty list or map.
    #[serde(default, skip_serializing_if = "is_false")]
    pub optional: bool,
    /// Whether the field contains all properties that the document allows but does not define.
    #[serde(default, skip_serializing_if = "is_false")]
    pub rest: bool,
    /// The rules for the value.
    #[serde(default, skip_serializing_if = "Rules::is_empty")]
    pub rules: Rules,
    /// Whether the field contains a model that is validated before it is sent.
    #[serde(default, skip_serializing_if = "is_false")]
    pub validates: bool,
    /// The documentation, from the document.
    #[serde(default, skip_serializing_if = "Docs::is_empty")]
    pub docs: Docs,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The field that contains the items, by its name in Rust.
    pub items: String,
    /// The type of an item.
    pub item: Type,
    /// The links that indicate a next page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub links: Option<PageLinks>,
    /// The field of an item that identifies it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<PageField>,
    /// The field with the estimated number of items on all pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<PageField>,
    /// The cursor of the next page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<PageCursor>,
}

/// Where a page contains the cursor of the next page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PageCursor {
    /// In a separate field.
    Field(PageField),
    /// The id of the last item, if this field says that there are more items.
    LastId(PageField),
}

/// The links of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageLinks {
    /// The field of the page with the links, by its Rust name.
    pub ident: String,
    /// The field of a link with its relation.
    pub relation: PageField,
}

/// A field of a page, an item or a link that the client reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageField {
    /// The name in Rust.
    pub ident: String,
    /// Whether the type is an `Option`.
    pub optional: bool,
}

/// A value of an enum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnumValue {
    /// The variant in Rust.
    pub ident: String,
    /// The value on the wire: a string, a number or a boolean.
    pub value: Value,
    /// The meaning of the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl EnumValue {
    /// Returns the value as text: a string unchanged, and anything else as JSON.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        match self.value.as_str() {
            Some(text) => text.into(),
            None => self.value.to_string().into(),
        }
    }
}

/// One of several models, discriminated by a property.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Union {
    /// The discriminator.
    pub property: String,
    /// The variants, in the order of the document.
    pub variants: Vec<Variant>,
    /// The fields that all variants have, with the same type.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shared: Vec<Field>,
}

/// A variant of a union.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// The name in Rust.
    pub ident: String,
    /// The model in the variant.
    pub model: String,
    /// The discriminator values that select the variant.
    pub values: Vec<String>,
    /// The description of the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether the model is validated before it is sent.
    #[serde(default, skip_serializing_if = "is_false")]
    pub validates: bool,
}

/// The documentation of a value.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Docs {
    /// The meaning of the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether only the first sentence of the description is emitted, because [`Api::shared_docs`]
    /// contains the full text.
    #[serde(default, skip_serializing_if = "is_false")]
    pub shortened: bool,
    /// Whether the value is deprecated.
    #[serde(default, skip_serializing_if = "is_false")]
    pub deprecated: bool,
    /// The server's default for an absent value.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// A valid value.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub example: Option<Value>,
}

impl Docs {
    /// Returns whether there is no documentation.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The server's rules for a value, as JSON Schema keywords.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Rules {
    /// The ECMA-262 pattern that the string must match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The minimum number of characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<usize>,
    /// The maximum number of characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<usize>,
    /// The minimum.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Number>,
    /// The maximum.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Number>,
    /// Whether `minimum` itself is excluded.
    #[serde(skip_serializing_if = "is_false")]
    pub exclusive_minimum: bool,
    /// Whether `maximum` itself is excluded.
    #[serde(skip_serializing_if = "is_false")]
    pub exclusive_maximum: bool,
    /// The divisor of a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multiple_of: Option<Number>,
    /// The minimum number of list items or map entries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_items: Option<usize>,
    /// The maximum number of list items or map entries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_items: Option<usize>,
    /// Whether list items must be unique.
    #[serde(skip_serializing_if = "is_false")]
    pub unique_items: bool,
    /// The rules for each list item or map value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub each: Option<Box<Rules>>,
}

impl Rules {
    /// Returns whether every value is allowed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The type of a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Type {
    /// `bool`
    Bool,
    /// An integer, by its name in Rust: `i32`, `u64`.
    Integer(String),
    /// `f32` or `f64`, by its name in Rust.
    Float(String),
    /// `String`
    String,
    /// `ObjectId`, the identifier type of the runtime.
    ObjectId,
    /// `Base64`, the type of the runtime for bytes.
    Bytes,
    /// `Uuid`
    Uuid,
    /// `DateTime<Utc>`
    DateTime,
    /// `NaiveDate`
    Date,
    /// `serde_json::Value`
    Json,
    /// `serde_json::Map<String, serde_json::Value>`
    JsonObject,
    /// `Option<_>`
    Option(Box<Type>),
    /// `Nullable<_>`, the type of the runtime for a field that is absent, `null` or a value.
    Nullable(Box<Type>),
    /// `Vec<_>`
    List(Box<Type>),
    /// `BTreeMap<String, _>`
    Map(Box<Type>),
    /// `Box<_>`
    Boxed(Box<Type>),
    /// `Upload`, the contents of a file or a raw body.
    Upload,
    /// `Form`, the parts of a body of `multipart/form-data`.
    Form,
    /// A model, by its name in Rust.
    Model(String),
}

impl Type {
    /// Returns the type of a present value: `T` for `Option<T>` and `Nullable<T>`, and any other type unchanged.
    #[must_use]
    pub fn value(&self) -> &Self {
        if let Self::Option(inner) | Self::Nullable(inner) = self { inner } else { self }
    }

    /// Returns whether a value of the type can be absent.
    #[must_use]
    pub fn is_option(&self) -> bool {
        matches!(self, Self::Option(_) | Self::Nullable(_))
    }

    /// Returns the type without an `Option`, `Nullable` or `Box` around it.
    #[must_use]
    pub fn unwrapped(&self) -> &Self {
        match self {
            Self::Option(inner) | Self::Nullable(inner) | Self::Boxed(inner) => inner.unwrapped(),
            other => other,
        }
    }

    /// Returns the model inside any containers.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        match self {
            Self::Option(inner)
            | Self::Nullable(inner)
            | Self::List(inner)
            | Self::Map(inner)
            | Self::Boxed(inner) => inner.model(),
            Self::Model(name) => Some(name),
            _ => None,
        }
    }
}

/// Formats the type as Rust code.
impl Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Integer(name) | Self::Float(name) | Self::Model(name) => f.write_str(name),
            Self::String => f.write_str("String"),
            Self::ObjectId => f.write_str("ObjectId"),
            Self::Bytes => f.write_str("Base64"),
            Self::Uuid => f.write_str("Uuid"),
            Self::DateTime => f.write_str("DateTime<Utc>"),
            Self::Date => f.write_str("NaiveDate"),
            Self::Json => f.write_str("serde_json::Value"),
            Self::JsonObject => f.write_str("serde_json::Map<String, serde_json::Value>"),
            Self::Option(inner) => write!(f, "Option<{inner}>"),
            Self::List(inner) => write!(f, "Vec<{inner}>"),
            Self::Map(inner) => write!(f, "BTreeMap<String, {inner}>"),
            Self::Nullable(inner) => write!(f, "Nullable<{inner}>"),
            Self::Boxed(inner) => write!(f, "Box<{inner}>"),
            Self::Upload => f.write_str("Upload"),
            Self::Form => f.write_str("Form"),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// Decodes a present value, even if it is `null`.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
