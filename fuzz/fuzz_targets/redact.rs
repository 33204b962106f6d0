//! The target; what it asserts is in `checks/redact.rs`.

#![no_main]

#[path = "../checks/redact.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::check(data));
