#![doc = include_str!("../../docs/testing.md")]

mod canned;
mod recorded;

pub use canned::{CannedResponse, CannedResponses};
pub use recorded::RecordedRequest;
