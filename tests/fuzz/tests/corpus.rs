//! All inputs of the corpus, run through their targets without a fuzzer.

#![cfg(fuzzing)]

use std::path::Path;

use atlas_fuzz::TARGETS;

#[test]
fn every_target_passes_its_corpus() {
    for (name, check) in TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
        let files =
            folder.read_dir().unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let mut count = 0;
        for file in files {
            let path = file.unwrap().path();
            println!("{}", path.display());
            check(&std::fs::read(&path).unwrap());
            count += 1;
        }
        assert!(count > 0, "the target `{name}` has no inputs");
    }
}
