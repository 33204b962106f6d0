//! The `redact` target; its assertions are in `checks/redact.rs`.

#![no_main]

#[path = "../checks/redact.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::check(data));
