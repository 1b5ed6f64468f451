//! The metadata of a separate crate: names, servers and credentials.

use heck::ToShoutySnakeCase as _;
use serde::{Deserialize, Serialize};

use super::is_false;
use crate::server_url;

/// The metadata of a separate crate. Its JSON contains only the fields whose changes can break callers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// The name in the manifest. Empty if an older generator wrote the JSON.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The version, in `SemVer` form.
    #[serde(skip)]
    pub version: String,
    /// The version in the document, unchanged.
    #[serde(skip)]
    pub document_version: String,
    /// The title of the API in the document, on one line.
    #[serde(skip)]
    pub title: String,
    /// The description of the API in the document.
    #[serde(skip)]
    pub description: Option<String>,
    /// The servers of the API in the document.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub servers: Vec<Server>,
    /// How callers authenticate.
    pub security: Security,
    /// Whether the operations of a tag need a Cargo feature. `None` until the model is complete, unless an earlier run
    /// has recorded it.
    #[serde(skip)]
    pub tag_features: Option<bool>,
    /// Whether the crate has the hand-written servers and credentials of the workspace's client instead of `servers`
    /// and `security`.
    #[serde(skip)]
    pub is_hand_written: bool,
}

impl Package {
    /// Returns the prefix of the names of environment variables.
    #[must_use]
    pub fn variable_prefix(&self) -> String {
        self.name.to_shouty_snake_case()
    }

    /// Returns the environment variable that overrides the base URL.
    #[must_use]
    pub fn base_url_variable(&self) -> String {
        format!("{}_BASE_URL", self.variable_prefix())
    }
}

/// The security schemes of an API, and the combinations of schemes that callers can use.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Security {
    /// The schemes, in document order.
    pub schemes: Vec<SecurityScheme>,
    /// The combinations of schemes, as indices into `schemes`. The preferred combination is first.
    pub alternatives: Vec<Vec<usize>>,
    /// Whether every operation can be called without credentials.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_optional: bool,
}

/// A security scheme with one kind of credentials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityScheme {
    /// The constructor of the credentials.
    pub ident: String,
    /// The name in the document.
    #[serde(skip)]
    pub name: String,
    /// How requests carry the credentials.
    pub kind: SecurityKind,
    /// The environment variables of the credentials.
    pub variables: Vec<String>,
    /// The description in the document.
    #[serde(skip)]
    pub description: Option<String>,
}

/// The way in which requests carry credentials.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

impl SecurityKind {
    /// Returns the names of the constructor's arguments: either only a secret, or an id or username followed by a
    /// secret.
    #[must_use]
    pub fn arguments(&self) -> &'static [&'static str] {
        match self {
            Self::Bearer => &["token"],
            Self::Basic | Self::Digest => &["username", "password"],
            Self::Header(_) | Self::Query(_) | Self::Cookie(_) => &["key"],
            Self::ClientCredentials(_) => &["client_id", "client_secret"],
        }
    }
}

/// A server of an API.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Server {
    /// The constant with the base URL. `None` if the URL is not complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constant: Option<String>,
    /// The function that replaces the variables of the URL. `None` if the URL has no variables or is not complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// The base URL, with variables in braces. The URL may be relative.
    pub url: String,
    /// The purpose of the server, on one line.
    #[serde(skip)]
    pub description: Option<String>,
    /// The variables of the URL.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<ServerVariable>,
}

impl Server {
    /// Returns the base URL with the default of each variable.
    #[must_use]
    pub fn default_url(&self) -> String {
        let variables = self.variables.iter();
        let values = variables.map(|variable| (variable.name.as_str(), variable.default.as_str()));
        server_url::with_values(&self.url, values)
    }

    /// Returns whether the client accepts the URL, with the default of each variable, as a base URL.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        server_url::is_base(&self.default_url())
    }
}

/// A variable in the base URL of a server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerVariable {
    /// The name in Rust.
    pub ident: String,
    /// The name in the braces.
    pub name: String,
    /// The default value.
    pub default: String,
    /// The allowed values. If empty, every value is allowed.
    #[serde(skip)]
    pub values: Vec<String>,
    /// The purpose of the variable, on one line.
    #[serde(skip)]
    pub description: Option<String>,
}
