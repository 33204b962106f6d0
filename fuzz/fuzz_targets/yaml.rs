//! The target; what it asserts is in `checks/yaml.rs`.

#![no_main]

#[expect(dead_code, reason = "another target has the rest")]
#[path = "../checks/yaml.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::check(data));
