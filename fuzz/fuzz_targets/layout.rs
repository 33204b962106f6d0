//! The `layout` target; its assertions are in `checks/layout.rs`.

#![no_main]

#[path = "../checks/layout.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::check(data));
