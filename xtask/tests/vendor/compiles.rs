//! The client generated from the full document, as a separate crate, compiles without warnings.

use super::{build, document};

/// Options that leave out the TLS backend and its C library, which do not affect the generated code.
const BARE: [&str; 2] = ["--quiet", "--no-default-features"];

#[test]
#[ignore = "compiles the client generated from the full document, which takes minutes"]
fn the_client_has_no_warnings_with_some_or_all_features() {
    let Some(text) = document::text() else { return };
    let generated = document::with_previews(&text);
    assert!(generated.api.features.len() > 50, "{:?}", generated.api.features);
    let client = build::client(generated);
    for features in ["", "teams", "full,test-util"] {
        let arguments = ["--features", features, "--", "--deny", "warnings"];
        build::cargo(&client, &[&["clippy"], &BARE[..], &arguments].concat());
    }
}
