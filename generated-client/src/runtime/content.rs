//! The body of a request.

use super::InvalidInput;

/// The content of a request body.
pub(crate) trait Content: Send + Sync {
    /// Adds the body and the headers that describe it to the request of one attempt.
    ///
    /// # Errors
    ///
    /// Returns an error if the content cannot be sent, or cannot be sent again.
    fn attach(&self, request: reqwest::Request) -> Result<reqwest::Request, InvalidInput>;

    /// Returns whether the content can be attached more than once.
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
