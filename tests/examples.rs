//! `docs/examples`: every output of three real archives, as it is today.
//!
//! The archives are not in the repository. Where `../shared/samples` has them, the outputs are compared, and
//! `UPDATE=1 cargo test -p mustknow --test mustknow examples::` rewrites them; everywhere the committed outputs
//! must match their schemas.

use std::fs;
use std::path::PathBuf;

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

use crate::support::run::{command, finish};
use crate::support::schemas::{LINE, SCAN, TIMELINE, assert_valid, sarif_schema, schema};
use crate::support::{checkout, samples};

/// The folder of an example, its archive below the samples, and the exit code of a scan of it.
const EXAMPLES: [(&str, &str, i32); 3] = [
    ("bootstrap-missing", "made/a-seed-okd-416-bootstrap-missing.tar.gz", 1),
    ("endpoints-not-ready", "made/b-decoy-endpoints-not-ready.tar.gz", 1),
    ("healthy-aws", "must-gather-4.8-aws.tar.xz", 0),
];

/// The files of an example, and the calls that write them.
const OUTPUTS: [(&str, &[&str]); 11] = [
    ("report.txt", &["scan", "-o", "text"]),
    ("summary.txt", &["scan", "-o", "summary"]),
    ("report.json", &["scan", "-o", "json"]),
    ("report.yaml", &["scan", "-o", "yaml"]),
    ("report.jsonl", &["scan", "-o", "jsonl"]),
    ("report.md", &["scan", "-o", "markdown"]),
    ("report.html", &["scan", "-o", "html"]),
    ("report.sarif", &["scan", "-o", "sarif"]),
    ("junit.xml", &["scan", "-o", "junit"]),
    ("timeline.txt", &["timeline", "--min-severity", "error"]),
    ("timeline.jsonl", &["timeline", "-o", "jsonl", "--min-severity", "error"]),
];

fn path(example: &str, file: &str) -> PathBuf {
    checkout().join("docs/examples").join(example).join(file)
}

fn read(example: &str, file: &str) -> String {
    fs::read_to_string(path(example, file))
        .unwrap_or_else(|error| panic!("{example}/{file}: {error}"))
}

#[test]
fn every_output_is_as_it_is_today() {
    let Some(samples) = samples() else { return };
    let mut old = Vec::new();
    for (example, archive, code) in EXAMPLES {
        for (file, call) in OUTPUTS {
            let run = finish(command().current_dir(&samples).args(call).arg(archive));
            assert_eq!(run.stderr, "", "{example}/{file}");
            assert_eq!(run.code, if call.contains(&"scan") { code } else { 0 }, "{example}/{file}");
            if std::env::var_os("UPDATE").is_some() {
                fs::create_dir_all(path(example, "")).unwrap();
                fs::write(path(example, file), &run.stdout).unwrap();
            } else if read(example, file) != run.stdout {
                old.push(format!("{example}/{file}"));
            }
        }
    }
    assert!(old.is_empty(), "UPDATE=1 writes these anew: {old:?}");
}

#[test]
fn machine_readable_outputs_match_their_schemas() {
    let parse = |text: &str| -> Value { serde_json::from_str(text).unwrap() };
    for (example, ..) in EXAMPLES {
        assert_valid(&schema(SCAN), &parse(&read(example, "report.json")));
        assert_valid(&sarif_schema(), &parse(&read(example, "report.sarif")));
        for line in read(example, "report.jsonl").lines() {
            assert_valid(&schema(LINE), &parse(line));
        }
        for line in read(example, "timeline.jsonl").lines() {
            assert_valid(&schema(TIMELINE), &parse(line));
        }
        let xml = read(example, "junit.xml");
        let mut reader = Reader::from_str(&xml);
        reader.config_mut().check_end_names = true;
        while !matches!(reader.read_event().unwrap(), Event::Eof) {}
    }
}

#[test]
fn an_ordinary_page_is_below_half_a_mebibyte() {
    for (example, ..) in EXAMPLES {
        let size = fs::metadata(path(example, "report.html")).unwrap().len();
        assert!(size < 1 << 19, "{example}: {size} bytes");
    }
}

#[test]
fn the_index_names_every_example() {
    let index = read("", "README.md");
    for (example, archive, _) in EXAMPLES {
        assert!(index.contains(example) && index.contains(archive), "{example}");
    }
    for (file, call) in OUTPUTS {
        assert!(index.contains(file) && index.contains(&call.join(" ")), "{file}");
    }
}
