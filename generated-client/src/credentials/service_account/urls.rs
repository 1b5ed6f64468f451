//! The URLs of a token endpoint.

use reqwest::Url;

/// The URL that issues tokens, and the URL that revokes them, if there is one.
pub(crate) struct Urls {
    pub(crate) issue: Url,
    pub(crate) revoke: Option<Url>,
}
