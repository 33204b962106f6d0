//! Nodes whose machine-config daemon is degraded, and why.
//!
//! The daemon writes the reason to the annotation `reason` of its node. The node controller copies
//! it to the condition `NodeDegraded` of the pool as `Node <name> is reporting: "<reason>"`, quoted
//! as in Go. Only one of the two may have been collected. Sources:
//! openshift/machine-config-operator `pkg/daemon/writer.go`, `pkg/controller/node/status.go`.

use std::collections::BTreeMap;

use mustknow_cluster::model::log::{LogHits, LogPattern};
use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{Condition, MachineConfigPool, Node, Pod};

use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, Subject};
use crate::terms::finding::Finding;
use crate::terms::meta::Severity;
use crate::terms::quoting::is_shell_safe;
use crate::terms::verdict::{Checked, Gap, GapKind, Judged};

/// Why a machine-config daemon is degraded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DegradedReason {
    /// Files or units on disk differ from the MachineConfig.
    OnDiskMismatch,
    /// The node booted another OS image.
    OsImageMismatch,
    /// An operation of rpm-ostree failed.
    RpmOstree,
    /// The current or desired rendered MachineConfig does not exist.
    RenderedMissing,
    /// The change cannot be applied to an existing node.
    Unreconcilable,
    /// The node cannot be drained.
    Drain,
    /// The node cannot be rebooted.
    Reboot,
    /// Packages of an extension are missing after an update.
    Extension,
    /// Anything else.
    Other,
}

impl DegradedReason {
    /// Classifies a message. Errors are wrapped, so the causes inside are checked before the outer
    /// messages.
    pub fn of(text: &str) -> Self {
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if says(&["extension packages are missing"])
            || (says(&["extension \""]) && says(&["verification failed"]))
        {
            Self::Extension
        } else if says(&["reboot command failed"]) {
            Self::Reboot
        } else if says(&["error running rpm-ostree", "failed to execute rpm-ostree"]) {
            Self::RpmOstree
        } else if says(&["can't reconcile config", "refusing to modify FIPS", "not reconcilable"]) {
            Self::Unreconcilable
        } else if says(&["expected target osImageURL"]) {
            Self::OsImageMismatch
        } else if (says(&["\"rendered-"]) && says(&["not found"]))
            || (says(&["bootstrap generated MC"]) && says(&["do not match"]))
        {
            Self::RenderedMissing
        } else if says(&[
            "unexpected on-disk state validating against",
            "content mismatch for file",
            "mode mismatch for file",
        ]) {
            Self::OnDiskMismatch
        } else if says(&["failed to drain node", "Drain failed"]) {
            Self::Drain
        } else {
            Self::Other
        }
    }
}

/// A node whose daemon is degraded.
pub struct DegradedNode<'s> {
    /// The node's name.
    pub node: String,
    /// The message of its daemon.
    pub message: String,
    /// Why it is degraded.
    pub reason: DegradedReason,
    /// The pool whose condition contains the message.
    pub pool: Option<MachineConfigPool<'s>>,
    /// Since when the pool has the condition.
    pub since: Option<Time>,
    /// The annotation, the condition or both.
    pub evidence: Vec<Evidence>,
}

impl DegradedNode<'_> {
    /// The node as a subject.
    pub fn subject(&self) -> Subject {
        Subject::cluster("Node", &*self.node)
    }

    /// A control-plane node that is not updated blocks the whole update.
    fn severity(&self, cx: &RuleContext<'_>, finding: Finding) -> Finding {
        let blocks_update = self.pool.is_some_and(MachineConfigPool::is_required)
            || cx.find::<Node<'_>>("", &self.node).is_some_and(Node::is_control_plane);
        if blocks_update { finding } else { finding.severity(Severity::Error) }
    }

    /// A finding about the node that explains the condition of its pool.
    pub fn finding(&self, summary: String) -> Option<Finding> {
        let (first, rest) = self.evidence.split_first()?;
        let mut finding = Finding::new(self.subject(), summary, first.clone())
            .since(self.since)
            .keywords(&self.node)
            .keywords(&self.message)
            .evidence(rest.iter().cloned());
        if let Some(pool) = self.pool {
            finding = finding.explains(Subject::view(pool), &*self.node).keywords(pool.name());
        }
        Some(finding)
    }
}

/// The lines of the machine-config daemon of a node, of those that match `patterns`, with the last
/// written within `window` before the collection. Reads Pods.
pub fn daemon_lines(
    cx: &RuleContext<'_>,
    node: &str,
    patterns: &[&'static LogPattern],
    window: Span,
) -> Vec<Evidence> {
    let is_its_own = |hits: &&LogHits| {
        let pod = cx.find::<Pod<'_>>(&hits.namespace, &hits.pod);
        pod.and_then(Pod::node).as_deref() == Some(node) && cx.is_recent(hits.last.time, window)
    };
    let hits = patterns.iter().flat_map(|pattern| cx.log_hits(pattern)).filter(is_its_own);
    hits.map(|hits| Evidence::logged(&hits.namespace, hits)).collect()
}

/// Every node whose daemon is degraded, by name.
pub fn degraded_nodes<'s>(cx: &RuleContext<'s>) -> Vec<DegradedNode<'s>> {
    let mut found: BTreeMap<String, DegradedNode<'s>> = BTreeMap::new();
    for node in cx.all::<Node<'s>>() {
        let Some(message) = reason_annotation(node) else { continue };
        let note = "the machine-config daemon writes this to its node";
        let name = "machineconfiguration.openshift.io/reason";
        let evidence = Evidence::field(node.resource(), &["metadata", "annotations", name], note);
        let (name, message) = (node.name().to_owned(), message.into_owned());
        let unreconcilable = node.machine_config("state").as_deref() == Some("Unreconcilable");
        let reason = if unreconcilable {
            DegradedReason::Unreconcilable
        } else {
            DegradedReason::of(&message)
        };
        let degraded = DegradedNode {
            node: name.clone(),
            message,
            reason,
            pool: None,
            since: None,
            evidence: vec![evidence],
        };
        found.insert(name, degraded);
    }
    for (pool, condition) in reporting_pools(cx) {
        for (name, message) in parse_reports(&condition.message()) {
            add_report(cx, &mut found, pool, condition, name, message);
        }
    }
    found.into_values().collect()
}

/// What a rule finds in the nodes that are degraded for `reason`; `finding` makes a finding of each.
pub fn judge_degraded_nodes(
    cx: &RuleContext<'_>,
    reason: DegradedReason,
    finding: impl Fn(&DegradedNode<'_>) -> Option<Finding>,
) -> Judged {
    let degraded = degraded_nodes(cx);
    let findings: Vec<_> = degraded
        .iter()
        .filter(|degraded| degraded.reason == reason)
        .filter_map(|degraded| Some(degraded.severity(cx, finding(degraded)?)))
        .collect();
    let without_message = reporting_pools(cx)
        .find(|(_, condition)| degraded.is_empty() && condition.message().trim().is_empty());
    if let (true, Some((pool, _))) = (findings.is_empty(), without_message) {
        let what = format!(
            "{} reports degraded nodes, but neither it nor a node shows the reason",
            Subject::view(pool)
        );
        return Err(Gap::new(GapKind::FieldAbsent, what).command("oc get nodes -o yaml").into());
    }
    let pools = cx.all::<MachineConfigPool<'_>>().count();
    Ok(Checked::over(pools, findings))
}

fn reason_annotation(node: Node<'_>) -> Option<std::borrow::Cow<'_, str>> {
    // A daemon that is working keeps the reason of its last failure until it is done.
    matches!(node.machine_config("state").as_deref(), Some("Degraded" | "Unreconcilable"))
        .then(|| node.machine_config("reason"))
        .flatten()
}

fn reporting_pools<'s>(
    cx: &RuleContext<'s>,
) -> impl Iterator<Item = (MachineConfigPool<'s>, Condition<'s>)> {
    cx.all::<MachineConfigPool<'s>>().filter_map(|pool| {
        Some((pool, pool.condition("NodeDegraded").filter(|condition| condition.is_true())?))
    })
}

/// Adds what a pool reports about a node.
fn add_report<'s>(
    cx: &RuleContext<'s>,
    found: &mut BTreeMap<String, DegradedNode<'s>>,
    pool: MachineConfigPool<'s>,
    condition: Condition<'s>,
    name: String,
    message: String,
) {
    let evidence = || Evidence::condition(pool.resource(), condition, "its pool also reports it");
    if let Some(known) = found.get_mut(&name) {
        if known.pool.is_none() {
            (known.pool, known.since) = (Some(pool), condition.since());
            known.evidence.push(evidence());
        }
        return;
    }
    let has_recovered = cx
        .find::<Node<'s>>("", &name)
        .is_some_and(|node| node.machine_config("state").as_deref() == Some("Done"));
    if has_recovered {
        return;
    }
    let reason = DegradedReason::of(&message);
    let (since, evidence) = (condition.since(), vec![evidence()]);
    let degraded =
        DegradedNode { node: name.clone(), message, reason, pool: Some(pool), since, evidence };
    found.insert(name, degraded);
}

/// Node and reason of each `Node <name> is reporting: "<reason>"`.
fn parse_reports(message: &str) -> Vec<(String, String)> {
    const MARK: &str = " is reporting: \"";
    message
        .match_indices(MARK)
        .filter_map(|(at, _)| {
            let name = message.get(..at)?.rsplit(' ').next()?.to_owned();
            let quoted = message.get(at + MARK.len()..)?;
            is_shell_safe(&name).then(|| (name, unquoted(quoted)))
        })
        .collect()
}

/// The text up to the closing quote, with Go's escapes undone.
fn unquoted(text: &str) -> String {
    let mut plain = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => match chars.next() {
                Some('n') => plain.push('\n'),
                Some('t') => plain.push('\t'),
                Some(other) => plain.push(other),
                None => break,
            },
            c => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_about_several_nodes_is_split() {
        let message = "Node a is reporting: \"content mismatch for file \\\"/etc/x\\\"\", \
                       Node b is reporting: \"open";
        let expected = [("a", "content mismatch for file \"/etc/x\""), ("b", "open")];
        let expected = expected.map(|(node, text)| (node.to_owned(), text.to_owned()));
        assert_eq!(parse_reports(message), expected);
    }
}
