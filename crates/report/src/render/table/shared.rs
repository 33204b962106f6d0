//! What several archives have in common: a root cause, an unexplained symptom.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::short_names::ShortNames;
use crate::render::text::{TextStyle, wrap_options};
use crate::triage::{RuleCount, Triage, TriageRow};

/// How many rules are named.
const RULES: usize = 20;
/// How many archives are named of each.
const ARCHIVES: usize = 5;

/// Writes what two archives or more have in common; nothing where there is nothing.
pub(super) fn write(
    triage: &Triage,
    names: &ShortNames<'_>,
    style: TextStyle,
    out: &mut dyn Write,
) -> io::Result<()> {
    let causes = shared(triage, |row| &row.causes);
    let symptoms = shared(triage, |row| &row.symptoms);
    section("Root causes in several archives", &causes, names, style, out)?;
    section("Unexplained symptoms in several archives", &symptoms, names, style, out)
}

/// Writes wrapped text. Only what is longer than a line is broken: the name of an archive, never a
/// rule id.
pub(super) fn paragraph(
    text: &str,
    (first, rest): (&str, &str),
    style: TextStyle,
    out: &mut dyn Write,
) -> io::Result<()> {
    let options =
        wrap_options(style.width).break_words(true).initial_indent(first).subsequent_indent(rest);
    writeln!(out, "{}", textwrap::fill(text, options))
}

/// The rules that several archives have, with the archives, those of most archives first.
fn shared<'t>(
    triage: &'t Triage,
    counts: impl Fn(&'t TriageRow) -> &'t Vec<RuleCount>,
) -> Vec<(&'t str, Vec<&'t str>)> {
    let mut archives: BTreeMap<&str, (BTreeSet<&str>, Vec<&str>)> = BTreeMap::new();
    for row in &triage.rows {
        for count in counts(row) {
            let (known, paths) = archives.entry(&count.rule).or_default();
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
    names: &ShortNames<'_>,
    style: TextStyle,
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
        let text = format!("{rule}: {} archives ({}{more})", paths.len(), shown.join(", "));
        paragraph(&text, ("  ", "    "), style, out)?;
    }
    let more = shared.len().saturating_sub(RULES);
    if more > 0 {
        writeln!(out, "  and {more} more")?;
    }
    Ok(())
}
