use serde::{Deserialize, Serialize};

/// The address of a resource that has to do with the answer (RFC 8288).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Link {
    /// What the resource is to this one, such as `self` or `next`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rel: Option<String>,

    /// The absolute URL of the resource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub href: Option<String>,
}
