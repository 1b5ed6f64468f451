//! The metadata of a separate crate: names, servers and credentials.

use heck::ToShoutySnakeCase as _;

/// A separate crate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Package {
    /// The name in the manifest.
    pub name: String,
    /// The version, in `SemVer` form.
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
    /// The schemes, in document order.
    pub schemes: Vec<SecurityScheme>,
    /// The combinations of schemes, as indices into `schemes`. The preferred combination is first.
    pub alternatives: Vec<Vec<usize>>,
    /// Whether every operation can be called without credentials.
    pub is_optional: bool,
}

/// A security scheme with one kind of credentials.
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
    /// The description in the document.
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
    /// A header with the given name.
    Header(String),
    /// A query parameter with the given name.
    Query(String),
    /// A cookie with the given name.
    Cookie(String),
    /// A bearer token that the client requests at the given URL.
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
    /// The name in Rust.
    pub ident: String,
    /// The name in the braces.
    pub name: String,
    /// The default value.
    pub default: String,
    /// The allowed values. If empty, every value is allowed.
    pub values: Vec<String>,
    /// The purpose of the variable, on one line.
    pub description: Option<String>,
}
