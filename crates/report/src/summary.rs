//! What a report says in one line: which cluster, what goes on, how it stands.
//!
//! Every renderer for people says it in these words.

use std::cmp::Reverse;

use crate::report::{Cluster, Report, Suppressed, Unknown, Update};

/// A number with what it counts.
pub(crate) fn count(n: usize, one: &str, many: &str) -> String {
    match n {
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    }
}

/// Which cluster it is.
pub(crate) fn cluster(cluster: &Cluster) -> String {
    let mut words = cluster.distribution.to_owned();
    for part in [&cluster.version, &cluster.platform, &cluster.topology].into_iter().flatten() {
        words.push_str(", ");
        words.push_str(part);
    }
    if let Some(nodes) = cluster.nodes {
        words.push_str(&format!(", {nodes} nodes"));
    }
    if let Some(id) = &cluster.id {
        words.push_str(&format!(", id {id}"));
    }
    words
}

/// When it was looked at.
pub(crate) fn gathered(cluster: &Cluster) -> String {
    match (&cluster.gathered_at, &cluster.gathered_by) {
        (Some(at), Some(by)) => format!("{at} ({by})"),
        _ => "at an unknown time: nothing can be said of how long anything lasts".to_owned(),
    }
}

/// From where to where an update goes, and how.
pub(crate) fn update(update: &Update) -> String {
    let from = update.from.as_ref().map(|from| format!("from {from} ")).unwrap_or_default();
    let since = update.since.as_ref().map(|at| format!(" since {at}")).unwrap_or_default();
    let age = update.age.as_ref().map(|age| format!(" ({age})")).unwrap_or_default();
    let done = update.done.map(|done| format!(", {done} % of the operators")).unwrap_or_default();
    format!("{from}to {}{since}{age}{done}{}", update.to, pace(update))
}

/// What limits all that is said: the archive, and the reader's own choice.
pub(crate) fn attention(report: &Report) -> Vec<String> {
    let mut words = not_whole(report);
    words.extend(left_out(report));
    words
}

/// What the archive lacks.
pub(crate) fn not_whole(report: &Report) -> Vec<String> {
    let archive = &report.archive;
    let mut words = Vec::new();
    if archive.truncated {
        let why = match archive.limits.as_slice() {
            [] => "the archive breaks off before its end".to_owned(),
            flags => format!("the archive was not read to its end ({})", flags.join(", ")),
        };
        words.push(format!("{why}; what is missing may be cut off"));
    }
    if archive.redacted {
        let why = "the archive was cleaned of sensitive data; some kinds were left out";
        words.push(why.to_owned());
    }
    if archive.masked {
        let why = "values in it were replaced by ***HIDDEN*** before it was handed on";
        words.push(why.to_owned());
    }
    words
}

/// What the reader chose not to ask or to see.
pub(crate) fn left_out(report: &Report) -> Vec<String> {
    let left_out = &report.left_out;
    let mut words = Vec::new();
    if left_out.rules > 0 {
        let rules = count(left_out.rules, "rule was", "rules were");
        words.push(format!(
            "{rules} not asked (--only, --ignore): nothing is said of what they judge"
        ));
    }
    if left_out.findings > 0 {
        let findings = count(left_out.findings, "milder finding is", "milder findings are");
        words.push(format!("{findings} not shown (--min-severity)"));
    }
    for rule in &left_out.lapsed {
        words.push(format!("{rule} was accepted once, and no longer when this was gathered"));
    }
    words
}

/// What was accepted beforehand, why and until when.
pub(crate) fn suppressed(suppressed: &Suppressed) -> String {
    let Suppressed { rule, severity, summary, effects, reason, until, .. } = suppressed;
    let effects = match effects {
        0 => String::new(),
        n => format!(", with {}", count(*n, "effect", "effects")),
    };
    format!("{severity}: {summary} ({rule}){effects}; accepted until {until}: {reason}")
}

/// How the cluster stands.
pub(crate) fn verdict(report: &Report) -> String {
    let causes = report.root_causes().count();
    let unexplained = report.unexplained().count();
    let effects = report.findings.iter().filter(|finding| !finding.leads()).count();
    let mut words = Vec::new();
    if causes > 0 {
        words.push(count(causes, "root cause", "root causes"));
    }
    if unexplained > 0 {
        words.push(count(unexplained, "symptom without its cause", "symptoms without their cause"));
    }
    if effects > 0 && !words.is_empty() {
        words.push(format!("{} explained", count(effects, "effect", "effects")));
    }
    if words.is_empty() {
        let is_whole = report.suppressed.is_empty() && report.left_out.findings == 0;
        let calm = if is_whole { "nothing wrong found" } else { "nothing else wrong found" };
        words.push(calm.to_owned());
        words.extend(report.cluster.update.as_ref().and_then(calmly));
    }
    if !report.suppressed.is_empty() {
        let accepted = count(report.suppressed.len(), "finding", "findings");
        words.push(format!("{accepted} accepted beforehand"));
    }
    if !report.unknown.is_empty() {
        words.push(count(
            report.unknown.len(),
            "question cannot be judged",
            "questions cannot be judged",
        ));
    }
    words.join(", ")
}

/// What could not be judged and concerns nothing that was found, by what is missing: what settles most
/// questions first.
pub(crate) fn gaps(report: &Report) -> Vec<(&str, Vec<&Unknown>)> {
    let mut groups: Vec<(&str, Vec<&Unknown>)> = Vec::new();
    for unknown in report.unknown.iter().filter(|unknown| unknown.concerns.is_empty()) {
        match groups.iter_mut().find(|(what, _)| *what == &*unknown.what) {
            Some((_, members)) => members.push(unknown),
            None => groups.push((&unknown.what, vec![unknown])),
        }
    }
    groups.sort_by_key(|(_, members)| Reverse(members.len()));
    groups
}

/// The one folder that holds the cluster, when there is only one.
pub(crate) fn only_root(report: &Report) -> Option<&str> {
    match report.archive.roots.as_slice() {
        [root] if !root.is_empty() => Some(root),
        _ => None,
    }
}

/// Words as they are shown: paths in them below the one root, which the head of the report names.
pub(crate) fn below_root(report: &Report, words: &str) -> String {
    match only_root(report) {
        Some(root) => words.replace(&format!("{root}/"), ""),
        None => words.to_owned(),
    }
}

/// What goes on and is as it should be; None when it is not.
fn calmly(update: &Update) -> Option<String> {
    if matches!(update.pace, Some("slow" | "stalled")) {
        return None;
    }
    let what = if update.state == "installing" { "installation" } else { "update" };
    let age = update.age.as_ref().map(|age| format!(", {age}")).unwrap_or_default();
    Some(format!("{what} in progress{age}{}", pace(update)))
}

fn pace(update: &Update) -> String {
    update.pace.map(|pace| format!(", {pace}")).unwrap_or_default()
}
