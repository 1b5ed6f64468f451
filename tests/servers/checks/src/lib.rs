//! A runner for calls of generated clients.

use std::future::Future;

/// Runs calls to completion. Without `tokio::test`, the dependencies have the same features as those of other generated
/// clients, so cargo compiles them only once.
///
/// # Panics
///
/// Panics if the system cannot provide a runtime.
pub fn run<T>(calls: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("cannot start a runtime").block_on(calls)
}
