//! The client as a crate of its own: what the compiler, the linter and rustdoc say of it.

use crate::{build, document};

/// Neither a backend nor its C library matters to what is generated.
const BARE: [&str; 2] = ["--quiet", "--no-default-features"];

#[test]
#[ignore = "compiles the client of the whole document, which takes minutes"]
fn the_whole_has_no_warnings_and_neither_has_a_part() {
    let Some(text) = document::text() else { return };
    let generated = document::generate(&text, true);
    assert!(generated.api.features.len() > 50, "{:?}", generated.api.features);
    let client = build::client(&generated);
    for features in ["", "teams", "full"] {
        let arguments = ["--features", features, "--", "--deny", "warnings"];
        build::cargo(&client, &[&["clippy"], &BARE[..], &arguments].concat());
    }
}
