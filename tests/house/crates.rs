//! Crates and their files: who may import whom, how long a file may be, what only one file may do.

use std::collections::BTreeSet;
use std::fs;

use super::items::without_tests as tokens;
use super::sources::{code, complain, everything, of_crates, without_tests};
use super::tokens::{Located, Token, tokens as all_tokens};
use crate::support::checkout;

/// Every crate, and the crates of ours it may import.
const FLOORS: [(&str, &[&str]); 10] = [
    ("yaml", &[]),
    ("archive", &[]),
    ("redact", &[]),
    ("cluster", &["archive", "redact", "yaml"]),
    ("rules", &["archive", "cluster", "redact", "yaml"]),
    ("timeline", &["archive", "cluster", "redact", "rules", "yaml"]),
    ("report", &["archive", "cluster", "redact", "rules", "timeline", "yaml"]),
    ("cli", &["archive", "cluster", "report", "rules", "timeline", "yaml"]),
    ("testkit", &[]),
    ("xtask", &["archive", "cluster", "report", "rules", "testkit", "timeline", "yaml"]),
];

/// Tests, benchmarks and tasks may take their data from it; no library and no program may.
const TESTKIT: &str = "mustknow-testkit";

/// The crates that may print and end the process: the program, and the tasks of the project.
const PROGRAMS: [&str; 2] = ["cli", "xtask"];

/// The most lines of one source file.
const LINES: usize = 500;

/// The names in the tables of `Cargo.toml` whose head is one of `tables`.
fn dependencies(krate: &str, tables: &[&str]) -> BTreeSet<String> {
    let manifest = fs::read_to_string(checkout().join("crates").join(krate).join("Cargo.toml"));
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

#[test]
fn every_crate_is_on_a_floor() {
    let folders: BTreeSet<_> = fs::read_dir(checkout().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(folders, FLOORS.iter().map(|(krate, _)| (*krate).to_owned()).collect());
}

#[test]
fn no_crate_imports_upward() {
    complain(FLOORS, |(krate, below)| {
        let mut all = dependencies(krate, &["dependencies", "build-dependencies"]);
        let for_tests = dependencies(krate, &["dev-dependencies"]);
        all.extend(for_tests.into_iter().filter(|name| name != TESTKIT));
        let ours = all.iter().filter_map(|name| name.strip_prefix("mustknow-"));
        let above: Vec<_> = ours.filter(|name| !below.contains(name)).collect();
        (!above.is_empty()).then(|| format!("crates/{krate} imports {above:?}"))
    });
}

#[test]
fn every_dependency_has_its_line() {
    let Ok(page) = fs::read_to_string(checkout().join("docs/dependencies.md")) else {
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
fn every_dependency_is_used() {
    let sources = of_crates();
    complain(FLOORS, |(krate, _)| {
        let folder = format!("crates/{krate}/src");
        let mut unused = dependencies(krate, &["dependencies"]);
        unused.retain(|name| {
            let name = name.replace('-', "_");
            !sources.iter().any(|(path, text)| path.starts_with(&folder) && text.contains(&name))
        });
        (!unused.is_empty()).then(|| format!("crates/{krate} does not use {unused:?}"))
    });
}

#[test]
fn no_source_file_is_too_long() {
    complain(of_crates(), |(path, text)| {
        let lines = text.lines().count();
        (lines > LINES).then(|| format!("{}: {lines} lines", path.display()))
    });
}

#[test]
fn every_source_file_says_what_it_answers_for() {
    complain(of_crates(), |(path, text)| {
        (!text.starts_with("//! ")).then(|| format!("{}: no first line", path.display()))
    });
}

/// Fields of a report that hold no text of the archive: times, durations and our own notation.
const OWN_TEXT: [&str; 7] = ["gathered_at", "since", "age", "at", "until", "from", "to"];

#[test]
fn a_report_holds_text_of_the_archive_only_without_its_secrets() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for (path, text) in without_tests() {
        if !path.starts_with("crates/report/src/model") || text.contains("struct SafeText") {
            continue;
        }
        for (line, name, of) in serialised_fields(&tokens(&text)) {
            count += 1;
            let is_open = of.contains(&"String") || of.contains(&"Cow") || of.contains(&"str");
            if is_open && !of.contains(&"static") && !OWN_TEXT.contains(&name) {
                wrong.push(format!("{}:{line}: {name} may hold a secret", path.display()));
            }
        }
    }
    assert!(count > 100, "the fields of a report are found: {count}");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The fields of the types that have a JSON Schema: their line, their name and the words of their type.
fn serialised_fields<'s>(tokens: &[Located<'s>]) -> Vec<(usize, &'s str, Vec<&'s str>)> {
    let mut fields = Vec::new();
    let (mut is_schema, mut is_inside, mut depth) = (false, false, 0_usize);
    for (at, (line, token)) in tokens.iter().enumerate() {
        match token {
            Token::Word("JsonSchema") => is_schema = true,
            Token::Word("struct" | "enum" | "impl" | "fn" | "use") if depth == 0 => {
                is_inside = std::mem::take(&mut is_schema);
            }
            Token::Mark('{') => depth += 1,
            Token::Mark('}') => depth = depth.saturating_sub(1),
            Token::Word(name) if depth > 0 && is_inside => {
                let [_, (_, Token::Mark(':')), (_, after), ..] = &tokens[at..] else { continue };
                let is_path = *after == Token::Mark(':');
                let is_after_path = at > 0 && tokens[at - 1].1 == Token::Mark(':');
                if is_path || is_after_path {
                    continue;
                }
                let of = tokens[at + 2..].iter().map(|(_, token)| *token);
                let of = of.take_while(|token| !matches!(token, Token::Mark(',' | '}')));
                let words = of.filter_map(|token| match token {
                    Token::Word(word) => Some(word),
                    _ => None,
                });
                fields.push((*line, *name, words.collect()));
            }
            _ => {}
        }
    }
    fields
}

#[test]
fn no_lint_is_allowed_away() {
    complain(of_crates(), |(path, text)| {
        let line = text.lines().find(|line| {
            let code = code(line).trim_start();
            (code.starts_with("#[") || code.starts_with("#![")) && code.contains("allow(")
        })?;
        Some(format!("{}: {}", path.display(), line.trim()))
    });
}

#[test]
fn libraries_neither_print_nor_exit() {
    let libraries = without_tests().into_iter().filter(|(path, _)| {
        !PROGRAMS.iter().any(|krate| path.starts_with(format!("crates/{krate}")))
    });
    complain(libraries, |(path, text)| {
        let found = tokens(&text);
        let (line, act) = found.windows(2).find_map(|pair| match pair {
            [(line, Token::Word(word)), (_, Token::Mark('!'))] => {
                let acts = ["println", "eprintln", "print", "eprint", "dbg"];
                acts.contains(word).then_some((*line, *word))
            }
            _ => None,
        })?;
        Some(format!("{}:{line}: {act}!", path.display()))
    });
    complain(without_tests(), |(path, text)| {
        let is_program = PROGRAMS.iter().any(|krate| path.starts_with(format!("crates/{krate}")));
        (!is_program && text.contains("process::exit"))
            .then(|| format!("{} ends the process", path.display()))
    });
}

/// A busy machine is slow: a test that hangs is ended by a watchdog, and none measures speed.
#[test]
fn no_test_measures_time() {
    complain(everything(), |(path, text)| {
        let of = |tokens: &[Located<'_>]| {
            tokens.iter().filter(|(_, token)| *token == Token::Word("elapsed")).count()
        };
        let is_program = path.iter().any(|part| part == "src" || part == "benches");
        let allowed = if is_program { of(&tokens(&text)) } else { 0 };
        (of(&all_tokens(&text)) > allowed)
            .then(|| format!("{}: a test measures time", path.display()))
    });
}
