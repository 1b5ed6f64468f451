//! The assignment of faults to requests.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::http::StatusCode;

use super::{
    FAULT_HEADER, Fault,
    target::{Place, Target},
};
use crate::{error::ApiError, record::RecordedRequest, spec::Operation};

/// The faults for future requests.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Schedule>);

#[derive(Debug, Default)]
struct Schedule {
    /// Faults for requests to any operation.
    anywhere: Queue,
    targeted: Vec<(Target, Queue)>,
}

#[derive(Debug, Default)]
struct Queue {
    once: VecDeque<Fault>,
    /// Faults to apply in rotation when `once` is empty.
    recurring: VecDeque<Fault>,
}

impl Faults {
    pub(crate) fn add(&self, target: Option<Target>, faults: impl IntoIterator<Item = Fault>) {
        self.schedule().queue(target).once.extend(faults);
    }

    pub(crate) fn add_recurring(
        &self,
        target: Option<Target>,
        faults: impl IntoIterator<Item = Fault>,
    ) {
        self.schedule().queue(target).recurring.extend(faults);
    }

    /// Fails if a target is an operation that is not in the spec.
    pub(crate) fn check(&self, operations: &[Operation]) -> anyhow::Result<()> {
        self.schedule().targeted.iter().try_for_each(|(target, _)| target.check(operations))
    }

    /// Returns the fault for a request. Fails with 400 if the request's [`FAULT_HEADER`] is invalid.
    pub(crate) fn next(
        &self,
        request: &RecordedRequest,
        place: &Place<'_>,
    ) -> Result<Fault, ApiError> {
        let is_operation = request.uri.path().starts_with("/api/atlas/");
        let wish = request.headers.get(FAULT_HEADER).filter(|_| is_operation);
        let Some(wish) = wish else {
            return Ok(self.schedule().next(place, is_operation).unwrap_or(Fault::None));
        };
        let wish = String::from_utf8_lossy(wish.as_bytes());
        wish.parse().map_err(|unknown| {
            let detail = format!("The header `{FAULT_HEADER}` has an {unknown}.");
            ApiError::new(StatusCode::BAD_REQUEST, "UNKNOWN_FAULT", detail).parameter(&*wish)
        })
    }

    fn schedule(&self) -> MutexGuard<'_, Schedule> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Schedule {
    fn queue(&mut self, target: Option<Target>) -> &mut Queue {
        let Some(target) = target else { return &mut self.anywhere };
        let known = self.targeted.iter().position(|(other, _)| *other == target);
        let index = known.unwrap_or(self.targeted.len());
        if known.is_none() {
            self.targeted.push((target, Queue::default()));
        }
        self.targeted.get_mut(index).map_or(&mut self.anywhere, |(_, queue)| queue)
    }

    /// Takes the next fault. Targeted faults come first, in the order in which their targets were
    /// added.
    fn next(&mut self, place: &Place<'_>, is_operation: bool) -> Option<Fault> {
        let targeted = self.targeted.iter_mut().filter(|(target, _)| target.holds(place));
        let mut queues =
            targeted.map(|(_, queue)| queue).chain(is_operation.then_some(&mut self.anywhere));
        queues.find_map(Queue::next)
    }
}

impl Queue {
    fn next(&mut self) -> Option<Fault> {
        self.once.pop_front().or_else(|| {
            self.recurring.rotate_left(usize::from(!self.recurring.is_empty()));
            self.recurring.back().cloned()
        })
    }
}
