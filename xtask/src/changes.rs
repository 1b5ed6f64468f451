//! What a run changes in the API of the client, and whether that breaks those who call it.
//!
//! The last run is what stands on the disk: only the files that differ are read, before and after.
//! They are compared as Rust sees them (what compiles) and as the server does (what is sent).

use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;

use crate::output::Stale;

mod arguments;
mod compare;
mod method;
mod model;
mod report;
mod rules;
mod surface;
mod syntax;

pub use report::Change;
use surface::Surface;

/// What a change means to code that calls the client, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Some of it no longer compiles.
    Compile,
    /// It compiles, and a call that was right before is refused or means something else.
    Call,
    /// It compiles, and something else goes over the wire.
    Wire,
    /// It goes on as before, at most with a warning.
    Nothing,
}

impl Effect {
    /// Whether callers have to change.
    #[must_use]
    pub const fn breaks(self) -> bool {
        matches!(self, Self::Compile | Self::Call)
    }
}

/// What a run changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// What callers see, the worst first.
    pub changes: Vec<Change>,
    /// How many files differ in their documentation alone.
    pub documentation: usize,
    /// How many files differ in what no caller sees.
    pub inner: usize,
    /// Files that no run has written like this.
    pub unreadable: Vec<PathBuf>,
    /// Files that differ and are not generated.
    pub beside: Vec<PathBuf>,
}

/// Compares the files that differ. `generated` is the folder of what is generated.
///
/// Where no run has written anything yet, nothing has changed.
#[must_use]
pub fn compare(stale: &[Stale], generated: &Path) -> Changes {
    let mut found = Changes::default();
    if stale.iter().all(|stale| stale.old.is_none()) {
        return found;
    }
    let (mut old, mut new) = (Surface::new(), Surface::new());
    for stale in stale {
        let Ok(within) = stale.path.strip_prefix(generated) else {
            found.beside.push(stale.path.clone());
            continue;
        };
        // Indexes say nothing that the files which they name do not say.
        if within.ends_with("mod.rs") {
            continue;
        }
        let (Some(before), Some(after)) =
            (Version::of(stale.old.as_ref()), Version::of(stale.new.as_ref()))
        else {
            found.unreadable.push(stale.path.clone());
            continue;
        };
        if stale.old.is_some() && stale.new.is_some() && before.surface == after.surface {
            let is_documented = before.code == after.code;
            *(if is_documented { &mut found.documentation } else { &mut found.inner }) += 1;
        }
        old.extend(before.surface);
        new.extend(after.surface);
    }
    found.changes = compare::compare(&old, &new);
    found
}

/// A file before or after.
#[derive(Default)]
struct Version {
    surface: Surface,
    /// Its code, without documentation.
    code: String,
}

impl Version {
    /// A file that is absent has nothing; `None` is a file that no run has written like this.
    fn of(text: Option<&String>) -> Option<Self> {
        let Some(text) = text else { return Some(Self::default()) };
        let tokens: TokenStream = text.parse().ok()?;
        let code = syntax::without_docs(tokens.clone()).to_string();
        Some(Self { surface: surface(&syn::parse2(tokens).ok()?)?, code })
    }
}

/// What callers see of a file: a method, or models.
fn surface(file: &syn::File) -> Option<Surface> {
    let is_operation = file.items.iter().any(|item| matches!(item, syn::Item::Const(_)));
    if is_operation { method::read(file).map(|it| Surface::from([it])) } else { model::read(file) }
}
