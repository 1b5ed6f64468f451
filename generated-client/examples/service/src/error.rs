//! The errors of the service, and their conversion to responses.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use generated_client::Error;

#[derive(Debug, thiserror::Error)]
pub(crate) enum ServiceError {
    #[error("{0}")]
    Failed(StatusCode, #[source] Error),
    #[error("the export may have started: check before you try again")]
    Unknown(#[source] Error),
    #[error("try again later")]
    Busy(#[source] Error),
}

impl From<Error> for ServiceError {
    fn from(error: Error) -> Self {
        if error.may_have_been_carried_out() {
            Self::Unknown(error)
        } else if error.is_transient() {
            Self::Busy(error)
        } else if matches!(error, Error::InvalidInput(_)) {
            Self::Failed(StatusCode::BAD_REQUEST, error)
        } else if error.status() == Some(StatusCode::NOT_FOUND) {
            Self::Failed(StatusCode::NOT_FOUND, error)
        } else {
            Self::Failed(StatusCode::INTERNAL_SERVER_ERROR, error)
        }
    }
}

impl IntoResponse for ServiceError {
    fn into_response(self) -> Response {
        tracing::warn!(error = &self as &dyn std::error::Error, "request failed");
        let text = self.to_string();
        match self {
            Self::Failed(status, _) => (status, text).into_response(),
            Self::Unknown(_) => (StatusCode::BAD_GATEWAY, text).into_response(),
            Self::Busy(error) => {
                let seconds = error.retry_after().map_or(60, |wait| wait.as_secs());
                let wait = [(header::RETRY_AFTER, seconds.to_string())];
                (StatusCode::SERVICE_UNAVAILABLE, wait, text).into_response()
            }
        }
    }
}
