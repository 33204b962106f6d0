//! The catalogue of rules: ids, titles, manuals, and where each rule stands.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

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
        (!source.contains("pub(super) const RULE")).then(|| "its id is not its path".to_owned())
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
fn a_rule_says_why_it_matters_what_to_do_and_where_its_facts_are_from() {
    of_rules(|rule| {
        let is_sentence = |text: &str| text.ends_with(['.', '\n']) && !text.contains('`');
        let has_sources = rule.notes.lines().any(|line| line.starts_with("- "));
        let wrong = match rule {
            _ if !is_sentence(rule.why) => "why it matters",
            _ if !is_sentence(rule.advice.fix) => "what to do",
            _ if !has_sources => "where its facts are from",
            _ => return None,
        };
        Some(format!("it does not say {wrong} in sentences"))
    });
}

#[test]
fn a_manual_neither_begs_nor_shouts() {
    of_rules(|rule| {
        let manual = rule.manual();
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
