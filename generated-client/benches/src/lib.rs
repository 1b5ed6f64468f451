//! Benchmarks of the generator and the client.
//!
//! Most rows of the tables compare this project with another implementation of the same work. Time measurements
//! alternate between the implementations, so that a temporary slowdown of the machine affects all of them. Servers run
//! in separate processes.

pub mod bare;
pub mod by_hand;
pub mod instructions;
pub mod link;
pub mod measure;
pub mod parts;
pub mod process;
pub mod progenitor;
pub mod report;
pub mod run;
pub mod sample;
pub mod server;
pub mod work;

/// The client that plain progenitor generates for the legacy API. It can only list export jobs.
#[allow(
    missing_docs,
    warnings,
    clippy::all,
    clippy::pedantic,
    clippy::restriction,
    reason = "the output of another generator is measured unchanged"
)]
pub mod plain {
    include!(concat!(env!("OUT_DIR"), "/plain.rs"));
}
