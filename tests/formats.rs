//! The formats for programs and tickets: each says what the JSON says, in a form its readers accept.

#![cfg(test)]

#[expect(dead_code, reason = "every suite uses a part of it")]
mod support;

use serde_json::Value;
use support::run::{command, finish};
use support::tree::Tree;
use support::{ENDPOINTS, HEALTHY, NOT_COLLECTED, SEED, house};
use tempfile::tempdir;

const ALL: [&str; 4] = [SEED, ENDPOINTS, NOT_COLLECTED, HEALTHY];

/// What the program writes of committed archives, as a user at the top of the checkout names them.
fn written(format: &str, names: &[&str]) -> String {
    let archives = names.iter().map(|name| format!("fixtures/{name}.tar.gz"));
    finish(command().current_dir(house()).args(["-o", format]).args(archives)).stdout
}

fn json(names: &[&str]) -> Value {
    serde_json::from_str(&written("json", names)).unwrap()
}

/// The beginning of an output, for a snapshot that stays small.
fn beginning(text: &str, lines: usize) -> String {
    let mut kept: Vec<_> = text.lines().take(lines).collect();
    if kept.len() < text.lines().count() {
        kept.push("[...]");
    }
    kept.join("\n")
}

#[test]
fn yaml_says_what_json_says() {
    let text = written("yaml", &ALL);
    assert_eq!(serde_yaml::from_str::<Value>(&text).unwrap(), json(&ALL));
    insta::assert_snapshot!("yaml", beginning(&written("yaml", &[NOT_COLLECTED]), 60));
}

/// A line outside the fenced blocks, and whether all of them are closed.
fn outside_fences(markdown: &str) -> Vec<&str> {
    let mut fence: Option<&str> = None;
    let mut outside = Vec::new();
    for line in markdown.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            Some(open) if line == open => fence = None,
            Some(_) => {}
            None if ticks >= 3 => fence = Some(&line[..ticks]),
            None => outside.push(line),
        }
    }
    assert_eq!(fence, None, "a fence stays open");
    outside
}

#[test]
fn a_ticket_is_short_and_holds_no_html() {
    for name in ALL {
        let text = written("markdown", &[name]);
        assert!(text.lines().count() <= 150, "{name}: {}", text.lines().count());
        let outside = outside_fences(&text).join("\n");
        assert!(!outside.replace("\\<", "").contains('<'), "{outside}");
    }
    insta::assert_snapshot!("markdown", written("markdown", &[NOT_COLLECTED]));
}

#[test]
fn several_tickets_stand_one_after_the_other() {
    let text = written("markdown", &[SEED, HEALTHY]);
    assert_eq!(text.matches("\n---\n").count(), 1);
    assert_eq!(text.matches("| archive |").count(), 2);
}

#[test]
fn words_of_the_archive_stay_words_in_a_ticket() {
    let dir = tempdir().unwrap();
    let mut tree = Tree::image_of(ENDPOINTS);
    let said = "Readiness probe failed: HTTP probe failed with statuscode: 500";
    let evil = "```` <img src=x> | *x* @admin https://evil.example [a](b)";
    let mut count = 0;
    for (_, bytes) in &mut tree.0 {
        if let Ok(text) = std::str::from_utf8(bytes) {
            count += text.matches(said).count();
            *bytes = text.replace(said, evil).into_bytes();
        }
    }
    assert!(count > 0);
    let path = tree.to_tar_gz(&dir, "evil.tgz");
    let text = finish(command().args(["-o", "markdown"]).arg(path)).stdout;
    assert!(text.contains("\n`````yaml\n"), "{text}");
    for line in outside_fences(&text) {
        assert!(!line.replace("\\<", "").contains('<') && !line.contains(" @admin"), "{line}");
    }
}
