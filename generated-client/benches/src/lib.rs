//! What the benchmarks measure, and how.
//!
//! Every row of the table puts the client beside a floor, which is the least that could be done, and
//! beside a peer, which is another way to the same end. They run in turns within one process, so
//! that what slows the machine slows all of them. A server, where one is needed, is another process.

pub mod bare;
pub mod by_hand;
pub mod instructions;
pub mod measure;
pub mod rows;
pub mod sample;
pub mod server;
pub mod work;

/// What plain progenitor makes of the same list.
#[allow(
    missing_docs,
    warnings,
    clippy::all,
    clippy::pedantic,
    clippy::restriction,
    reason = "this is another generator's output, to be measured as it is"
)]
pub mod plain {
    include!(concat!(env!("OUT_DIR"), "/plain.rs"));
}
