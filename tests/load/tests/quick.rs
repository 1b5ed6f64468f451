//! The short measurements and their limits.

use std::process::Command;

#[test]
#[ignore = "takes half a minute on two cores; run by `.ci/run`"]
fn memory_connections_and_outcomes_stay_within_their_limits_under_load() {
    let status = Command::new(env!("CARGO_BIN_EXE_atlas-load")).arg("--quick").status();
    assert!(status.is_ok_and(|status| status.success()), "`atlas-load --quick` failed");
}
