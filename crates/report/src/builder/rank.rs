//! The order of findings: first those that no other finding explains, the most severe first; then the
//! rest.

use std::cmp::Reverse;

use mustknow_rules::{Finding, Role, Rule, Severity};

use super::links::Links;

/// The positions of `findings`, the most important first.
pub(super) fn order(findings: &[(&'static Rule, &Finding)], links: &Links<'_>) -> Vec<usize> {
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by_cached_key(|&at| {
        let found = findings.get(at);
        let severity = found.and_then(|(_, finding)| finding.severity).unwrap_or(Severity::Info);
        let is_explained = !links.to(at).is_empty();
        let role = found.map_or(Role::Context, |(rule, _)| rule.meta.role);
        let since = found.and_then(|(_, finding)| finding.since);
        (
            severity == Severity::Info,
            is_explained,
            // A root cause comes before an unexplained symptom.
            role,
            Reverse(severity),
            found.map(|(_, finding)| finding.certainty),
            Reverse(links.reach(at)),
            since.is_none(),
            since,
            // Findings come by rule and subject, so the position decides the rest.
            at,
        )
    });
    order
}
