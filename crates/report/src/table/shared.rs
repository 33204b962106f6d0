//! What several archives have in common: the same root cause, the same symptom that has none.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use textwrap::{Options, WordSplitter};

use super::ids::Names;
use crate::text::Style;
use crate::triage::{Named, Row, Triage};

/// How many rules are named.
const RULES: usize = 20;
/// How many archives are named of each.
const ARCHIVES: usize = 5;

/// Writes what is the same in two archives and more; nothing where there is nothing.
pub(super) fn write(
    triage: &Triage,
    names: &Names<'_>,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let causes = of(triage, |row| &row.causes);
    let symptoms = of(triage, |row| &row.symptoms);
    section("The same cause in several archives", &causes, names, style, out)?;
    section("The same symptom without its cause in several archives", &symptoms, names, style, out)
}

/// The rules that several archives have, those of most archives first, with the archives.
fn of<'t>(
    triage: &'t Triage,
    named: impl Fn(&'t Row) -> &'t Vec<Named>,
) -> Vec<(&'t str, Vec<&'t str>)> {
    let mut archives: BTreeMap<&str, (BTreeSet<&str>, Vec<&str>)> = BTreeMap::new();
    for row in &triage.rows {
        for named in named(row) {
            let (known, paths) = archives.entry(&named.rule).or_default();
            if known.insert(&row.path) {
                paths.push(&row.path);
            }
        }
    }
    let mut shared: Vec<_> = archives
        .into_iter()
        .map(|(rule, (_, paths))| (rule, paths))
        .filter(|(_, paths)| paths.len() > 1)
        .collect();
    shared.sort_by_key(|(_, paths)| Reverse(paths.len()));
    shared
}

fn section(
    heading: &str,
    shared: &[(&str, Vec<&str>)],
    names: &Names<'_>,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    if shared.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{heading}:")?;
    for (rule, paths) in shared.iter().take(RULES) {
        let shown = paths.iter().take(ARCHIVES).map(|path| names.get(path).unwrap_or(path));
        let shown: Vec<_> = shown.copied().collect();
        let more = paths.len().saturating_sub(ARCHIVES);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        let words = format!("{rule}: {} archives ({}{more})", paths.len(), shown.join(", "));
        let options = Options::new(style.width.max(40))
            .initial_indent("  ")
            .subsequent_indent("    ")
            .word_splitter(WordSplitter::NoHyphenation);
        writeln!(out, "{}", textwrap::fill(&words, options))?;
    }
    let more = shared.len().saturating_sub(RULES);
    if more > 0 {
        writeln!(out, "  and {more} more")?;
    }
    Ok(())
}
