//! The URLs of a token endpoint.

use reqwest::Url;

/// Where tokens are issued, and where they are revoked if they can be.
pub(crate) struct Urls {
    pub(crate) issue: Url,
    pub(crate) revoke: Option<Url>,
}
