//! The whole way: a document in, files out.

use std::iter;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use openapiv3::OpenAPI;

use crate::api::Api;
use crate::dress::Wardrobe;
use crate::engine::Emitted;
use crate::features::Features;
use crate::lower::{self, Complaint, Options};
use crate::print::{self, PrintedFile};
use crate::{engine, pattern};

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
    let mut lowered = lower::lower(document, options).map_err(Failure::Document)?;
    let api = Api::read(&lowered);
    let untyped = lower::untyped(&mut lowered);
    let emitted = engine::run(lowered, &api).map_err(Failure::Emission)?;
    let features = if options.features { Features::of(&api) } else { Features::default() };
    let files = files(&api, &emitted, &features).map_err(Failure::Emission)?;
    Ok(Generated {
        operations: api.operations.len(),
        models: api.models.len(),
        untyped,
        ecma_patterns: pattern::not_plain(&api).into_iter().map(ToOwned::to_owned).collect(),
        features,
        files,
    })
}

/// Dresses and prints every file, on all processors; in the order of their paths.
///
/// # Errors
///
/// A part of the document that the engine emitted nothing for, by name.
pub fn files(
    api: &Api,
    emitted: &Emitted,
    features: &Features,
) -> anyhow::Result<Vec<PrintedFile>> {
    let wardrobe = Wardrobe::new(api, emitted, features)?;
    let parts = wardrobe.parts();
    let made = in_parallel(&parts, |part| Ok(print::print(wardrobe.dress(part)?)));
    let made = made.into_iter().collect::<anyhow::Result<_>>()?;
    let mut files = wardrobe.arrange(made);
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

/// What is made of each part, in any order.
fn in_parallel<T: Sync, R: Send>(parts: &[T], make: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let work = || {
        let ahead = iter::from_fn(|| parts.get(next.fetch_add(1, Ordering::Relaxed)));
        ahead.map(&make).collect::<Vec<R>>()
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(parts.len());
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut all = work();
        for other in others {
            all.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        all
    })
}
