//! Whole outputs, as they are today.
//!
//! `cargo insta review` accepts changed snapshots; `UPDATE=1 cargo test -p mustknow --test mustknow outputs::`
//! rewrites the screen of the README.

use std::fs;

use crate::support::run::{command, finish};
use crate::support::{ENDPOINTS, HEALTHY, NOT_COLLECTED, SEED, checkout};

/// What the program prints, called from the root of the checkout.
fn screen(arguments: &[&str]) -> String {
    let run = finish(command().current_dir(checkout()).args(arguments));
    assert_eq!(run.stderr, "");
    run.stdout
}

fn archive(name: &str) -> String {
    format!("fixtures/{name}.tar.gz")
}

#[test]
fn the_text_of_every_fixture_archive() {
    for name in [SEED, ENDPOINTS, NOT_COLLECTED, HEALTHY] {
        insta::assert_snapshot!(name, screen(&["scan", &archive(name)]));
    }
}

#[test]
fn the_text_with_everything_in_it() {
    insta::assert_snapshot!("verbose", screen(&["scan", "-v", &archive(SEED)]));
}

#[test]
fn the_table_of_several_archives() {
    let archives = [SEED, ENDPOINTS, NOT_COLLECTED, HEALTHY].map(archive);
    let mut arguments = vec!["scan"];
    arguments.extend(archives.iter().map(String::as_str));
    insta::assert_snapshot!("table", screen(&arguments));
}

#[test]
fn the_screen_in_the_readme_is_what_the_program_prints() {
    let path = checkout().join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let opening = "<!-- screen -->\n```console\n";
    let start = readme.find(opening).unwrap() + opening.len();
    let length = readme.split_at(start).1.find("```\n").unwrap();
    let printed = screen(&["scan", &archive(SEED)]);
    let mut written = readme.clone();
    written.replace_range(start..start + length, &printed);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &written).unwrap();
        return;
    }
    assert!(readme == written, "the README shows an old screen; UPDATE=1 writes it anew");
}
