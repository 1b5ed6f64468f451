//! What the loader gives for documents that are in order.

use std::path::Path;
use std::time::Instant;

/// Mongo's own document, 4 MB: too big to keep in the repository.
const VENDOR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/atlas-openapi.yaml");

#[test]
fn the_vendors_whole_document_is_in_order() {
    let path = Path::new(VENDOR);
    if !path.exists() {
        eprintln!("skipped: there is no {VENDOR}");
        return;
    }
    let start = Instant::now();
    let document = xtask::load::load(path).unwrap_or_else(|error| panic!("{error}"));
    eprintln!("loaded in {:?}", start.elapsed());
    assert!(document.openapi.operations().count() > 500);
}
