//! The rows of the table, one a file.

mod call;
mod decode;
mod digest;
pub mod list;

use crate::measure::Measurement;
use crate::work::Work;

/// A row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Row {
    /// A page of 500 export jobs is decoded.
    Decode,
    /// A call over loopback, with credentials, retries and tracing.
    Call,
    /// A call with an API key, once the server's challenge is known.
    Digest,
    /// A list of 100,000 jobs, where each page takes 20 milliseconds.
    List,
}

impl Row {
    /// Measures the row; with `instructions` also those, for which valgrind is needed.
    ///
    /// # Errors
    ///
    /// Whatever goes wrong.
    pub fn measure(self, instructions: bool) -> anyhow::Result<Vec<Measurement>> {
        match self {
            Self::Decode => decode::measure(instructions),
            Self::Call => call::measure(instructions),
            Self::Digest => digest::measure(instructions),
            Self::List => list::measure(),
        }
    }
}

/// Ways that are compared: what each is called in the table, and what it does.
type Ways = [(&'static str, Work)];
