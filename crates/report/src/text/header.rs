//! What cluster this is, when it was looked at, and how it stands in one line.

use super::page::Page;
use crate::report::{Cluster, Report, Update};

/// Writes the head of a report.
pub(super) fn write(report: &Report, page: &mut Page) {
    let cluster = &report.cluster;
    let title = page.bold(&report.archive.path);
    page.raw(&format!("{title}\n"));
    fact(page, "cluster", &what(cluster));
    fact(page, "format", &report.archive.format);
    if let Some(root) = only_root(report).filter(|root| !root.is_empty()) {
        fact(page, "files below", root);
    }
    let gathered = match (&cluster.gathered_at, &cluster.gathered_by) {
        (Some(at), Some(by)) => format!("{at} ({by})"),
        _ => "at an unknown time: nothing can be said of how long anything lasts".to_owned(),
    };
    fact(page, "gathered", &gathered);
    if let Some(update) = &cluster.update {
        let from = update.from.as_ref().map(|from| format!("from {from} ")).unwrap_or_default();
        let since = update.since.as_ref().map(|at| format!(" since {at}")).unwrap_or_default();
        let age = update.age.as_ref().map(|age| format!(" ({age})")).unwrap_or_default();
        let done =
            update.done.map(|done| format!(", {done} % of the operators")).unwrap_or_default();
        let words = format!("{from}to {}{since}{age}{done}{}", update.to, pace(update));
        fact(page, update.state, &words);
    }
    if report.archive.truncated {
        let why = match report.archive.limits.as_slice() {
            [] => "the archive breaks off before its end".to_owned(),
            flags => format!("the archive was not read to its end ({})", flags.join(", ")),
        };
        fact(page, "attention", &format!("{why}; what is missing may be cut off"));
    }
    if report.archive.redacted {
        fact(
            page,
            "attention",
            "the archive was cleaned of sensitive data; some kinds were left out",
        );
    }
    if report.archive.masked {
        fact(
            page,
            "attention",
            "values in it were replaced by ***HIDDEN*** before it was handed on",
        );
    }
    let verdict = page.bold(&verdict(report));
    fact(page, "verdict", &verdict);
}

fn fact(page: &mut Page, name: &str, words: &str) {
    page.wrapped(words, &format!("  {name:<12} "), &" ".repeat(15));
}

fn what(cluster: &Cluster) -> String {
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

/// How the cluster stands, in one line.
pub(crate) fn verdict(report: &Report) -> String {
    let count = |n: usize, one: &str, many: &str| match n {
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    };
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
        words.push("nothing wrong found".to_owned());
        words.extend(report.cluster.update.as_ref().and_then(calmly));
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

/// The one folder that holds the cluster, when there is only one.
fn only_root(report: &Report) -> Option<&str> {
    match report.archive.roots.as_slice() {
        [root] => Some(root),
        _ => None,
    }
}

/// Words as they are shown: paths in them below the one root, which the header names.
pub(super) fn below_root(report: &Report, words: &str) -> String {
    match only_root(report).filter(|root| !root.is_empty()) {
        Some(root) => words.replace(&format!("{root}/"), ""),
        None => words.to_owned(),
    }
}
