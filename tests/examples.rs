//! `docs/examples`: the text and the Markdown of a committed archive, as the program writes them today.
//!
//! `UPDATE=1 cargo test -p mustknow --test mustknow examples::` rewrites them.

use std::fs;

use crate::support::run::{command, finish};
use crate::support::{SEED, checkout};

/// The files, and the format of each.
const EXAMPLES: [(&str, &str); 2] = [("report.txt", "text"), ("report.md", "markdown")];

#[test]
fn every_example_is_what_the_program_writes() {
    for (file, format) in EXAMPLES {
        let archive = format!("fixtures/{SEED}.tar.gz");
        let run = finish(command().current_dir(checkout()).args(["scan", "-o", format, &archive]));
        assert_eq!((run.code, run.stderr.as_str()), (1, ""), "{file}");
        let path = checkout().join("docs/examples").join(file);
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &run.stdout).unwrap();
        }
        let written = fs::read_to_string(&path).unwrap_or_default();
        assert!(written == run.stdout, "docs/examples/{file} is not current: UPDATE=1 rewrites it");
    }
}
