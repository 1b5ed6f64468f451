//! The servers of Atlas. In a crate for another API, an emitted file replaces this file.

use crate::Client;

impl Client {
    /// The base URL of Atlas.
    pub const DEFAULT_BASE_URL: &'static str = "https://cloud.mongodb.com";

    /// The base URL of Atlas for Government.
    pub const GOV_BASE_URL: &'static str = "https://cloud.mongodbgov.com";
}
