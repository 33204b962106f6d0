//! Tests about the house itself: what DESIGN and STYLE promise and no compiler checks.

#![cfg(test)]

#[expect(dead_code, reason = "every suite uses a part of it")]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use mustknow_rules::engine::manual::HEADINGS;
use mustknow_rules::{Rule, catalog};
use support::house;

/// Every crate, and the crates of ours it may import.
const FLOORS: [(&str, &[&str]); 5] = [
    ("gather", &[]),
    ("rules", &["mustknow-gather"]),
    ("report", &["mustknow-gather", "mustknow-rules"]),
    ("cli", &["mustknow-gather", "mustknow-report", "mustknow-rules"]),
    ("dev", &["mustknow-gather", "mustknow-report", "mustknow-rules"]),
];

/// The crate beside the house: suites and benchmarks may take their data from it, programs not.
const BESIDE: &str = "mustknow-dev";

/// The most lines of one source file.
const LINES: usize = 500;

/// The names in the tables of `Cargo.toml` whose head is one of `tables`.
fn dependencies(krate: &str, tables: &[&str]) -> BTreeSet<String> {
    let manifest = fs::read_to_string(house().join("crates").join(krate).join("Cargo.toml"));
    let mut inside = false;
    let mut names = BTreeSet::new();
    for line in manifest.unwrap().lines() {
        if let Some(table) = line.strip_prefix('[') {
            inside = tables.contains(&table.trim_end_matches(']'));
        } else if inside && line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let name = line.split(['.', ' ', '=']).next().unwrap_or_default();
            names.insert(name.to_owned());
        }
    }
    names
}

/// The source files of all crates, with their text.
fn sources() -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut folders: Vec<_> =
        FLOORS.iter().map(|(krate, _)| house().join("crates").join(krate).join("src")).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|suffix| suffix == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.insert(path.strip_prefix(house()).unwrap().to_owned(), text);
            }
        }
    }
    assert!(found.len() > 50, "the sources are where they are looked for");
    found
}

/// A line without its comment.
fn code(line: &str) -> &str {
    line.split_once("//").map_or(line, |(code, _)| code)
}

/// What `judge` has against some of `subjects`, all at once.
fn complain<S>(subjects: impl IntoIterator<Item = S>, judge: impl Fn(S) -> Option<String>) {
    let complaints: Vec<_> = subjects.into_iter().filter_map(judge).collect();
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

fn of_rules(judge: impl Fn(&Rule) -> Option<String>) {
    complain(catalog::all(), |rule| Some(format!("{}: {}", rule.meta.id, judge(rule)?)));
}

/// Where the source of a rule of that id stands.
fn source_of(id: &str) -> PathBuf {
    let path = format!("crates/rules/src/catalog/{}.rs", id.replace('-', "_"));
    house().join(path)
}

#[test]
fn every_crate_is_on_a_floor() {
    let folders: BTreeSet<_> = fs::read_dir(house().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(folders, FLOORS.iter().map(|(krate, _)| (*krate).to_owned()).collect());
}

#[test]
fn no_crate_imports_upward() {
    complain(FLOORS, |(krate, below)| {
        let mut all =
            dependencies(krate, &["dependencies", "dev-dependencies", "build-dependencies"]);
        if !dependencies(krate, &["dependencies", "build-dependencies"]).contains(BESIDE) {
            all.remove(BESIDE);
        }
        let ours = all.iter().filter(|name| name.starts_with("mustknow"));
        let above: Vec<_> = ours.filter(|name| !below.contains(&name.as_str())).collect();
        (!above.is_empty()).then(|| format!("crates/{krate} imports {above:?}"))
    });
}

#[test]
fn every_dependency_has_its_line() {
    let Ok(page) = fs::read_to_string(house().join("docs/dependencies.md")) else {
        println!("skipped: no docs/dependencies.md");
        return;
    };
    let all: BTreeSet<_> = FLOORS
        .iter()
        .flat_map(|(krate, _)| dependencies(krate, &["dependencies"]))
        .filter(|name| !name.starts_with("mustknow"))
        .collect();
    complain(all, |name| {
        let is_about = |line: &str| {
            line.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_'))
                .any(|word| word == name)
        };
        (!page.lines().any(is_about))
            .then(|| format!("docs/dependencies.md says nothing of {name}"))
    });
}

#[test]
fn no_source_file_is_too_long() {
    complain(sources(), |(path, text)| {
        let lines = text.lines().count();
        (lines > LINES).then(|| format!("{}: {lines} lines", path.display()))
    });
}

#[test]
fn every_source_file_says_what_it_answers_for() {
    complain(sources(), |(path, text)| {
        (!text.starts_with("//! ")).then(|| format!("{}: no first line", path.display()))
    });
}

#[test]
fn one_file_names_miette() {
    let by: Vec<_> = sources()
        .into_iter()
        .filter(|(_, text)| text.lines().any(|line| code(line).contains("miette")))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(by, [Path::new("crates/report/src/text/snippet.rs")]);
}

/// What of a report is no word of the archive: times and durations, in our own notation.
const OWN_WORDS: [&str; 7] = ["gathered_at", "since", "age", "at", "until", "from", "to"];

/// The files that say what a report is made of.
const REPORTS: [&str; 2] = ["report.rs", "timeline/moment.rs"];

#[test]
fn a_report_holds_words_of_the_archive_only_without_their_secrets() {
    let text: String = REPORTS
        .into_iter()
        .map(|file| {
            let text = fs::read_to_string(house().join("crates/report/src").join(file)).unwrap();
            text.split("\nimpl ").next().unwrap().to_owned()
        })
        .collect();
    complain(text.lines(), |line| {
        let (name, of) = code(line).trim().trim_start_matches("pub ").split_once(": ")?;
        let is_bare = of.contains("String") || of.contains("Cow<") || of.contains("Box<str>");
        (is_bare && !OWN_WORDS.contains(&name)).then(|| format!("{name} is no `safe::Words`"))
    });
}

#[test]
fn no_lint_is_allowed_away() {
    complain(sources(), |(path, text)| {
        let line = text.lines().find(|line| {
            let code = code(line).trim_start();
            (code.starts_with("#[") || code.starts_with("#![")) && code.contains("allow(")
        })?;
        Some(format!("{}: {}", path.display(), line.trim()))
    });
}

#[test]
fn libraries_neither_print_nor_exit() {
    let libraries = sources().into_iter().filter(|(path, _)| {
        ["gather", "rules", "report"]
            .iter()
            .any(|krate| path.starts_with(format!("crates/{krate}")))
    });
    complain(libraries, |(path, text)| {
        let (body, _) = text.split_once("#[cfg(test)]").unwrap_or((&text, ""));
        let acts = ["println!(", "eprintln!(", "print!(", "dbg!(", "process::exit"];
        let line = body.lines().find(|line| acts.iter().any(|act| code(line).contains(act)))?;
        Some(format!("{}: {}", path.display(), line.trim()))
    });
}

#[test]
fn a_rule_is_found_by_its_path() {
    of_rules(|rule| {
        let source = fs::read_to_string(source_of(rule.meta.id)).unwrap_or_default();
        let head = source.lines().map_while(|line| line.strip_prefix("//!"));
        let manual =
            head.map(|line| line.strip_prefix(' ').unwrap_or(line)).eq(rule.manual.lines());
        (!manual || rule.manual.is_empty()).then(|| "its id is not its path".to_owned())
    });
}

#[test]
fn every_file_of_the_catalog_is_a_rule() {
    let known: BTreeSet<_> = catalog::all().iter().map(|rule| source_of(rule.meta.id)).collect();
    let catalog = Path::new("crates/rules/src/catalog");
    let rules = sources().into_keys().filter(|path| {
        path.parent().and_then(Path::parent) == Some(catalog) && !path.ends_with("mod.rs")
    });
    complain(rules, |path| {
        (!known.contains(&house().join(&path))).then(|| format!("{} is not listed", path.display()))
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
