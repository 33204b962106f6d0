//! Writes `docs/rules.md` from the rules, or checks that it is what they say.

use std::error::Error;
use std::fs;

use mustknow_rules::{Rule, catalog};
use mustknow_testkit::cases::{Case, Cases};
use mustknow_testkit::workspace;

/// Writes the page, or only compares it when `check` is set.
pub(crate) fn keep(check: bool) -> Result<(), Box<dyn Error>> {
    let path = workspace().join("docs/rules.md");
    let mut page = Vec::new();
    mustknow_report::rules::document(catalog::all(), signals, &mut page)?;
    let is_current = fs::read(&path).is_ok_and(|written| written == page);
    if check && !is_current {
        return Err(
            "docs/rules.md is not what the rules say: run `cargo xtask generate rules`".into()
        );
    }
    if !check && !is_current {
        fs::write(&path, page)?;
    }
    Ok(())
}

/// When the rule fires, stays quiet and is inconclusive: the headings of its cases.
fn signals(rule: &Rule) -> String {
    let path = workspace().join(format!("fixtures/rules/{}.md", rule.meta.id));
    let text = fs::read_to_string(path).unwrap_or_default();
    let cases = Cases::parse(&text).unwrap_or_default();
    let line = |case: &Case| {
        let (verdict, when) = case.heading.split_once(':').unwrap_or((&case.heading, ""));
        format!("- *{verdict}*: {}\n", when.trim())
    };
    cases.all.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_page_is_what_the_rules_say() {
        keep(true).unwrap();
    }
}
