//! Which request meets which fault.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::http::StatusCode;

use super::{FAULT_HEADER, Fault};
use crate::{error::ApiError, record::RecordedRequest};

/// The faults that are to come, one for each request to an operation.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Schedule>);

#[derive(Debug, Default)]
struct Schedule {
    once: VecDeque<Fault>,
    /// These come in turn, again and again, when no other is left.
    recurring: VecDeque<Fault>,
}

impl Faults {
    pub(crate) fn add(&self, faults: impl IntoIterator<Item = Fault>) {
        self.schedule().once.extend(faults);
    }

    pub(crate) fn add_recurring(&self, faults: impl IntoIterator<Item = Fault>) {
        self.schedule().recurring.extend(faults);
    }

    /// The fault for a request; a wish that cannot be read is an error.
    pub(crate) fn next(&self, request: &RecordedRequest) -> Result<Fault, ApiError> {
        if !request.uri.path().starts_with("/api/atlas/") {
            return Ok(Fault::None);
        }
        let Some(wish) = request.headers.get(FAULT_HEADER) else {
            return Ok(self.schedule().next().unwrap_or(Fault::None));
        };
        let wish = String::from_utf8_lossy(wish.as_bytes());
        wish.parse().map_err(|unknown| {
            let detail = format!("The header {FAULT_HEADER} cannot be obeyed: {unknown}.");
            ApiError::new(StatusCode::BAD_REQUEST, "UNKNOWN_FAULT", detail).parameter(&*wish)
        })
    }

    fn schedule(&self) -> MutexGuard<'_, Schedule> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Schedule {
    fn next(&mut self) -> Option<Fault> {
        self.once.pop_front().or_else(|| {
            self.recurring.rotate_left(usize::from(!self.recurring.is_empty()));
            self.recurring.back().cloned()
        })
    }
}
