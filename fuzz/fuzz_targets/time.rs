//! The `time` target; its assertions are in `checks/time.rs`.

#![no_main]

#[path = "../checks/time.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::check(data));
