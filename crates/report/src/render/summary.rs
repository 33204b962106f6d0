//! The sentences that every renderer for people has in common: which cluster, what is in progress, the
//! verdict.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use mustknow_rules::GapKind;
use mustknow_rules::domain::UpdatePace;

use crate::model::{
    AsWord, ClusterInfo, InconclusiveCheck, Report, SuppressedFinding, UpdateInfo, UpdateKind,
};

/// The platform of a cluster that no provider integration manages.
const NO_PLATFORM: &str = "None";

/// A number with its noun.
pub(super) fn count(n: usize, one: &str, many: &str) -> String {
    match n {
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    }
}

/// Which cluster it is.
pub(super) fn cluster(cluster: &ClusterInfo) -> String {
    let platform = cluster.platform.as_deref().map(|platform| match platform {
        NO_PLATFORM => "platform: none (user-provisioned)",
        platform => platform,
    });
    let (version, topology) = (cluster.version.as_deref(), cluster.topology.as_deref());
    let mut text = cluster.distribution.as_str().to_owned();
    for part in [version, platform, topology].into_iter().flatten() {
        text.push_str(", ");
        text.push_str(part);
    }
    if let Some(nodes) = cluster.nodes {
        text.push_str(&format!(", {}", count(nodes, "node", "nodes")));
    }
    if let Some(id) = &cluster.id {
        text.push_str(&format!(", id {id}"));
    }
    text
}

/// The gather time and its source.
pub(super) fn gathered(cluster: &ClusterInfo) -> String {
    match (&cluster.gathered_at, &cluster.gathered_by) {
        (Some(at), Some(by)) => format!("{at} ({by})"),
        _ => "at an unknown time: how long a state has lasted cannot be determined".to_owned(),
    }
}

/// The versions, the progress and the pace of an update.
pub(super) fn update(update: &UpdateInfo) -> String {
    let from = update.from.as_ref().map(|from| format!("from {from} ")).unwrap_or_default();
    let since = update.since.as_ref().map(|at| format!(" since {at}")).unwrap_or_default();
    let age = update.age.as_ref().map(|age| format!(" ({age})")).unwrap_or_default();
    let done = update.done.map(|done| format!(", {done} % of the operators done"));
    let done = done.unwrap_or_default();
    format!("{from}to {}{since}{age}{done}{}", update.to, pace(update))
}

/// What limits the report: an incomplete archive, and the choice of the caller.
pub(super) fn attention(report: &Report) -> Vec<String> {
    let mut notes = incomplete(report);
    notes.extend(left_out(report));
    notes
}

/// What is missing from the archive.
pub(super) fn incomplete(report: &Report) -> Vec<String> {
    let archive = &report.archive;
    let mut notes = Vec::new();
    if archive.truncated {
        let why = match archive.limits.as_slice() {
            [] => "the archive is truncated".to_owned(),
            flags => format!("the archive was not read to its end ({})", flags.join(", ")),
        };
        notes.push(format!("{why}; data that seems missing may be in the unread part"));
    }
    if archive.redacted {
        let why = "sensitive data was removed from the archive; some kinds of objects are missing";
        notes.push(why.to_owned());
    }
    if archive.masked {
        let why = "values were replaced by ***HIDDEN*** before the archive was handed on";
        notes.push(why.to_owned());
    }
    notes
}

/// What the caller chose not to evaluate or to see.
pub(super) fn left_out(report: &Report) -> Vec<String> {
    let left_out = &report.left_out;
    let mut notes = Vec::new();
    if left_out.rules > 0 {
        let rules = count(left_out.rules, "rule was", "rules were");
        notes.push(format!("{rules} not evaluated (--only, --ignore)"));
    }
    if left_out.findings > 0 {
        let findings = count(left_out.findings, "finding", "findings");
        notes.push(format!("{findings} below the requested severity not shown (--min-severity)"));
    }
    for rule in &left_out.lapsed {
        notes.push(format!("the acceptance of {rule} had expired when the archive was gathered"));
    }
    notes
}

/// An accepted finding, why it was accepted and until when.
pub(super) fn suppressed(suppressed: &SuppressedFinding) -> String {
    let SuppressedFinding { rule, severity, summary, effects, reason, until, .. } = suppressed;
    let effects = match effects {
        0 => String::new(),
        n => format!(", with {}", count(*n, "consequence", "consequences")),
    };
    format!("{severity}: {summary} ({rule}){effects}; accepted until {until}: {reason}")
}

/// The verdict: the first root cause in words, or the first unexplained symptom, and then what else
/// there is.
pub(super) fn verdict(report: &Report) -> String {
    let causes = report.root_causes().count();
    let symptoms = report.unexplained().count();
    let mut parts = Vec::new();
    if let Some(cause) = report.root_causes().next() {
        parts.push(one_line(&cause.summary));
        parts.extend(several(causes - 1, "more root cause", "more root causes"));
        parts.extend(several(symptoms, "unexplained symptom", "unexplained symptoms"));
    } else if let Some(symptom) = report.unexplained().next() {
        parts.push(format!("{} (unexplained symptom)", one_line(&symptom.summary)));
        let more = ("more unexplained symptom", "more unexplained symptoms");
        parts.extend(several(symptoms - 1, more.0, more.1));
    }
    if parts.is_empty() {
        let is_complete = report.suppressed.is_empty() && report.left_out.findings == 0;
        let none = if is_complete { "no problems found" } else { "no other problems found" };
        parts.push(none.to_owned());
        parts.extend(report.cluster.update.as_ref().and_then(in_progress));
    } else {
        let explained = report.findings.iter().filter(|finding| !finding.leads()).count();
        parts.extend(several(explained, "consequence", "consequences"));
    }
    parts.extend(several(report.suppressed.len(), "accepted finding", "accepted findings"));
    if !report.unknown.is_empty() {
        let checks = count(report.unknown.len(), "check", "checks");
        parts.push(format!("{checks} inconclusive ({})", reasons(report.unknown.iter())));
    }
    parts.join("; ")
}

/// How many checks that could not explain any finding are inconclusive, and why; None where none is.
pub(super) fn other_checks(report: &Report) -> Option<String> {
    let others = || report.unknown.iter().filter(|check| check.concerns.is_empty());
    let (n, all) = (others().count(), report.unknown.len());
    let checks = match n {
        0 => return None,
        n if n < all => count(n, "more check", "more checks"),
        n => count(n, "check", "checks"),
    };
    Some(format!("{checks} inconclusive: {}", reasons(others())))
}

/// What an inconclusive check could explain, and what is missing for it, without a full stop.
pub(super) fn open_check(report: &Report, check: &InconclusiveCheck) -> String {
    let concerns: Vec<_> = check.concerns.iter().map(ToString::to_string).collect();
    let what = relative(report, &check.what);
    format!("{} could explain {}: {what} ({})", check.title, concerns.join(" and "), check.rule)
}

/// The inconclusive checks that could not explain any finding, grouped by what is missing, the largest
/// group first.
pub(super) fn gaps(report: &Report) -> Vec<(&str, Vec<&InconclusiveCheck>)> {
    let mut groups: Vec<(&str, Vec<&InconclusiveCheck>)> = Vec::new();
    for check in report.unknown.iter().filter(|check| check.concerns.is_empty()) {
        match groups.iter_mut().find(|(what, _)| *what == &*check.what) {
            Some((_, members)) => members.push(check),
            None => groups.push((&check.what, vec![check])),
        }
    }
    groups.sort_by_key(|(_, members)| Reverse(members.len()));
    groups
}

/// The root folder of the cluster, where there is exactly one.
pub(super) fn only_root(report: &Report) -> Option<&str> {
    match report.archive.roots.as_slice() {
        [root] if !root.is_empty() => Some(root),
        _ => None,
    }
}

/// A text in which paths are relative to the one root folder, which the head of the report names.
pub(super) fn relative(report: &Report, text: &str) -> String {
    match only_root(report) {
        Some(root) => text.replace(&format!("{root}/"), ""),
        None => text.to_owned(),
    }
}

/// Why checks are inconclusive, the most frequent reason first.
fn reasons<'r>(checks: impl Iterator<Item = &'r InconclusiveCheck>) -> String {
    let mut counts: BTreeMap<GapKind, usize> = BTreeMap::new();
    for check in checks {
        *counts.entry(check.gap).or_default() += 1;
    }
    let mut reasons: Vec<_> = counts.into_iter().collect();
    reasons.sort_by_key(|(_, n)| Reverse(*n));
    let reason = |(gap, _): &(GapKind, usize)| match gap {
        GapKind::NotCollected => "data not collected",
        GapKind::Damaged => "data damaged",
        GapKind::Truncated => "data truncated",
        GapKind::Redacted => "data redacted",
        GapKind::FieldAbsent => "field absent",
        GapKind::Crashed => "rule failed",
        GapKind::OutOfTime => "out of time",
    };
    reasons.iter().map(reason).collect::<Vec<_>>().join(", ")
}

fn several(n: usize, one: &str, many: &str) -> Option<String> {
    (n > 0).then(|| count(n, one, many))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The update or installation in progress, unless it is slow or stalled.
fn in_progress(update: &UpdateInfo) -> Option<String> {
    if matches!(update.pace, Some(UpdatePace::Slow | UpdatePace::Stalled)) {
        return None;
    }
    let what = match update.state {
        UpdateKind::Installing => "installation",
        UpdateKind::Updating => "update",
    };
    let age = update.age.as_ref().map(|age| format!(", {age}")).unwrap_or_default();
    Some(format!("{what} in progress{age}{}", pace(update)))
}

fn pace(update: &UpdateInfo) -> String {
    update.pace.map(|pace| format!(", {}", pace.as_str())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Distribution;
    use crate::redact::SafeText;

    #[test]
    fn one_node_is_singular_and_no_platform_is_explained() {
        let info = ClusterInfo {
            distribution: Distribution::OpenShift,
            id: None,
            version: Some(SafeText::text("4.16.0")),
            platform: Some(SafeText::text("None")),
            topology: Some(SafeText::text("SingleReplica")),
            nodes: Some(1),
            gathered_at: None,
            gathered_by: None,
            update: None,
            objects: 7,
        };
        let expected =
            "OpenShift, 4.16.0, platform: none (user-provisioned), SingleReplica, 1 node";
        assert_eq!(cluster(&info), expected);
    }
}
