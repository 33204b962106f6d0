//! Rules say why they ask for an exception: why a finding counts at once, and why it counts during an
//! installation.

use mustknow_rules::engine::rule::GracePeriod;
use mustknow_rules::{Rule, catalog};

/// The fewest words that can say why.
const WORDS: usize = 4;

/// The rules whose reason, if they give one, says nothing.
fn trivial(reason: impl Fn(&Rule) -> Option<&'static str>) -> Vec<String> {
    let says_nothing = |rule: &Rule, reason: &str| {
        let is_short = reason.split_whitespace().count() < WORDS;
        is_short || reason.trim().eq_ignore_ascii_case(rule.meta.title) || reason != reason.trim()
    };
    let of_rule = |rule: &Rule| {
        let reason = reason(rule)?;
        says_nothing(rule, reason).then(|| format!("{}: {reason:?}", rule.meta.id))
    };
    catalog::all().iter().filter_map(of_rule).collect()
}

#[test]
fn a_rule_says_why_it_counts_at_once() {
    let wrong = trivial(|rule| match rule.grace {
        GracePeriod::None(reason) => Some(reason),
        _ => None,
    });
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_rule_says_why_it_counts_during_an_installation() {
    let wrong = trivial(|rule| Some(rule.while_installing).filter(|reason| !reason.is_empty()));
    assert!(wrong.is_empty(), "{wrong:#?}");
}
