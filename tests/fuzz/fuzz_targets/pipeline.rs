#![no_main]
#![expect(missing_docs, reason = "the macro's own function has none")]

libfuzzer_sys::fuzz_target!(|data: &[u8]| atlas_fuzz::pipeline::check(data));
