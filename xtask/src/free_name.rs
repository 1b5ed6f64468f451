//! Unused names.

use std::iter;

/// Returns `name` if it is free. Otherwise, appends the smallest number from 2 that makes the name free, as in `id2`.
pub(crate) fn free_name(name: &str, mut is_free: impl FnMut(&str) -> bool) -> String {
    let numbered = (2..).map(|number| format!("{name}{number}"));
    let mut names = iter::once(name.to_owned()).chain(numbered);
    names.find(|name| is_free(name)).unwrap_or_default()
}
