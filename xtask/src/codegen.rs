//! The whole way: a document in, files out.

use openapiv3::OpenAPI;

use crate::api::Api;
use crate::features::Features;
use crate::lower::{self, Complaint, Options};
use crate::print::{self, PrintedFile};
use crate::{dress, engine, pattern};

/// What a run emits.
#[derive(Debug, Clone)]
pub struct Generated {
    /// How many operations, counting each version.
    pub operations: usize,
    /// How many models.
    pub models: usize,
    /// What has no type, though the document says more of it.
    pub untyped: Vec<Complaint>,
    /// The patterns that only an engine for all of ECMA-262 reads.
    pub ecma_patterns: Vec<String>,
    /// The features that the files ask for.
    pub features: Features,
    /// The files, by path.
    pub files: Vec<PrintedFile>,
}

/// Why a run emits nothing.
#[derive(Debug)]
pub enum Failure {
    /// The document cannot be lowered.
    Document(Vec<Complaint>),
    /// The engine or the dressing failed.
    Emission(anyhow::Error),
}

/// Generates the client of a document.
///
/// # Errors
///
/// What the document says that cannot be emitted.
pub fn generate(document: OpenAPI, options: &Options) -> Result<Generated, Failure> {
    let lowered = lower::lower(document, options).map_err(Failure::Document)?;
    let api = Api::read(&lowered);
    let emitted = engine::run(&lowered, &api).map_err(Failure::Emission)?;
    let features = if options.features { Features::of(&api) } else { Features::default() };
    let dressed = dress::dress(&api, &emitted, &features).map_err(Failure::Emission)?;
    let mut files: Vec<PrintedFile> = dressed.iter().map(print::print).collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(Generated {
        operations: api.operations.len(),
        models: api.models.len(),
        untyped: lower::untyped(&lowered),
        ecma_patterns: pattern::not_plain(&api).into_iter().map(ToOwned::to_owned).collect(),
        features,
        files,
    })
}
