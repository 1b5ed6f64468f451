//! From the document that people write to the plain one that the engine reads.
//!
//! A pass is a pure function over the document. It is stated in terms of OpenAPI, and knows no
//! operation and no type by name. What it takes away it leaves as a note ([`crate::notes`]).

#![expect(clippy::unnecessary_wraps, reason = "every pass is a `Pass`, also one that cannot fail")]

use openapiv3::OpenAPI;

use crate::diagnostic::{Finding, Place, Pointer};

mod aliases;
mod answers;
mod compose;
mod discriminators;
mod errors;
mod identifiers;
mod inline;
mod mappings;
mod media_types;
mod names;
mod nullable;
mod outline;
mod prune;
mod rules;
mod select;
mod simplify;
mod unions;
mod untyped;
mod usage;
mod versions;

pub use identifiers::OBJECT_ID;
#[cfg(test)]
pub(crate) use names::TAKEN;

/// What the maintainer asked for.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The operations to keep, by `operationId`. All are kept where no tags are given either.
    pub operations: Vec<String>,
    /// The tags whose operations are kept as well; each one tag, or several with commas.
    pub tags: Vec<String>,
    /// Leave out every resource version that is later than this date.
    pub api_version: Option<String>,
    /// Take in the versions that have no date yet as well.
    pub preview: bool,
    /// Where there are many tags, make a Cargo feature of each one ([`crate::features`]).
    pub features: bool,
}

/// Something in the document that cannot be lowered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// Where it stands: a JSON pointer into the document that was read.
    pub pointer: String,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub help: String,
}

impl Complaint {
    /// The complaint as an error, about the place that it names.
    #[must_use]
    pub fn error(self) -> Finding {
        Finding::error(Place::Value(self.place()), self.what, self.help)
    }

    /// The complaint as a warning: what it is about is any value.
    #[must_use]
    pub fn warning(self) -> Finding {
        Finding::warning(Place::Value(self.place()), self.what, "", self.help)
    }

    fn place(&self) -> Pointer {
        Pointer::parse(&self.pointer).unwrap_or_default()
    }
}

/// A step on the way down.
pub type Pass = fn(OpenAPI, &Options) -> Lowered;

/// What a pass makes of a document.
pub type Lowered = Result<OpenAPI, Refused>;

/// What a pass has to say against a document.
#[derive(Debug)]
pub struct Refused {
    /// Everything that it found.
    pub complaints: Vec<Complaint>,
    /// The document without what the complaints are about, for later passes to look at.
    pub rest: Box<OpenAPI>,
}

fn lowered(document: OpenAPI, complaints: Vec<Complaint>) -> Lowered {
    if complaints.is_empty() {
        Ok(document)
    } else {
        Err(Refused { complaints, rest: Box::new(document) })
    }
}

/// Every pass, in order.
pub const PASSES: &[(&str, Pass)] = &[
    ("select", select::run),
    ("inline", inline::run),
    ("versions", versions::run),
    ("answers", answers::run),
    ("media_types", media_types::run),
    ("errors", errors::run),
    ("simplify", simplify::run),
    ("outline", outline::run),
    ("mappings", mappings::run),
    ("compose", compose::run),
    ("unions", unions::run),
    ("discriminators", discriminators::run),
    ("nullable", nullable::run),
    ("aliases", aliases::run),
    ("untyped", untyped::run),
    ("prune", prune::run),
    ("names", names::run),
    ("identifiers", identifiers::run),
    ("usage", usage::run),
    ("rules", rules::run),
];

/// What the document says more of than the generator can type, in a lowered document: any value.
#[must_use]
pub fn untyped(document: &mut OpenAPI) -> Vec<Complaint> {
    untyped::noted(document)
}

/// Takes the document through every pass.
///
/// # Errors
///
/// Everything that any pass has to say.
pub fn lower(document: OpenAPI, options: &Options) -> Result<OpenAPI, Vec<Complaint>> {
    take(PASSES, document, options)
}

/// Takes the document through one pass, or through all up to and including it.
///
/// # Errors
///
/// Everything that any of these passes has to say.
#[doc(hidden)]
pub fn lower_until(
    last: &str,
    document: OpenAPI,
    options: &Options,
) -> Result<OpenAPI, Vec<Complaint>> {
    let end = PASSES.iter().position(|(name, _)| *name == last).map_or(0, |index| index + 1);
    take(PASSES.get(..end).unwrap_or_default(), document, options)
}

fn take(
    passes: &[(&str, Pass)],
    mut document: OpenAPI,
    options: &Options,
) -> Result<OpenAPI, Vec<Complaint>> {
    let mut complaints = Vec::new();
    for (_, pass) in passes {
        document = pass(document, options).unwrap_or_else(|refused| {
            complaints.extend(refused.complaints);
            *refused.rest
        });
    }
    if complaints.is_empty() { Ok(document) } else { Err(complaints) }
}
