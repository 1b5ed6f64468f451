//! The transport of requests and responses, over HTTP or with a test's canned responses.

use std::time::Duration;

use crate::no_response::NoResponse;
use crate::runtime::Operation;
#[cfg(feature = "test-util")]
use crate::testing::CannedResponses;

/// The transport of a client, which sends requests and receives responses. Clones share the connections.
#[derive(Clone)]
pub(crate) enum Transport {
    Http {
        client: reqwest::Client,
        /// The timeout of requests to the token endpoint, which have no timeout of their own.
        attempt_timeout: Duration,
    },
    #[cfg(feature = "test-util")]
    Canned { responses: CannedResponses, attempt_timeout: Duration },
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
        mut request: reqwest::Request,
    ) -> Result<reqwest::Response, NoResponse> {
        match self {
            Self::Http { client, attempt_timeout } => {
                request.timeout_mut().get_or_insert(*attempt_timeout);
                Ok(client.execute(request).await?)
            }
            #[cfg(feature = "test-util")]
            Self::Canned { responses, attempt_timeout } => {
                responses.answer(operation, &request, *attempt_timeout).await
            }
        }
    }
}
