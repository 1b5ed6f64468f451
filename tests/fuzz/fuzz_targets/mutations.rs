#![no_main]
#![expect(missing_docs, reason = "the macro generates a function without docs")]

libfuzzer_sys::fuzz_target!(|data: &[u8]| atlas_fuzz::mutations::check(data));
