//! The parts of a run. Each part has a section in `RESULTS.md`.

mod api_key;
mod call;
pub(crate) mod codegen;
mod decode;
pub(crate) mod document;
mod downstream;
mod edit;
pub mod faults;
mod fresh;
pub mod list;
mod program;

use crate::process::scratch::Bench;

/// A part of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// Decode a page of 500 export jobs.
    Decode,
    /// Call an operation over loopback.
    Call,
    /// Call an operation with an API key.
    ApiKey,
    /// List 100,000 jobs over a slow link.
    List,
    /// Make 10,000 calls while 5% of the requests fail.
    Faults,
    /// Build a crate that depends on the client.
    Downstream,
    /// Compare the sizes of programs with one call.
    Program,
    /// Generate the client from `spec/atlas.yaml`.
    Codegen,
    /// Run the first `cargo xtask codegen` in a fresh clone.
    Fresh,
    /// Edit the spec, generate the client, and run the tests.
    Edit,
    /// Generate clients from the vendor's full document, with every installed generator.
    Generate,
    /// Compile the clients that the part `generate` measures.
    Check,
    /// Generate from two and three copies of the vendor's full document.
    Growth,
}

impl Part {
    /// Returns the heading of the section.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Decode => "Decoding 500 export jobs",
            Self::Call => "A call over loopback",
            Self::ApiKey => "A call with an API key",
            Self::List => "Listing 100,000 jobs over a slow link",
            Self::Faults => "10,000 calls while 5% of the requests fail",
            Self::Downstream => "Building a crate that depends on the client",
            Self::Program => "A program with one call",
            Self::Codegen => "Generating the client",
            Self::Fresh => "The first `cargo xtask codegen` in a fresh clone",
            Self::Edit => "From an edit of the spec to passing tests",
            Self::Generate => "The vendor's full document: generating",
            Self::Check => "The vendor's full document: compiling",
            Self::Growth => "The vendor's full document, twice and three times",
        }
    }

    /// Returns the reason if the part cannot be measured because a file is missing.
    #[must_use]
    pub fn skipped(self, bench: &Bench) -> Option<String> {
        matches!(self, Self::Generate | Self::Check | Self::Growth)
            .then(|| document::skipped(bench))
            .flatten()
    }

    /// Measures the part and returns its tables.
    ///
    /// # Errors
    ///
    /// Returns an error if the two sides of a row do different work, or if a side cannot be measured. It is not an
    /// error if another generator fails on the vendor's full document.
    pub fn measure(self, bench: &Bench) -> anyhow::Result<String> {
        match self {
            Self::Decode => decode::measure(bench),
            Self::Call => call::measure(bench),
            Self::ApiKey => api_key::measure(bench),
            Self::List => list::measure(bench),
            Self::Faults => faults::measure(bench),
            Self::Downstream => downstream::measure(bench),
            Self::Program => program::measure(bench),
            Self::Codegen => codegen::measure(bench),
            Self::Fresh => fresh::measure(bench),
            Self::Edit => edit::measure(bench),
            Self::Generate => document::generate(bench),
            Self::Check => document::check(bench),
            Self::Growth => document::growth::measure(bench),
        }
    }
}
