//! The catalogue of rules: ids, titles, manuals, and where each rule stands.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use mustknow_rules::engine::manual::HEADINGS;
use mustknow_rules::{Rule, catalog};

use super::sources::{code, complain, of_crates};
use crate::support::checkout;

fn of_rules(judge: impl Fn(&Rule) -> Option<String>) {
    complain(catalog::all(), |rule| Some(format!("{}: {}", rule.meta.id, judge(rule)?)));
}

/// Where the source of a rule of that id stands.
fn source_of(id: &str) -> PathBuf {
    let path = format!("crates/rules/src/catalog/{}.rs", id.replace('-', "_"));
    checkout().join(path)
}

#[test]
fn a_rule_is_found_by_its_path() {
    of_rules(|rule| {
        let source = fs::read_to_string(source_of(rule.meta.id)).unwrap_or_default();
        let head = source.lines().map_while(|line| line.strip_prefix("//!"));
        let is_manual =
            head.map(|line| line.strip_prefix(' ').unwrap_or(line)).eq(rule.manual.lines());
        (!is_manual || rule.manual.is_empty()).then(|| "its id is not its path".to_owned())
    });
}

#[test]
fn every_file_of_the_catalog_is_a_rule() {
    let known: BTreeSet<_> = catalog::all().iter().map(|rule| source_of(rule.meta.id)).collect();
    let catalog = Path::new("crates/rules/src/catalog");
    let rules = of_crates().into_keys().filter(|path| {
        path.parent().and_then(Path::parent) == Some(catalog) && !path.ends_with("mod.rs")
    });
    complain(rules, |path| {
        (!known.contains(&checkout().join(&path)))
            .then(|| format!("{} is not listed", path.display()))
    });
}

#[test]
fn ids_are_unique_and_made_of_small_letters() {
    let mut seen = BTreeSet::new();
    for rule in catalog::all() {
        assert!(seen.insert(rule.meta.id), "{} stands twice", rule.meta.id);
    }
    of_rules(|rule| {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '/';
        let fine = rule.meta.id.chars().all(fits) && rule.meta.id.matches('/').count() == 1;
        (!fine).then(|| "its id is not area/bad-state".to_owned())
    });
}

#[test]
fn a_rule_is_named_after_a_bad_state() {
    const DEEDS: [&str; 8] =
        ["check", "fix", "verify", "ensure", "validate", "detect", "find", "repair"];
    of_rules(|rule| {
        let (_, name) = rule.meta.id.split_once('/')?;
        let deed = name.split('-').find(|word| DEEDS.contains(word))?;
        Some(format!("it is named after a deed: {deed}"))
    });
}

#[test]
fn a_title_reads_on_after_this_cluster_has() {
    of_rules(|rule| {
        let title = rule.meta.title;
        let capital = ["The ", "A ", "An ", "This ", "Check", "No ", "There "];
        let wrong = if title.trim() != title || title.is_empty() {
            "is blank or has blanks around it"
        } else if title.ends_with(['.', ':', ';']) {
            "ends with a stop"
        } else if capital.iter().any(|word| title.starts_with(word)) {
            "begins a sentence of its own"
        } else if title.contains('!') || title.to_lowercase().split(' ').any(|w| w == "please") {
            "begs or shouts"
        } else {
            return None;
        };
        Some(format!("its title {wrong}: {title}"))
    });
}

#[test]
fn a_manual_begins_with_a_sentence() {
    of_rules(|rule| {
        let manual = rule.manual;
        let first = manual.lines().next().unwrap_or_default();
        let fine = first.ends_with('.') && manual.lines().nth(1).is_some_and(str::is_empty);
        (!fine).then(|| format!("its first line is no sentence of its own: {first}"))
    });
}

#[test]
fn a_manual_has_its_headings_in_order_and_says_something_under_each() {
    of_rules(|rule| {
        let manual = rule.manual;
        let mut sections = manual.split("\n# ");
        sections.next();
        let sections: Vec<_> =
            sections.map(|section| section.split_once('\n').unwrap_or((section, ""))).collect();
        let headings: Vec<_> = sections.iter().map(|(heading, _)| *heading).collect();
        if headings != HEADINGS {
            return Some(format!("its headings are {headings:?}"));
        }
        let (heading, _) = sections.iter().find(|(_, body)| body.trim().is_empty())?;
        Some(format!("it says nothing under {heading}"))
    });
}

#[test]
fn a_manual_neither_begs_nor_shouts() {
    of_rules(|rule| {
        let manual = rule.manual;
        let line = manual.lines().find(|line| {
            line.to_lowercase().contains("please") || line.trim_end().ends_with('!')
        })?;
        Some(line.to_owned())
    });
}

#[test]
fn no_rule_unwraps() {
    of_rules(|rule| {
        let source = fs::read_to_string(source_of(rule.meta.id)).unwrap_or_default();
        let (body, _) = source.split_once("#[cfg(test)]").unwrap_or((&source, ""));
        let line = body.lines().find(|line| code(line).contains(".unwrap()"))?;
        Some(line.trim().to_owned())
    });
}
