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

const GROUP: &str = "32b6e34b3d91647abb20e7b8";
/// A long token, with every kind of character that a token can contain.
const TOKEN: &str = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJzZXJ2aWNlLWFjY291bnQifQ\
                     .c2lnbmF0dXJlLW9mLXRoZS10b2tlbi_-~+/c2lnbmF0dXJlLW9mLXRoZS10b2tlbg==";
