//! The grammar of OpenAPI 3.0: the keys of each object, and the shapes of their values.
//!
//! Source: the OpenAPI Specification 3.0.3, section 4.7.

/// The extension that describes the values of an enum, by value.
pub(crate) const DESCRIPTIONS: &str = "x-enumDescriptions";

/// The expected shape of a value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    Any,
    /// A value that does not affect a client, such as a callback. The checks remove it.
    Ignored,
    Text,
    Flag,
    Number,
    /// A non-negative integer.
    Count,
    Object(Kind),
    /// An object, or a `$ref` to one.
    Reference(Kind),
    /// The value of `additionalProperties`: a boolean, a schema or a `$ref`.
    FlagOrSchema,
    List(&'static Shape),
    Map(&'static Shape),
}

/// A key of an object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) presence: Presence,
}

/// A rule for the presence of a key in an object.
#[derive(Clone, Copy, Debug)]
pub(super) enum Presence {
    Optional,
    Required,
    /// Required. If the key is missing, this JSON is assumed.
    Assumed(&'static str),
}

use Shape::{Any, Count, Flag, FlagOrSchema, Ignored, List, Map, Number, Object, Reference, Text};

const fn may(name: &'static str, shape: Shape) -> Key {
    Key { name, shape, presence: Presence::Optional }
}

const fn must(name: &'static str, shape: Shape) -> Key {
    Key { name, shape, presence: Presence::Required }
}

const fn should(name: &'static str, shape: Shape, assumed: &'static str) -> Key {
    Key { name, shape, presence: Presence::Assumed(assumed) }
}

macro_rules! objects {
    ($($kind:ident $described:literal [$($field:expr,)*])*) => {
        /// The kind of an object.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(super) enum Kind { $($kind,)* }

        impl Kind {
            /// Returns the keys that the specification defines.
            pub(super) const fn fields(self) -> &'static [Key] {
                match self { $(Self::$kind => { const FIELDS: &[Key] = &[$($field,)*]; FIELDS })* }
            }

            /// Returns the specification's term, with its article.
            pub(super) const fn described(self) -> &'static str {
                match self { $(Self::$kind => $described,)* }
            }
        }
    };
}

objects! {
    Document "the document" [
        should("openapi", Text, "\"3.0.3\""), should("info", Object(Kind::Info), "{}"),
        must("paths", Object(Kind::Paths)), may("servers", List(&Object(Kind::Server))),
        may("components", Object(Kind::Components)), may("security", List(&Map(&List(&Text)))),
        may("tags", List(&Object(Kind::Tag))), may("externalDocs", Object(Kind::ExternalDocs)),
    ]
    Info "the info object" [
        should("title", Text, "\"\""), should("version", Text, "\"\""), may("description", Text),
        may("termsOfService", Text), may("contact", Object(Kind::Contact)),
        may("license", Object(Kind::License)),
    ]
    Contact "a contact" [may("name", Text), may("url", Text), may("email", Text),]
    License "a license" [must("name", Text), may("url", Text),]
    Server "a server" [
        must("url", Text), may("description", Text),
        may("variables", Map(&Object(Kind::ServerVariable))),
    ]
    ServerVariable "a server variable" [
        must("default", Text), may("enum", List(&Text)), may("description", Text),
    ]
    Tag "a tag" [
        must("name", Text), may("description", Text),
        may("externalDocs", Object(Kind::ExternalDocs)),
    ]
    ExternalDocs "an external documentation object" [must("url", Text), may("description", Text),]
    Components "the components object" [
        may("schemas", Map(&Reference(Kind::Schema))),
        may("responses", Map(&Reference(Kind::Response))),
        may("parameters", Map(&Reference(Kind::Parameter))),
        may("examples", Map(&Reference(Kind::Example))),
        may("requestBodies", Map(&Reference(Kind::RequestBody))),
        may("headers", Map(&Reference(Kind::Header))),
        may("securitySchemes", Map(&Reference(Kind::SecurityScheme))),
        may("links", Ignored), may("callbacks", Ignored),
    ]
    Paths "the paths object" []
    PathItem "a path item" [
        may("$ref", Text), may("summary", Text), may("description", Text),
        may("get", Object(Kind::Operation)), may("put", Object(Kind::Operation)),
        may("post", Object(Kind::Operation)), may("delete", Object(Kind::Operation)),
        may("options", Object(Kind::Operation)), may("head", Object(Kind::Operation)),
        may("patch", Object(Kind::Operation)), may("trace", Object(Kind::Operation)),
        may("servers", List(&Object(Kind::Server))),
        may("parameters", List(&Reference(Kind::Parameter))),
    ]
    Operation "an operation" [
        // An `operationId` is optional: `checks/operations.rs` derives a missing one.
        may("operationId", Text), should("responses", Object(Kind::Responses), "{}"),
        may("tags", List(&Text)), may("summary", Text), may("description", Text),
        may("externalDocs", Object(Kind::ExternalDocs)),
        may("parameters", List(&Reference(Kind::Parameter))),
        may("requestBody", Reference(Kind::RequestBody)), may("callbacks", Ignored),
        may("deprecated", Flag), may("security", List(&Map(&List(&Text)))),
        may("servers", List(&Object(Kind::Server))),
    ]
    Parameter "a parameter" [
        must("name", Text), must("in", Text), may("description", Text), may("required", Flag),
        may("deprecated", Flag), may("allowEmptyValue", Flag), may("style", Text),
        may("explode", Flag), may("allowReserved", Flag), may("schema", Reference(Kind::Schema)),
        may("example", Any), may("examples", Map(&Reference(Kind::Example))),
        may("content", Map(&Object(Kind::MediaType))),
    ]
    Header "a header" [
        may("description", Text), may("required", Flag), may("deprecated", Flag),
        may("allowEmptyValue", Flag), may("style", Text), may("explode", Flag),
        may("allowReserved", Flag), may("schema", Reference(Kind::Schema)), may("example", Any),
        may("examples", Map(&Reference(Kind::Example))),
        may("content", Map(&Object(Kind::MediaType))),
    ]
    RequestBody "a request body" [
        should("content", Map(&Object(Kind::MediaType)), "{}"), may("description", Text),
        may("required", Flag),
    ]
    Responses "a responses object" []
    Response "a response" [
        should("description", Text, "\"\""), may("headers", Map(&Reference(Kind::Header))),
        may("content", Map(&Object(Kind::MediaType))), may("links", Ignored),
    ]
    MediaType "a media type object" [
        may("schema", Reference(Kind::Schema)), may("example", Any),
        may("examples", Map(&Reference(Kind::Example))),
        may("encoding", Map(&Object(Kind::Encoding))),
    ]
    Encoding "an encoding" [
        may("contentType", Text), may("headers", Map(&Reference(Kind::Header))),
        may("style", Text), may("explode", Flag), may("allowReserved", Flag),
    ]
    Example "an example" [
        may("summary", Text), may("description", Text), may("value", Any),
        may("externalValue", Text),
    ]
    Schema "a schema" [
        may("title", Text), may("multipleOf", Number), may("maximum", Number),
        may("exclusiveMaximum", Flag), may("minimum", Number), may("exclusiveMinimum", Flag),
        may("maxLength", Count), may("minLength", Count), may("pattern", Text),
        may("maxItems", Count), may("minItems", Count), may("uniqueItems", Flag),
        may("maxProperties", Count), may("minProperties", Count), may("required", List(&Text)),
        may("enum", List(&Any)), may("type", Text), may("allOf", List(&Reference(Kind::Schema))),
        may("oneOf", List(&Reference(Kind::Schema))), may("anyOf", List(&Reference(Kind::Schema))),
        may("not", Any), may("items", Reference(Kind::Schema)),
        may("properties", Map(&Reference(Kind::Schema))),
        may("additionalProperties", FlagOrSchema), may("description", Text), may("format", Text),
        may("default", Any), may("nullable", Flag),
        may("discriminator", Object(Kind::Discriminator)), may("readOnly", Flag),
        may("writeOnly", Flag), may("xml", Ignored), may("externalDocs", Object(Kind::ExternalDocs)),
        may("example", Any), may("deprecated", Flag),
    ]
    Discriminator "a discriminator" [must("propertyName", Text), may("mapping", Map(&Text)),]
    SecurityScheme "a security scheme" [
        must("type", Text), may("description", Text), may("name", Text), may("in", Text),
        may("scheme", Text), may("bearerFormat", Text), may("flows", Object(Kind::OAuthFlows)),
        may("openIdConnectUrl", Text),
    ]
    OAuthFlows "an OAuth flows object" [
        may("implicit", Object(Kind::OAuthFlow)), may("password", Object(Kind::OAuthFlow)),
        may("clientCredentials", Object(Kind::OAuthFlow)),
        may("authorizationCode", Object(Kind::OAuthFlow)),
    ]
    OAuthFlow "an OAuth flow" [
        should("scopes", Map(&Text), "{}"), may("authorizationUrl", Text), may("tokenUrl", Text),
        may("refreshUrl", Text),
    ]
}

impl Kind {
    /// Returns the shape of the value under a key, or `None` if the key is unknown or an extension.
    pub(super) fn shape(self, key: &str) -> Option<Shape> {
        if let Some(field) = self.fields().iter().find(|field| field.name == key) {
            return Some(field.shape);
        }
        match self {
            _ if key.starts_with("x-") => None,
            Self::Paths => Some(Reference(Self::PathItem)),
            Self::Responses => Some(Reference(Self::Response)),
            _ => None,
        }
    }

    /// Returns whether a `$ref` may replace the object.
    pub(super) const fn can_be_reference(self) -> bool {
        self.section().is_some() || matches!(self, Self::PathItem | Self::Operation)
    }

    /// Returns the section of `components` for objects of this kind.
    pub(super) const fn section(self) -> Option<&'static str> {
        match self {
            Self::Example => Some("examples"),
            Self::Header => Some("headers"),
            Self::Parameter => Some("parameters"),
            Self::RequestBody => Some("requestBodies"),
            Self::Response => Some("responses"),
            Self::Schema => Some("schemas"),
            Self::SecurityScheme => Some("securitySchemes"),
            _ => None,
        }
    }
}

/// Returns whether a key of a path item is an HTTP method.
pub(crate) fn is_method(key: &str) -> bool {
    matches!(Kind::PathItem.shape(key), Some(Object(Kind::Operation)))
}

impl Shape {
    /// Describes the shape for a message.
    pub(super) const fn described(self) -> &'static str {
        match self {
            Any | Ignored => "a value",
            Text => "a string",
            Flag => "`true` or `false`",
            Number => "a number",
            Count => "a non-negative integer",
            Object(kind) | Reference(kind) => kind.described(),
            FlagOrSchema => "`true`, `false` or a schema",
            List(_) => "a list",
            Map(_) => "a mapping",
        }
    }
}
