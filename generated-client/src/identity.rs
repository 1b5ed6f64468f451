//! Settings that are specific to Atlas. Crates for other APIs contain an emitted file instead of this file.

/// The name of the API in messages.
pub(crate) const API: &str = "Atlas";

/// The default base URL.
pub(crate) const BASE_URL: Option<&str> = Some("https://cloud.mongodb.com");

/// The common prefix of all paths. Users may copy this prefix from the API reference into the base URL.
pub(crate) const PATH: Option<&str> = Some("/api/atlas");

/// The environment variable that overrides the base URL.
pub(crate) const BASE_URL_VARIABLE: &str = "MONGODB_ATLAS_BASE_URL";

/// Whether the API itself is served over plain HTTP.
pub(crate) const IS_PLAIN_HTTP: bool = false;

/// Whether every API error is an object that `ApiError` describes.
pub(crate) const HAS_ERROR_OBJECTS: bool = true;

/// Whether a response can be in an envelope, which repeats the status in the body.
pub(crate) const HAS_ENVELOPES: bool = true;

/// The name of the span of each call.
pub(crate) const SPAN: &str = "atlas_call";
