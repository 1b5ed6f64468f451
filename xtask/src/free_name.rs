//! Finds unused names.

use std::iter;

/// Returns the name, or if it is taken, the name with the smallest unused number: `id2`, `id3`.
pub(crate) fn free_name(name: &str, mut is_free: impl FnMut(&str) -> bool) -> String {
    let numbered = (2..).map(|number| format!("{name}{number}"));
    let mut names = iter::once(name.to_owned()).chain(numbered);
    names.find(|name| is_free(name)).unwrap_or_default()
}
