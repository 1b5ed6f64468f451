//! The state that the clones of a client share.

use std::sync::Arc;

use reqwest::Url;

use crate::credentials::Authenticator;
use crate::interceptor::Interceptor;
use crate::retry::Retries;
use crate::telemetry::Notices;
use crate::time_limits::TimeLimits;
use crate::transport::Transport;

/// The state that the clones of a client share.
pub(crate) struct Inner {
    pub(crate) transport: Transport,
    pub(crate) base_url: Url,
    pub(crate) authenticator: Authenticator,
    pub(crate) time_limits: TimeLimits,
    pub(crate) retries: Retries,
    pub(crate) interceptors: Vec<Arc<dyn Interceptor>>,
    pub(crate) notices: Notices,
    pub(crate) response_limit: usize,
}
