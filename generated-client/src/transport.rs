//! The transport of requests and responses, over HTTP or with a test's canned responses.

use crate::no_response::NoResponse;
use crate::runtime::Operation;
#[cfg(feature = "test-util")]
use crate::testing::CannedResponses;

/// The transport of a client, which sends requests and receives responses. Clones share the connections.
#[derive(Clone)]
pub(crate) enum Transport {
    Http(reqwest::Client),
    #[cfg(feature = "test-util")]
    Canned(CannedResponses),
}

impl Transport {
    /// Sends a request and returns the response without waiting for its body.
    #[cfg_attr(
        not(feature = "test-util"),
        expect(unused_variables, reason = "only canned responses depend on the operation")
    )]
    pub(crate) async fn execute(
        &self,
        operation: &'static Operation,
        request: reqwest::Request,
    ) -> Result<reqwest::Response, NoResponse> {
        match self {
            Self::Http(client) => Ok(client.execute(request).await?),
            #[cfg(feature = "test-util")]
            Self::Canned(responses) => responses.answer(operation, &request).await,
        }
    }
}
