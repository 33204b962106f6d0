//! A control-plane node that the operators say is not ready, and that is not in the archive itself.
//!
//! # Why it matters
//!
//! etcd, kube-apiserver, kube-controller-manager and kube-scheduler each run one static pod on each
//! control-plane node, and each of their operators reports the same node as not ready. It is one
//! fault, not four: while the node is away etcd has no reserve, no new revision is rolled out, and
//! an update stops.
//!
//! # What to do
//!
//! Mend the node; the operators follow by themselves within minutes.
//!
//! # Blind spots
//!
//! This speaks only for nodes whose Node object was not collected. Where it was, it says more
//! itself: `nodes/not-ready` and `nodes/kubelet-silent` report it, and a node that is Ready again
//! is no finding. A control-plane node may be away a quarter of an hour while it is restarted.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/staticpod/controller/node/node_controller.go`

use std::collections::BTreeMap;

use mustknow_gather::kinds::Node;
use mustknow_gather::time::{self, Time};

use crate::catalog::prelude::*;
use crate::facts::{
    Patience, STATIC_POD_USES, STATIC_PODS, Spoken, client, enumerate, excerpt, is_plain,
    node_journal, unheard_of,
};

/// How long a node may be away for a restart.
const GRACE: Span = Span::minutes(15);

pub(super) static META: Meta = Meta {
    id: "nodes/reported-not-ready",
    title: "a control-plane node that the operators say is not ready, and that is not in the archive",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: STATIC_POD_USES,
};

/// What one operator says of one node.
struct Word<'w> {
    spoken: &'w Spoken<'w>,
    since: Option<Time>,
    because: &'w str,
}

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some((heard, bad)) = Spoken::all(case, STATIC_PODS, &["NodeControllerDegraded"]) else {
        return Verdict::Unknown(unheard_of(STATIC_PODS));
    };
    let mut nodes: BTreeMap<&str, Vec<Word<'_>>> = BTreeMap::new();
    for spoken in &bad {
        for (node, since, because) in named(&spoken.reported.message) {
            nodes.entry(node).or_default().push(Word { spoken, since, because });
        }
    }
    let findings = nodes
        .iter()
        .filter(|(node, _)| !speaks_for_itself(case, node))
        .filter_map(|(node, words)| {
            let since = words.iter().filter_map(|word| word.since).min();
            let patience = Patience::of(case, since.or_else(|| begun(words)), GRACE);
            (patience != Patience::Young)
                .then_some(patience.weigh(finding(case, node, words)?, META.severity))
        })
        .collect();
    Verdict::over(heard, findings, "no operator of static pods in the archive")
}

/// The nodes of a message: `node "a" not ready since TIME because REASON (WORDS), node "b" ...`.
fn named(message: &str) -> impl Iterator<Item = (&str, Option<Time>, &str)> {
    message.split("node \"").skip(1).filter_map(|part| {
        let (node, rest) = part.split_once("\" not ready")?;
        let (since, because) = rest
            .strip_prefix(" since ")
            .and_then(|rest| rest.split_once(" because "))
            .map_or((None, ""), |(since, because)| (time::go(since), because));
        is_plain(node).then_some((node, since, because.trim_end_matches([',', ' ', '\n'])))
    })
}

/// Whether the node's own object says how it is.
fn speaks_for_itself(case: &Case<'_>, node: &str) -> bool {
    case.find::<Node<'_>>("", node).is_some_and(|node| node.condition("Ready").is_some())
}

/// Since when any operator says so, where the message tells no time.
fn begun(words: &[Word<'_>]) -> Option<Time> {
    words.iter().filter_map(|word| word.spoken.reported.since()).min()
}

fn finding(case: &Case<'_>, node: &str, words: &[Word<'_>]) -> Option<Finding> {
    let operators: Vec<_> = words.iter().map(|word| word.spoken.operator).collect();
    let because = words.iter().map(|word| word.because).find(|because| !because.is_empty());
    let say = if operators.len() == 1 { "says the operator" } else { "say the operators" };
    let summary = format!(
        "control-plane node {node} is not ready, {say} of {}: {}",
        enumerate(&operators, 4),
        excerpt(because.unwrap_or("it has no condition Ready"))
    );
    let mut evidence = words.iter().map(|word| {
        word.spoken.reported.evidence(format!("the operator of {} names it", word.spoken.operator))
    });
    let finding = Finding::new(Subject::cluster("Node", node), summary, evidence.next()?)
        .likely("the operators name the node, and its Node object is not in the archive")
        .since(words.iter().filter_map(|word| word.since).min().or_else(|| begun(words)))
        .why(
            "Each of these operators runs a static pod on the node and waits for it: they are \
             degraded for this one reason. While the node is away etcd has no reserve, no new \
             revision is rolled out, and an update stops.",
        )
        .saying(node)
        .saying(because.unwrap_or_default())
        .evidence(evidence)
        .remedy(remedy(case, node, because.unwrap_or_default()));
    Some(operators.iter().fold(finding, |finding, operator| {
        finding.explains(Subject::cluster("ClusterOperator", *operator), node)
    }))
}

fn remedy(case: &Case<'_>, node: &str, because: &str) -> Remedy {
    let client = client(case);
    let remedy = if because.contains("NetworkPluginNotReady") || because.contains("CNI") {
        Remedy::new("Find out why the network's pod on the node does not run.").command(format!(
            "{client} get pods --all-namespaces -o wide --field-selector spec.nodeName={node}"
        ))
    } else if because.contains("NodeStatusUnknown") {
        Remedy::new("Look at the machine's console and at the journal of its kubelet.")
            .command(format!("ssh core@{node} journalctl -u kubelet --since -1h"))
    } else {
        Remedy::new("Read what the kubelet of the node says.")
            .command(node_journal(case, node, "kubelet"))
    };
    remedy.command(format!("{client} describe node {node}")).verify(format!("{client} get nodes"))
}
