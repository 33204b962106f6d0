//! Runs the checks of the fuzz targets on every committed seed, so that the targets keep compiling
//! and found bugs stay fixed on machines without a fuzzer.

#[path = "../../../../fuzz/checks/archive.rs"]
mod archive;
#[path = "../../../../fuzz/checks/json.rs"]
mod json;
#[path = "../../../../fuzz/checks/layout.rs"]
mod layout;
#[path = "../../../../fuzz/checks/log.rs"]
mod log;
#[path = "../../../../fuzz/checks/time.rs"]
mod time;
#[path = "../../../../fuzz/checks/yaml.rs"]
mod yaml;

use std::fs;
use std::path::Path;

/// Runs the check of a target on each of its seeds.
fn check_seeds(target: &str, check: fn(&[u8])) {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(target);
    let mut checked = 0;
    for seed in fs::read_dir(seeds).unwrap() {
        check(&fs::read(seed.unwrap().path()).unwrap());
        checked += 1;
    }
    assert!(checked > 5, "{checked} seeds of {target}");
}

#[test]
fn every_archive_seed_is_read_or_rejected() {
    check_seeds("archive", archive::check);
}

#[test]
fn every_json_seed_is_parsed_like_serde_json() {
    check_seeds("json", json::check);
}

#[test]
fn every_path_seed_is_classified() {
    check_seeds("layout", layout::check);
}

#[test]
fn every_log_seed_is_scanned() {
    check_seeds("log", log::check);
}

#[test]
fn every_yaml_seed_is_parsed_like_serde_yaml() {
    check_seeds("styles", yaml::check_style);
    check_seeds("yaml", yaml::check);
}

#[test]
fn every_time_seed_is_parsed_or_rejected() {
    check_seeds("time", time::check);
}
