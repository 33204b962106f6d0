//! The areas of the rule catalog, each with its description and its rules.

use std::fs;
use std::io;

use mustknow_rules::{Rule, catalog};
use mustknow_testkit::workspace;

/// One area of the catalog.
pub(crate) struct RuleArea {
    /// The name, the part of a rule's id before the slash.
    pub name: &'static str,
    /// The first `//!` line of its `mod.rs`.
    pub description: String,
    /// Its rules, by id.
    pub rules: &'static [Rule],
}

/// Every area, by name.
pub(crate) fn all() -> io::Result<Vec<RuleArea>> {
    let same_area = |a: &Rule, b: &Rule| a.meta.area() == b.meta.area();
    let areas = catalog::all().chunk_by(same_area).filter_map(|rules| {
        let name = rules.first()?.meta.area();
        Some(describe(name).map(|description| RuleArea { name, description, rules }))
    });
    areas.collect()
}

fn describe(area: &str) -> io::Result<String> {
    let folder = workspace().join("crates/rules/src/catalog").join(area.replace('-', "_"));
    let source = fs::read_to_string(folder.join("mod.rs"))?;
    let first = source.lines().next().and_then(|line| line.strip_prefix("//! "));
    Ok(first.unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_in_one_area_and_every_area_has_a_description() {
        let areas = all().unwrap();
        assert!(areas.iter().all(|area| !area.description.is_empty()));
        let ids = areas.iter().flat_map(|area| area.rules).map(|rule| rule.meta.id);
        assert!(ids.eq(catalog::all().iter().map(|rule| rule.meta.id)));
        assert!(areas.is_sorted_by(|a, b| a.name < b.name), "an area appears twice");
    }
}
