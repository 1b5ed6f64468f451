//! Benchmarks of the generator and of the client.
//!
//! Each row of a table puts one of our numbers beside another way to do the same work. The two take
//! turns, so that whatever slows the machine slows both. A server, where one is needed, is another
//! process.

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

/// The client that plain progenitor generates for the legacy address of the same list.
#[allow(
    missing_docs,
    warnings,
    clippy::all,
    clippy::pedantic,
    clippy::restriction,
    reason = "the output of another generator is measured as it is"
)]
pub mod plain {
    include!(concat!(env!("OUT_DIR"), "/plain.rs"));
}
