//! Tests of several crates together. They form one program, because linking one program per file takes longer.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "tests and their helpers fail by panicking"
)]

mod adopted;
mod clients;
mod contract;
mod coverage;
mod examples;
mod faults;
mod generated;
mod imports;
mod properties;
mod readme;
#[path = "../../xtask/tests/common/skip.rs"]
mod skip;
mod supply_chain;
mod wire;
