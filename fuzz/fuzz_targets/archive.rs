//! The `archive` target; its assertions are in `checks/archive.rs`.

#![no_main]

#[path = "../checks/archive.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::check(data));
