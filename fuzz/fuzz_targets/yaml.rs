//! The `yaml` target; its assertions are in `checks/yaml.rs`.

#![no_main]

#[expect(dead_code, reason = "another target uses the rest")]
#[path = "../checks/yaml.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::check(data));
