//! Quotes the logs of the containers that a finding is about, the same for all rules, so that no
//! remedy asks for what the archive contains.

use std::collections::BTreeSet;

use mustknow_cluster::Snapshot;
use mustknow_cluster::views::{ClusterOperator, Container, Pod};
use mustknow_redact::Weight;

use crate::domain::last_words::LastWords;
use crate::domain::static_pods::STATIC_POD_OPERATORS;
use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, Place};
use crate::terms::finding::Finding;

/// Of how many pods the logs are looked up.
const PODS: usize = 5;
/// How many logs are quoted.
const QUOTED: usize = 3;

/// Adds the lines of logs that say why, and drops the commands that would fetch them.
pub(super) fn quote_logs(cx: &RuleContext<'_>, finding: &mut Finding) {
    let snapshot = cx.snapshot();
    if snapshot.tails().is_empty() {
        return;
    }
    let mut quoted: Vec<LastWords<'_>> = Vec::new();
    let mut templates = BTreeSet::new();
    for words in of_pods(snapshot, finding).into_iter().chain(of_operator(snapshot, finding)) {
        // What differs only in numbers is quoted once.
        let template: String = words.excerpt().chars().filter(|c| !c.is_ascii_digit()).collect();
        if quoted.len() < QUOTED && templates.insert(template) {
            quoted.push(words);
        }
    }
    if let Some(first) = quoted.first() {
        say(first, finding);
    }
    for words in &quoted {
        let new = words.evidence().filter(|it| !finding.evidence.iter().any(|old| same(old, it)));
        finding.evidence.extend(new.collect::<Vec<_>>());
        drop_commands(&words.tail.pod, finding);
    }
}

/// Says the most telling line in the summary where it ended a container, and otherwise in the reason.
fn say(words: &LastWords<'_>, finding: &mut Finding) {
    let line = words.excerpt();
    let quotes_log = finding.evidence.iter().any(|it| is_of_log(it, &words.tail.path));
    if line.is_empty()
        || quotes_log
        || finding.summary.contains(&line)
        || finding.why.contains(&line)
    {
        return;
    }
    if words.has_ended && words.weight() >= Weight::Cause {
        finding.summary.push_str(&format!("; its log says: {line}"));
        return;
    }
    let log = if words.tail.earlier { "log of the previous run" } else { "log" };
    let container = &words.tail.container;
    finding.why.push_str(&format!(" The end of the {log} of container {container} says: {line}"));
}

/// Whether a piece of evidence is a line of that log.
fn is_of_log(evidence: &Evidence, log: &str) -> bool {
    matches!(evidence, Evidence::Seen { place: Place::Line { path, .. }, .. } if path == log)
}

/// Whether two pieces of evidence are the same line of a log.
fn same(a: &Evidence, b: &Evidence) -> bool {
    let line = |it: &Evidence| match it {
        Evidence::Seen { place: Place::Line { path, number, .. }, .. } => {
            Some((path.clone(), *number))
        }
        _ => None,
    };
    line(a).is_some() && line(a) == line(b)
}

/// Drops the commands that print the log of a pod.
fn drop_commands(pod: &str, finding: &mut Finding) {
    let prints_log = |command: &str| {
        let mut words = command.split(' ');
        matches!((words.next(), words.next()), (Some("oc" | "kubectl"), Some("logs")))
            && words.any(|word| word == pod || word.strip_prefix("pod/") == Some(pod))
    };
    if let Some(remedy) = &mut finding.remedy {
        remedy.commands.retain(|command| !prints_log(command.as_str()));
    }
}

/// The last words of the containers that the finding is about and that are not well.
fn of_pods<'s>(snapshot: &'s Snapshot, finding: &Finding) -> Vec<LastWords<'s>> {
    let container = value(finding, "container").filter(|name| !name.is_empty());
    let mut words = Vec::new();
    for pod in pods_of(finding).into_iter().take(PODS) {
        let Some(pod) = snapshot.find::<Pod<'_>>(pod.0, pod.1) else { continue };
        let is_meant = |it: &Container<'_>| match container {
            Some(name) => it.name() == name,
            None => !is_done(*it) && !it.is_ready(),
        };
        words.extend(pod.containers().filter(is_meant).filter_map(|it| {
            LastWords::of(snapshot, pod, it, finding.lasts_since.or(finding.since))
        }));
    }
    words
}

/// Whether it has completed, as init containers do.
fn is_done(container: Container<'_>) -> bool {
    container.terminated().is_some_and(|it| it.exit_code() == Some(0))
}

/// Namespace and name of the pods that the finding is about: those that it names, and those of its
/// evidence if they are of its subject.
fn pods_of(finding: &Finding) -> Vec<(&str, &str)> {
    let subject = &finding.subject;
    let namespace = value(finding, "namespace").unwrap_or(&subject.namespace);
    let mut pods: Vec<_> = value(finding, "pod").map(|pod| (namespace, pod)).into_iter().collect();
    if subject.kind == "Pod" {
        pods.push((&*subject.namespace, &*subject.name));
    }
    let runs_pods = subject.kind == "ClusterOperator"
        || STATIC_POD_OPERATORS.iter().any(|kind| kind.name == subject.kind);
    let shown = finding.evidence.iter().map(Evidence::subject).filter(|it| it.kind == "Pod");
    let own = shown.filter(|it| runs_pods || it.namespace == subject.namespace);
    for pod in own.map(|it| (&*it.namespace, &*it.name)) {
        if !pods.contains(&pod) {
            pods.push(pod);
        }
    }
    pods
}

fn value<'f>(finding: &'f Finding, word: &str) -> Option<&'f str> {
    finding.values.iter().find(|(name, _)| *name == word).map(|(_, value)| value.as_str())
}

/// The last errors of the operator that reports the condition which the finding is about.
fn of_operator<'s>(snapshot: &'s Snapshot, finding: &Finding) -> Vec<LastWords<'s>> {
    if finding.subject.kind != "ClusterOperator" {
        return Vec::new();
    }
    let Some(operator) = snapshot.find::<ClusterOperator<'_>>("", &finding.subject.name) else {
        return Vec::new();
    };
    let namespaces: BTreeSet<_> = operator.related_namespaces().collect();
    let tails = snapshot.tails().iter();
    let own = tails.filter(|it| it.pod.contains("operator") && namespaces.contains(&*it.namespace));
    own.filter_map(|tail| LastWords::of_operator(tail, finding.since)).collect()
}
