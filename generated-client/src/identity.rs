//! What is true of Atlas and not of every API. A crate for another API has an emitted file in its place.

/// The name of the API in messages.
pub(crate) const API: &str = "Atlas";

/// The base URL of a client that is given no other.
pub(crate) const BASE_URL: Option<&str> = Some("https://cloud.mongodb.com");

/// How the paths of all operations begin, which users copy from the reference of the API.
pub(crate) const PATH: Option<&str> = Some("/api/atlas");

/// The environment variable that names another base URL.
pub(crate) const BASE_URL_VARIABLE: &str = "MONGODB_ATLAS_BASE_URL";

/// Whether the API itself is served over plain http.
pub(crate) const IS_PLAIN_HTTP: bool = false;

/// Whether every error of the API is an object that `ApiError` describes.
pub(crate) const HAS_ERROR_OBJECTS: bool = true;

/// The name of the span of each call.
pub(crate) const SPAN: &str = "atlas_call";
