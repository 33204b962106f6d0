//! A `DaemonSet` without a pod on some of its nodes.
//!
//! # Why it matters
//!
//! A `DaemonSet` does on each node what that node needs: its network, its storage, its logs. A node
//! without the pod goes without.
//!
//! # What to do
//!
//! Look at the events of the `DaemonSet`: its pods are refused by a quota, a policy or a webhook, or
//! the controller does not get on.
//!
//! # Blind spots
//!
//! A `DaemonSet` keeps no times. It is only reported when it has counted its newest specification, when
//! none of its pods is younger than ten minutes, and when a node that is ready, and not new, has none.
//! Pods that are there and do not run are the matter of other rules, and `ovnkube-node` that of
//! `network/node-without-ovn-pod`.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/controller/daemon/daemon_controller.go`

use std::collections::BTreeSet;

use mustknow_gather::kinds::{DAEMON_SET, EVENT, NODE, Node, POD, Pod};
use mustknow_gather::resource::Resource;
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::{
    client, count, event_evidence, events_about, excerpt, few, is_rolled, severity_in,
};

/// How long the controller may take.
const GRACE: Span = Span::minutes(10);
/// Older events are history.
const RECENT: Span = Span::hours(2);

pub(super) static META: Meta = Meta {
    id: "workloads/daemon-set-pods-missing",
    title: "a DaemonSet without a pod on some of its nodes",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&DAEMON_SET), Need::Kind(&POD), Need::Kind(&NODE)],
    uses: &[Need::Kind(&EVENT)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let all = case.snapshot().of_kind(&DAEMON_SET);
    let mut findings = Vec::new();
    let mut gap = None;
    for daemon_set in all {
        let lacking = number(daemon_set, &["status", "desiredNumberScheduled"])
            - number(daemon_set, &["status", "currentNumberScheduled"]);
        // That one has a rule of its own.
        if daemon_set.name() == "ovnkube-node" {
            continue;
        }
        let is_counted = number(daemon_set, &["status", "observedGeneration"])
            >= number(daemon_set, &["metadata", "generation"]);
        if lacking <= 0 || !is_counted || !case.is_older(daemon_set.created(), GRACE) {
            continue;
        }
        match case.prove_whole(&POD, daemon_set.namespace()) {
            Ok(_) => findings.extend(finding(case, daemon_set, lacking)),
            Err(missing) => gap = gap.or(Some(Gap::missing(&missing))),
        }
    }
    match gap {
        Some(gap) if findings.is_empty() => Verdict::Unknown(gap),
        _ => Verdict::over(all.len(), findings, "no DaemonSet in the archive"),
    }
}

fn number(resource: &Resource, path: &[&str]) -> i64 {
    resource.at(path).and_then(Value::as_i64).unwrap_or(0)
}

fn finding(case: &Case<'_>, daemon_set: &Resource, lacking: i64) -> Option<Finding> {
    let is_ours = |pod: &Pod<'_>| {
        let owner = pod.owner();
        owner.is_some_and(|(kind, name)| kind == "DaemonSet" && name == daemon_set.name())
    };
    let pods: Vec<_> = case.within::<Pod<'_>>(daemon_set.namespace()).filter(is_ours).collect();
    if pods.iter().any(|pod| !case.is_older(pod.resource().created(), GRACE)) {
        return None;
    }
    let covered: BTreeSet<_> = pods.iter().filter_map(|pod| pod.node()).collect();
    let bare: Vec<_> = case
        .all::<Node<'_>>()
        .filter(|node| node.is_ready() && !is_rolled(*node))
        .filter(|node| case.is_older(node.resource().created(), GRACE))
        .filter(|node| !covered.contains(node.name()))
        .map(Node::name)
        .collect();
    let event = events_about(case, daemon_set, &["FailedCreate", "FailedPlacement"], RECENT);
    if bare.is_empty() {
        return None;
    }
    let (subject, namespace) = (Subject::of(daemon_set), daemon_set.namespace());
    // Which nodes it is meant for is written in its template; where the numbers agree it is plain.
    let is_plain = i64::try_from(bare.len()).is_ok_and(|bare| bare == lacking);
    let which = if is_plain {
        format!("on {}", few(&bare))
    } else {
        format!("on {lacking} of the nodes {}", few(&bare))
    };
    let words = event.first().map(|event| format!(": {}", excerpt(&event.message())));
    let summary = format!("{subject} has no pod {which}{}", words.unwrap_or_default());
    let wanted = ["status", "desiredNumberScheduled"];
    let lacks = format!("{} not there", count(usize::try_from(lacking).unwrap_or(0), "pod"));
    let client = client(case);
    let finding = Finding::new(subject, summary, Evidence::field(daemon_set, &wanted, lacks))
        .severity(severity_in(case, namespace, META.severity))
        .evidence([Evidence::field(
            daemon_set,
            &["status", "currentNumberScheduled"],
            "as many nodes have one",
        )])
        .evidence(event.first().map(|event| event_evidence(*event)))
        .saying(format!("DaemonSet/{namespace}/{}", daemon_set.name()))
        .saying(bare.join(" "))
        .saying(event.first().map(|event| event.message().into_owned()).unwrap_or_default())
        .why("What the DaemonSet does on each node is not done there.")
        .remedy(
            Remedy::new("Find out who refuses the pods.")
                .command(format!(
                    "{client} describe daemonset -n {namespace} {}",
                    daemon_set.name()
                ))
                .verify(format!("{client} get pods -n {namespace} -o wide")),
        );
    Some(if event.is_empty() {
        finding.likely("since when is not written down; it was taken from the age of its pods")
    } else {
        finding
    })
}
