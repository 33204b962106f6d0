//! The glossary of `docs/architecture.md`: a reader meets each of the central names there first.

use std::collections::BTreeSet;
use std::fs;

use super::items::{definitions, without_tests as tokens};
use super::sources::{complain, without_tests};
use crate::support::checkout;

/// Types that the glossary explains.
const CENTRAL: [&str; 20] = [
    "Coverage",
    "Damage",
    "Evidence",
    "Finding",
    "Gap",
    "IngestContext",
    "Interest",
    "KnownFile",
    "Limits",
    "Need",
    "Persistence",
    "Record",
    "Report",
    "Router",
    "Rule",
    "RuleContext",
    "SafeText",
    "Snapshot",
    "Subject",
    "Verdict",
];

/// The names in the first column of the glossary's table.
fn glossary() -> BTreeSet<String> {
    let page = fs::read_to_string(checkout().join("docs/architecture.md")).unwrap();
    let (_, section) = page.split_once("\n## Glossary\n").expect("a section \"Glossary\"");
    let rows = section.lines().take_while(|line| !line.starts_with("## "));
    let columns = rows.filter_map(|row| row.strip_prefix('|')?.split('|').next());
    // The names of one row, each in backticks.
    columns.flat_map(|column| column.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
}

/// The names of all types and modules.
fn defined() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (path, text) in without_tests() {
        let tokens = tokens(&text);
        let items = definitions(&tokens).into_iter();
        names.extend(items.filter(|item| item.keyword != "fn").map(|item| item.name.to_owned()));
        // Modules that a macro declares.
        names.extend(path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned));
    }
    names
}

#[test]
fn every_name_in_the_glossary_is_in_the_code() {
    let defined = defined();
    complain(glossary(), |name| {
        let last = name.rsplit("::").next().unwrap_or_default().to_owned();
        (!defined.contains(&last)).then(|| format!("the glossary has {name}, the code has not"))
    });
}

#[test]
fn every_central_type_is_in_the_glossary() {
    let (glossary, defined) = (glossary(), defined());
    complain(CENTRAL, |name| {
        if !defined.contains(name) {
            return Some(format!("there is no type {name}: the list of this test is out of date"));
        }
        (!glossary.contains(name)).then(|| format!("docs/architecture.md does not explain {name}"))
    });
}
