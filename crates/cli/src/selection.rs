//! Which rules judge a scan, and which of their findings are shown.

use std::collections::BTreeSet;

use mustknow_report::Selection;
use mustknow_rules::{Rule, catalog};

use crate::args::ScanArgs;
use crate::settings::Settings;
use crate::suggest::{LIST_RULES, unknown};

/// What flags and settings select.
#[derive(Debug)]
pub(crate) struct ScanSelection {
    /// The rules that judge.
    pub(crate) rules: Vec<&'static Rule>,
    /// Which of their findings are shown.
    pub(crate) findings: Selection,
}

impl ScanSelection {
    /// What flags and settings select, or what is wrong with the flags.
    pub(crate) fn new(args: &ScanArgs, settings: &Settings) -> Result<Self, String> {
        let preferences = &args.preferences;
        let rules = select_rules(&preferences.only, &preferences.ignore)?;
        let findings = Selection {
            least: preferences.min_severity,
            suppressions: settings.suppressions().to_vec(),
            rules_left_out: catalog::all().len() - rules.len(),
        };
        Ok(Self { rules, findings })
    }
}

/// The rules that `only` names, or all if it is empty, without those that `ignore` names.
fn select_rules(only: &[String], ignore: &[String]) -> Result<Vec<&'static Rule>, String> {
    let all = catalog::all();
    let names: BTreeSet<_> = all.iter().flat_map(|rule| [rule.meta.id, rule.meta.area()]).collect();
    for name in only.iter().chain(ignore) {
        if !names.contains(name.as_str()) {
            return Err(unknown("rule or area", name, names, LIST_RULES));
        }
    }
    let is_in = |rule: &Rule, names: &[String]| {
        names.iter().any(|name| name == rule.meta.id || name == rule.meta.area())
    };
    let is_selected = |rule: &&Rule| (only.is_empty() || is_in(rule, only)) && !is_in(rule, ignore);
    let selected: Vec<_> = all.iter().filter(is_selected).collect();
    if selected.is_empty() {
        return Err("no rule is left: --ignore excludes every rule that --only selects".to_owned());
    }
    Ok(selected)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(only: &[&str], ignore: &[&str]) -> Result<Vec<&'static str>, String> {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        Ok(select_rules(&names(only), &names(ignore))?.iter().map(|rule| rule.meta.id).collect())
    }

    #[test]
    fn a_rule_is_selected_by_its_id_or_its_area() {
        assert_eq!(ids(&[], &[]).unwrap().len(), catalog::all().len());
        assert_eq!(ids(&["etcd/quorum-lost"], &[]).unwrap(), ["etcd/quorum-lost"]);
        let area = ids(&["etcd"], &["etcd/quorum-lost"]).unwrap();
        assert!(area.len() > 3 && area.iter().all(|id| id.starts_with("etcd/")));
        assert!(!area.contains(&"etcd/quorum-lost"));
        assert_eq!(ids(&[], &["etcd"]).unwrap().len(), catalog::all().len() - area.len() - 1);
    }

    #[test]
    fn an_unknown_name_is_reported_with_the_nearest_one() {
        let error = ids(&["etcd/quorum-lots"], &[]).unwrap_err();
        assert!(error.ends_with("`etcd/quorum-lots`; did you mean `etcd/quorum-lost`?"), "{error}");
        assert!(ids(&[], &["etc"]).unwrap_err().contains("`etc`; did you mean `etcd`?"));
        assert!(ids(&[], &["tea-time"]).unwrap_err().contains("`tea-time`; `mustknow rules`"));
        assert!(ids(&["etcd"], &["etcd"]).unwrap_err().contains("no rule is left"));
    }
}
