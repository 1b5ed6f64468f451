//! OpenAPI 3.0 in one table: the keys of each object, and the shape of their values.
//!
//! Source: the specification's section 4.7, "Schema". What the generator never reads
//! (callbacks, links, XML) is `Any`.

/// The shape of a value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    Any,
    Text,
    Flag,
    Number,
    /// A whole number from 0.
    Count,
    Object(Kind),
    /// The object, or a `$ref` to one under `components`.
    Reference(Kind),
    /// What `additionalProperties` takes: true, false, a schema or a `$ref`.
    FlagOrSchema,
    List(&'static Shape),
    Map(&'static Shape),
}

/// The kinds of objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Components,
    Contact,
    Discriminator,
    Document,
    Encoding,
    Example,
    ExternalDocs,
    Header,
    Info,
    License,
    MediaType,
    OAuthFlow,
    OAuthFlows,
    Operation,
    Parameter,
    PathItem,
    Paths,
    RequestBody,
    Response,
    Responses,
    Schema,
    SecurityScheme,
    Server,
    ServerVariable,
    Tag,
}

/// A key of an object.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) required: bool,
}

use Kind::{
    Components, Contact, Discriminator, Document, Encoding, Example, ExternalDocs, Header, Info,
    License, MediaType, OAuthFlow, OAuthFlows, Operation, Parameter, PathItem, Paths, RequestBody,
    Response, Responses, Schema, SecurityScheme, Server, ServerVariable, Tag,
};
use Shape::{Any, Count, Flag, FlagOrSchema, List, Map, Number, Object, Reference, Text};

const fn may(name: &'static str, shape: Shape) -> Field {
    Field { name, shape, required: false }
}

const fn must(name: &'static str, shape: Shape) -> Field {
    Field { name, shape, required: true }
}

impl Kind {
    /// The keys that the object has by name.
    pub(super) const fn fields(self) -> &'static [Field] {
        match self {
            Components => COMPONENTS,
            Contact => CONTACT,
            Discriminator => DISCRIMINATOR,
            Document => DOCUMENT,
            Encoding => ENCODING,
            Example => EXAMPLE,
            ExternalDocs => EXTERNAL_DOCS,
            Header => HEADER,
            Info => INFO,
            License => LICENSE,
            MediaType => MEDIA_TYPE,
            OAuthFlow => OAUTH_FLOW,
            OAuthFlows => OAUTH_FLOWS,
            Operation => OPERATION,
            Parameter => PARAMETER,
            PathItem => PATH_ITEM,
            Paths | Responses => &[],
            RequestBody => REQUEST_BODY,
            Response => RESPONSE,
            Schema => SCHEMA,
            SecurityScheme => SECURITY_SCHEME,
            Server => SERVER,
            ServerVariable => SERVER_VARIABLE,
            Tag => TAG,
        }
    }

    /// The shape under all other keys, where the author chooses them.
    pub(super) const fn others(self) -> Option<Shape> {
        match self {
            Paths => Some(Object(PathItem)),
            Responses => Some(Reference(Response)),
            _ => None,
        }
    }

    /// Where objects of this kind stand in `components`, if they can.
    pub(super) const fn section(self) -> Option<&'static str> {
        match self {
            Example => Some("examples"),
            Header => Some("headers"),
            Parameter => Some("parameters"),
            RequestBody => Some("requestBodies"),
            Response => Some("responses"),
            Schema => Some("schemas"),
            SecurityScheme => Some("securitySchemes"),
            _ => None,
        }
    }

    /// The term of the specification, with its article.
    pub(super) const fn described(self) -> &'static str {
        match self {
            Components => "the components object",
            Contact => "a contact",
            Discriminator => "a discriminator",
            Document => "the document",
            Encoding => "an encoding",
            Example => "an example",
            ExternalDocs => "an external documentation object",
            Header => "a header",
            Info => "the info object",
            License => "a license",
            MediaType => "a media type object",
            OAuthFlow => "an OAuth flow",
            OAuthFlows => "an OAuth flows object",
            Operation => "an operation",
            Parameter => "a parameter",
            PathItem => "a path item",
            Paths => "the paths object",
            RequestBody => "a request body",
            Response => "a response",
            Responses => "a responses object",
            Schema => "a schema",
            SecurityScheme => "a security scheme",
            Server => "a server",
            ServerVariable => "a server variable",
            Tag => "a tag",
        }
    }
}

const DOCUMENT: &[Field] = &[
    must("openapi", Text),
    must("info", Object(Info)),
    must("paths", Object(Paths)),
    may("servers", List(&Object(Server))),
    may("components", Object(Components)),
    may("security", List(&Map(&List(&Text)))),
    may("tags", List(&Object(Tag))),
    may("externalDocs", Object(ExternalDocs)),
];

const INFO: &[Field] = &[
    must("title", Text),
    must("version", Text),
    may("description", Text),
    may("termsOfService", Text),
    may("contact", Object(Contact)),
    may("license", Object(License)),
];

const CONTACT: &[Field] = &[may("name", Text), may("url", Text), may("email", Text)];

const LICENSE: &[Field] = &[must("name", Text), may("url", Text)];

const SERVER: &[Field] =
    &[must("url", Text), may("description", Text), may("variables", Map(&Object(ServerVariable)))];

const SERVER_VARIABLE: &[Field] =
    &[must("default", Text), may("enum", List(&Text)), may("description", Text)];

const TAG: &[Field] =
    &[must("name", Text), may("description", Text), may("externalDocs", Object(ExternalDocs))];

const EXTERNAL_DOCS: &[Field] = &[must("url", Text), may("description", Text)];

const COMPONENTS: &[Field] = &[
    may("schemas", Map(&Reference(Schema))),
    may("responses", Map(&Reference(Response))),
    may("parameters", Map(&Reference(Parameter))),
    may("examples", Map(&Reference(Example))),
    may("requestBodies", Map(&Reference(RequestBody))),
    may("headers", Map(&Reference(Header))),
    may("securitySchemes", Map(&Reference(SecurityScheme))),
    may("links", Map(&Any)),
    may("callbacks", Map(&Any)),
];

const PATH_ITEM: &[Field] = &[
    may("summary", Text),
    may("description", Text),
    may("get", Object(Operation)),
    may("put", Object(Operation)),
    may("post", Object(Operation)),
    may("delete", Object(Operation)),
    may("options", Object(Operation)),
    may("head", Object(Operation)),
    may("patch", Object(Operation)),
    may("trace", Object(Operation)),
    may("servers", List(&Object(Server))),
    may("parameters", List(&Reference(Parameter))),
];

const OPERATION: &[Field] = &[
    // Optional in OpenAPI, needed here: the check of operations says why.
    may("operationId", Text),
    must("responses", Object(Responses)),
    may("tags", List(&Text)),
    may("summary", Text),
    may("description", Text),
    may("externalDocs", Object(ExternalDocs)),
    may("parameters", List(&Reference(Parameter))),
    may("requestBody", Reference(RequestBody)),
    may("callbacks", Map(&Any)),
    may("deprecated", Flag),
    may("security", List(&Map(&List(&Text)))),
    may("servers", List(&Object(Server))),
];

const PARAMETER: &[Field] = &[
    must("name", Text),
    must("in", Text),
    may("description", Text),
    may("required", Flag),
    may("deprecated", Flag),
    may("allowEmptyValue", Flag),
    may("style", Text),
    may("explode", Flag),
    may("allowReserved", Flag),
    may("schema", Reference(Schema)),
    may("example", Any),
    may("examples", Map(&Reference(Example))),
    may("content", Map(&Object(MediaType))),
];

const HEADER: &[Field] = &[
    may("description", Text),
    may("required", Flag),
    may("deprecated", Flag),
    may("allowEmptyValue", Flag),
    may("style", Text),
    may("explode", Flag),
    may("allowReserved", Flag),
    may("schema", Reference(Schema)),
    may("example", Any),
    may("examples", Map(&Reference(Example))),
    may("content", Map(&Object(MediaType))),
];

const REQUEST_BODY: &[Field] =
    &[must("content", Map(&Object(MediaType))), may("description", Text), may("required", Flag)];

const RESPONSE: &[Field] = &[
    must("description", Text),
    may("headers", Map(&Reference(Header))),
    may("content", Map(&Object(MediaType))),
    may("links", Map(&Any)),
];

const MEDIA_TYPE: &[Field] = &[
    may("schema", Reference(Schema)),
    may("example", Any),
    may("examples", Map(&Reference(Example))),
    may("encoding", Map(&Object(Encoding))),
];

const ENCODING: &[Field] = &[
    may("contentType", Text),
    may("headers", Map(&Reference(Header))),
    may("style", Text),
    may("explode", Flag),
    may("allowReserved", Flag),
];

const EXAMPLE: &[Field] = &[
    may("summary", Text),
    may("description", Text),
    may("value", Any),
    may("externalValue", Text),
];

const SCHEMA: &[Field] = &[
    may("title", Text),
    may("multipleOf", Number),
    may("maximum", Number),
    may("exclusiveMaximum", Flag),
    may("minimum", Number),
    may("exclusiveMinimum", Flag),
    may("maxLength", Count),
    may("minLength", Count),
    may("pattern", Text),
    may("maxItems", Count),
    may("minItems", Count),
    may("uniqueItems", Flag),
    may("maxProperties", Count),
    may("minProperties", Count),
    may("required", List(&Text)),
    may("enum", List(&Any)),
    may("type", Text),
    may("allOf", List(&Reference(Schema))),
    may("oneOf", List(&Reference(Schema))),
    may("anyOf", List(&Reference(Schema))),
    may("not", Reference(Schema)),
    may("items", Reference(Schema)),
    may("properties", Map(&Reference(Schema))),
    may("additionalProperties", FlagOrSchema),
    may("description", Text),
    may("format", Text),
    may("default", Any),
    may("nullable", Flag),
    may("discriminator", Object(Discriminator)),
    may("readOnly", Flag),
    may("writeOnly", Flag),
    may("xml", Any),
    may("externalDocs", Object(ExternalDocs)),
    may("example", Any),
    may("deprecated", Flag),
];

const DISCRIMINATOR: &[Field] = &[must("propertyName", Text), may("mapping", Map(&Text))];

const SECURITY_SCHEME: &[Field] = &[
    must("type", Text),
    may("description", Text),
    may("name", Text),
    may("in", Text),
    may("scheme", Text),
    may("bearerFormat", Text),
    may("flows", Object(OAuthFlows)),
    may("openIdConnectUrl", Text),
];

const OAUTH_FLOWS: &[Field] = &[
    may("implicit", Object(OAuthFlow)),
    may("password", Object(OAuthFlow)),
    may("clientCredentials", Object(OAuthFlow)),
    may("authorizationCode", Object(OAuthFlow)),
];

const OAUTH_FLOW: &[Field] = &[
    must("scopes", Map(&Text)),
    may("authorizationUrl", Text),
    may("tokenUrl", Text),
    may("refreshUrl", Text),
];
