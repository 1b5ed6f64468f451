//! The settings and the shared state of a client.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;

use crate::credentials::CurrentCredentials;
use crate::interceptor::Interceptor;
use crate::retry::Retries;
use crate::runtime::Request;
use crate::telemetry::Notices;
use crate::time_limits::TimeLimits;
use crate::transport::Transport;
use crate::{Error, TimeLimit, base_url};

/// The settings of a client, and the state that it shares with the clients derived from it: the connections, the
/// credentials, the retry budget and the notices.
#[derive(Clone)]
pub(crate) struct Inner {
    pub(crate) transport: Transport,
    pub(crate) base_url: Url,
    /// Whether the caller has set the base URL, so that all requests use it.
    pub(crate) is_base_url_set: bool,
    pub(crate) credentials: Arc<CurrentCredentials>,
    pub(crate) time_limits: TimeLimits,
    pub(crate) retries: Retries,
    pub(crate) interceptors: Vec<Arc<dyn Interceptor>>,
    pub(crate) notices: Arc<Notices>,
    pub(crate) response_limit: usize,
}

impl Inner {
    /// Builds the HTTP request for one attempt, without credentials. Unless the caller has set a base URL, an operation
    /// with its own server is sent to that server.
    pub(crate) fn to_http(&self, request: &Request) -> Result<reqwest::Request, Error> {
        match request.own_server() {
            Some(server) if !self.is_base_url_set => {
                Ok(request.to_http(&base_url::parse(server)?)?)
            }
            _ => Ok(request.to_http(&self.base_url)?),
        }
    }

    /// Awaits a part of an operation that changes no resource of the API, such as a request for a token. Returns
    /// [`Error::TimedOut`] if the part takes longer than `left`, the remaining time of the operation.
    pub(crate) async fn within<T>(
        &self,
        left: Duration,
        operation_id: &'static str,
        part: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let outcome = tokio::time::timeout(left, part).await;
        outcome.unwrap_or_else(|_| Err(self.too_late(operation_id)))
    }

    /// Returns the error for an operation whose timeout has expired before the next request was sent.
    pub(crate) const fn too_late(&self, operation_id: &'static str) -> Error {
        let limit = self.time_limits.operation;
        Error::timed_out(operation_id, TimeLimit::Operation, limit, false)
    }
}
