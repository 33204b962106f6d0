//! The `log` target; its assertions are in `checks/log.rs`.

#![no_main]

#[path = "../checks/log.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::check(data));
