//! The body of a request.

use std::fmt::Debug;

use super::InvalidInput;

/// What the body of a request is made of.
pub(crate) trait Content: Debug + Send + Sync {
    /// Gives the request its body, and the headers that describe it. Each attempt has a request of its own.
    ///
    /// # Errors
    ///
    /// Returns an error if the content cannot be sent, or not again.
    fn attach(&self, request: reqwest::Request) -> Result<reqwest::Request, InvalidInput>;

    /// Returns whether it can be attached more than once.
    fn is_repeatable(&self) -> bool {
        true
    }
}

impl Content for Vec<u8> {
    fn attach(&self, mut request: reqwest::Request) -> Result<reqwest::Request, InvalidInput> {
        *request.body_mut() = Some(self.clone().into());
        Ok(request)
    }
}
