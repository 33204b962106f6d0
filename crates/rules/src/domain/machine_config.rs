//! What machine-config daemons complain about, by node.
//!
//! The daemon writes its complaint in the annotation `reason` of its node; the node controller
//! repeats it in the condition `NodeDegraded` of the pool as `Node <name> is reporting:
//! "<reason>"`, quoted as Go does. Either may be all that was collected. Sources:
//! openshift/machine-config-operator `pkg/daemon/writer.go`, `pkg/controller/node/status.go`.

use std::collections::BTreeMap;

use mustknow_cluster::model::time::Time;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{Condition, MachineConfigPool, Node};

use crate::engine::context::RuleContext;
use crate::engine::evidence::{Evidence, Subject};
use crate::engine::finding::Finding;
use crate::engine::meta::Severity;
use crate::engine::quoting::is_plain;
use crate::engine::verdict::{Gap, GapKind, Verdict};

/// What one complaint is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Complaint {
    /// Files or units on disk are not what the configuration says.
    OnDiskMismatch,
    /// The node is booted into another OS image.
    OsImageMismatch,
    /// An operation of rpm-ostree failed.
    RpmOstree,
    /// The rendered configuration the node is to have, or has, does not exist.
    RenderedMissing,
    /// The change cannot be made on a running node.
    Unreconcilable,
    /// The node cannot be drained.
    Drain,
    /// The node cannot be rebooted.
    Reboot,
    /// Packages of an extension are not there after an update.
    Extension,
    /// Anything else.
    Other,
}

impl Complaint {
    /// What `text` is about. The outer words of an error are the last that were wrapped around
    /// it, so the inner ones are looked at first.
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

/// A node whose daemon has given up for now.
pub struct Degraded<'s> {
    /// The node's name.
    pub node: String,
    /// What its daemon says.
    pub text: String,
    /// What that is about.
    pub complaint: Complaint,
    /// The pool whose condition repeats it.
    pub pool: Option<MachineConfigPool<'s>>,
    /// Since when the pool repeats it.
    pub since: Option<Time>,
    /// The annotation, the condition or both.
    pub evidence: Vec<Evidence>,
}

impl Degraded<'_> {
    /// The node as a subject.
    pub fn subject(&self) -> Subject {
        Subject::cluster("Node", &*self.node)
    }

    /// A control plane that is not updated holds up the whole update.
    fn severity(&self, cx: &RuleContext<'_>, finding: Finding) -> Finding {
        let is_vital = self.pool.is_some_and(MachineConfigPool::is_required)
            || cx.find::<Node<'_>>("", &self.node).is_some_and(Node::is_control_plane);
        if is_vital { finding } else { finding.severity(Severity::Error) }
    }

    /// A finding about the node that explains its pool's condition.
    pub fn finding(&self, summary: String) -> Option<Finding> {
        let (first, rest) = self.evidence.split_first()?;
        let mut finding = Finding::new(self.subject(), summary, first.clone())
            .since(self.since)
            .keywords(&self.node)
            .keywords(&self.text)
            .evidence(rest.iter().cloned());
        if let Some(pool) = self.pool {
            finding = finding.explains(Subject::view(pool), &*self.node).keywords(pool.name());
        }
        Some(finding)
    }
}

/// Every node whose daemon complains, by name.
pub fn degraded_nodes<'s>(cx: &RuleContext<'s>) -> Vec<Degraded<'s>> {
    let mut found: BTreeMap<String, Degraded<'s>> = BTreeMap::new();
    for node in cx.all::<Node<'s>>() {
        let Some(text) = own_words(node) else { continue };
        let note = "the machine-config daemon writes this on its node";
        let name = "machineconfiguration.openshift.io/reason";
        let evidence = Evidence::field(node.resource(), &["metadata", "annotations", name], note);
        let (name, text) = (node.name().to_owned(), text.into_owned());
        let unreconcilable = node.machine_config("state").as_deref() == Some("Unreconcilable");
        let complaint =
            if unreconcilable { Complaint::Unreconcilable } else { Complaint::of(&text) };
        let degraded = Degraded {
            node: name.clone(),
            text,
            complaint,
            pool: None,
            since: None,
            evidence: vec![evidence],
        };
        found.insert(name, degraded);
    }
    for (pool, condition) in reporting_pools(cx) {
        for (name, text) in reports(&condition.message()) {
            repeat(cx, &mut found, pool, condition, name, text);
        }
    }
    found.into_values().collect()
}

/// The verdict over the nodes that complain of `complaint`, each made a finding by `describe`.
pub fn judge_complaints(
    cx: &RuleContext<'_>,
    complaint: Complaint,
    describe: impl Fn(&Degraded<'_>) -> Option<Finding>,
) -> Verdict {
    let degraded = degraded_nodes(cx);
    let findings: Vec<_> = degraded
        .iter()
        .filter(|degraded| degraded.complaint == complaint)
        .filter_map(|degraded| Some(degraded.severity(cx, describe(degraded)?)))
        .collect();
    let wordless = reporting_pools(cx)
        .find(|(_, condition)| degraded.is_empty() && condition.message().trim().is_empty());
    if let (true, Some((pool, _))) = (findings.is_empty(), wordless) {
        let what = format!(
            "{} says that nodes are degraded, but neither it nor a node says why",
            Subject::view(pool)
        );
        return Verdict::Unknown(Gap::new(GapKind::FieldAbsent, what).ask("oc get nodes -o yaml"));
    }
    let pools = cx.all::<MachineConfigPool<'_>>().count();
    Verdict::over(pools, findings, "no MachineConfigPool in the archive")
}

fn own_words(node: Node<'_>) -> Option<std::borrow::Cow<'_, str>> {
    // A working daemon leaves the reason of its last failure until it is done.
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

/// Adds what a pool repeats of a node.
fn repeat<'s>(
    cx: &RuleContext<'s>,
    found: &mut BTreeMap<String, Degraded<'s>>,
    pool: MachineConfigPool<'s>,
    condition: Condition<'s>,
    name: String,
    text: String,
) {
    let evidence = || Evidence::condition(pool.resource(), condition, "its pool repeats it");
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
    let complaint = Complaint::of(&text);
    let (since, evidence) = (condition.since(), vec![evidence()]);
    let degraded =
        Degraded { node: name.clone(), text, complaint, pool: Some(pool), since, evidence };
    found.insert(name, degraded);
}

/// Node and reason of each `Node <name> is reporting: "<reason>"`.
fn reports(message: &str) -> Vec<(String, String)> {
    const SAYS: &str = " is reporting: \"";
    message
        .match_indices(SAYS)
        .filter_map(|(at, _)| {
            let name = message.get(..at)?.rsplit(' ').next()?.to_owned();
            let quoted = message.get(at + SAYS.len()..)?;
            is_plain(&name).then(|| (name, unquoted(quoted)))
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
    fn a_message_of_several_nodes_is_taken_apart() {
        let message = "Node a is reporting: \"content mismatch for file \\\"/etc/x\\\"\", \
                       Node b is reporting: \"open";
        let expected = [("a", "content mismatch for file \"/etc/x\""), ("b", "open")];
        let expected = expected.map(|(node, text)| (node.to_owned(), text.to_owned()));
        assert_eq!(reports(message), expected);
    }
}
