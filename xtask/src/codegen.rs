//! Runs the pipeline: OpenAPI document in, Rust files out.

use std::iter;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use openapiv3::OpenAPI;

use crate::api::{self, Api};
use crate::diagnostic::{Finding, Severity};
use crate::diff;
use crate::emit::Emitter;
use crate::layout::{self, PrintedFile};
use crate::lower::{self, Options};

/// The name of the file that contains the model of the API. The next run compares its own model with that file.
pub const API_JSON: &str = "api.json";

/// The result of a run.
#[derive(Debug, Clone)]
pub struct Generated {
    /// The model of the API.
    pub api: Api,
    /// Warnings about differences between the emitted code and the document, including omitted operations.
    pub warnings: Vec<Finding>,
    /// The files of code, sorted by path, followed by [`API_JSON`].
    pub files: Vec<PrintedFile>,
}

/// The error of a run that emits nothing.
#[derive(Debug)]
pub enum Failure {
    /// The errors in the document.
    Document(Vec<Finding>),
    /// An error from progenitor or from an emitter.
    Emission(anyhow::Error),
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Emission(error)
    }
}

/// Generates a client from a document.
///
/// # Errors
///
/// Returns [`Failure::Document`] if the document has errors. Returns [`Failure::Emission`] if progenitor or an emitter
/// fails.
pub fn generate(document: OpenAPI, options: &Options) -> Result<Generated, Failure> {
    let mut lowered = lower::lower(document, options);
    let api = api::build(&mut lowered, options)?;
    let (errors, warnings): (Vec<_>, Vec<_>) =
        lowered.findings.into_iter().partition(|it| it.severity == Severity::Error);
    if !errors.is_empty() {
        return Err(Failure::Document(errors));
    }
    let mut files = files(&api)?;
    files.push(PrintedFile { path: API_JSON.to_owned(), text: diff::to_json(&api)? });
    Ok(Generated { api, warnings, files })
}

/// Emits and formats the modules in parallel, then the `mod.rs` files. Returns all files, sorted by path. An error
/// means that an emitter has emitted invalid Rust.
fn files(api: &Api) -> anyhow::Result<Vec<PrintedFile>> {
    let emitter = Emitter::new(api);
    let modules = emitter.modules();
    let files = in_parallel(&modules, |module| layout::print(emitter.file(module)));
    let indices = emitter.indices().into_iter().map(layout::print);
    let mut files = files.into_iter().chain(indices).collect::<anyhow::Result<Vec<_>>>()?;
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

/// Applies `make` to all items in parallel. Returns the results in no particular order.
fn in_parallel<T: Sync, R: Send>(items: &[T], make: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let work = || {
        let ahead = iter::from_fn(|| items.get(next.fetch_add(1, Ordering::Relaxed)));
        ahead.map(&make).collect::<Vec<R>>()
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(items.len());
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut all = work();
        for other in others {
            all.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        all
    })
}
