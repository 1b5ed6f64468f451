//! Tests of the client. All are in one program, so that they are linked only once and their waits overlap.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests and their helpers fail by panicking"
)]

mod clock;
mod credentials;
mod example;
mod log;
mod network;
mod rerun;
mod resilience;
mod security;
mod server;
mod wire;
