//! What the caller chose: which rules judge, and which findings are shown.

use std::collections::BTreeSet;

use mustknow_report::Selection;
use mustknow_rules::{Rule, catalog};

use crate::args::Scan;
use crate::settings::Settings;

/// Which rules judge, and what of their findings is shown.
#[derive(Debug)]
pub(crate) struct Choice {
    /// The rules that judge.
    pub(crate) rules: &'static [Rule],
    /// What is shown.
    pub(crate) selection: Selection,
}

impl Choice {
    /// What flags and settings choose, and the flags with what `settings` preset; says what in them
    /// makes no sense.
    pub(crate) fn new(args: Scan, settings: &Settings) -> Result<(Scan, Self), String> {
        let args = settings.preset(args);
        let preferences = &args.preferences;
        let rules = rules(&preferences.only, &preferences.ignore)?;
        let selection = Selection {
            least: preferences.min_severity,
            suppressions: settings.suppressions().to_vec(),
            rules_left_out: catalog::all().len() - rules.len(),
        };
        Ok((args, Self { rules, selection }))
    }
}

/// The rules that `only` names, all if it names none, without those that `ignore` names.
fn rules(only: &[String], ignore: &[String]) -> Result<&'static [Rule], String> {
    let all = catalog::all();
    let areas: BTreeSet<_> = all.iter().map(|rule| rule.meta.area()).collect();
    let named = only.iter().chain(ignore);
    for name in named {
        if catalog::find(name).is_none() && !areas.contains(name.as_str()) {
            return Err(format!(
                "there is no rule and no area {name}; `mustknow rules` lists the rules, whose areas \
                 stand before the slash"
            ));
        }
    }
    if only.is_empty() && ignore.is_empty() {
        return Ok(all);
    }
    let is_in = |rule: &Rule, names: &[String]| {
        names.iter().any(|name| name == rule.meta.id || name == rule.meta.area())
    };
    let chosen: Vec<_> = all
        .iter()
        .filter(|rule| (only.is_empty() || is_in(rule, only)) && !is_in(rule, ignore))
        .copied()
        .collect();
    if chosen.is_empty() {
        return Err("no rule is left: --ignore names all that --only names".to_owned());
    }
    // Once for the process: what is found names its rule for as long as the program runs.
    Ok(chosen.leak())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(only: &[&str], ignore: &[&str]) -> Result<Vec<&'static str>, String> {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        Ok(rules(&names(only), &names(ignore))?.iter().map(|rule| rule.meta.id).collect())
    }

    #[test]
    fn a_rule_is_chosen_by_its_id_or_its_area() {
        assert_eq!(ids(&[], &[]).unwrap().len(), catalog::all().len());
        assert_eq!(ids(&["etcd/quorum-lost"], &[]).unwrap(), ["etcd/quorum-lost"]);
        let area = ids(&["etcd"], &["etcd/quorum-lost"]).unwrap();
        assert!(area.len() > 3 && area.iter().all(|id| id.starts_with("etcd/")));
        assert!(!area.contains(&"etcd/quorum-lost"));
        assert_eq!(ids(&[], &["etcd"]).unwrap().len(), catalog::all().len() - area.len() - 1);
    }

    #[test]
    fn what_names_nothing_is_said() {
        assert!(ids(&["etcd/no-such"], &[]).unwrap_err().contains("etcd/no-such"));
        assert!(ids(&[], &["etc"]).unwrap_err().contains("no area etc"));
        assert!(ids(&["etcd"], &["etcd"]).unwrap_err().contains("no rule is left"));
    }
}
