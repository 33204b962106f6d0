//! What the fuzz targets assert holds of every committed seed: the targets do not rot unseen, and what
//! once was found stays mended, on a machine without a fuzzer too.

#![cfg(test)]

#[path = "../../../fuzz/checks/archive.rs"]
mod archive;
#[path = "../../../fuzz/checks/json.rs"]
mod json;
#[path = "../../../fuzz/checks/layout.rs"]
mod layout;
#[path = "../../../fuzz/checks/log.rs"]
mod log;
#[path = "../../../fuzz/checks/time.rs"]
mod time;
#[path = "../../../fuzz/checks/yaml.rs"]
mod yaml;

use std::fs;
use std::path::Path;

/// Feeds every seed of a target to what it asserts.
fn feed(target: &str, check: fn(&[u8])) {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(target);
    let mut fed = 0;
    for seed in fs::read_dir(seeds).unwrap() {
        check(&fs::read(seed.unwrap().path()).unwrap());
        fed += 1;
    }
    assert!(fed > 5, "{fed} seeds of {target}");
}

#[test]
fn every_seed_of_an_archive_is_read_or_refused() {
    feed("archive", archive::check);
}

#[test]
fn every_seed_of_json_means_what_it_means_to_others() {
    feed("json", json::check);
}

#[test]
fn every_seed_of_a_path_has_a_place() {
    feed("layout", layout::check);
}

#[test]
fn every_seed_of_a_log_is_counted() {
    feed("log", log::check);
}

#[test]
fn every_seed_of_yaml_means_what_it_means_to_others() {
    feed("styles", yaml::check_style);
    feed("yaml", yaml::check);
}

#[test]
fn every_seed_of_a_time_is_one_or_none() {
    feed("time", time::check);
}
