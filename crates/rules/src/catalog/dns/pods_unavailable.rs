//! Too few pods of the cluster's own DNS.
//!
//! # Why it matters
//!
//! Pods resolve every name through the pods of DaemonSet `dns-default`. With too few of them
//! look-ups fail now and then, and with none of them nearly everything in the cluster fails.
//!
//! # What to do
//!
//! Look at the pods of `openshift-dns` that are not ready, and at their nodes.
//!
//! # Blind spots
//!
//! This is what the dns operator says, after some minutes of its own. While nodes restart one
//! after the other, single pods are missing by design.
//!
//! # References
//!
//! - openshift/cluster-dns-operator `pkg/operator/controller/dns_status.go`,
//!   `pkg/operator/controller/status/controller.go`

use mustknow_gather::kinds::{ClusterOperator, Condition, OPERATOR_DNS, Operator, POD, Pod};
use mustknow_gather::resource::Resource;

use crate::catalog::prelude::*;
use crate::facts::{Patience, enumerate, excerpt};

/// How long pods may be missing while nodes restart.
const GRACE: Span = Span::minutes(10);

/// Reasons, or their messages in older releases, that mean no pod answers at all.
const NONE: [&str; 8] = [
    "NoDNSPodsAvailable",
    "NoDNSPodsDesired",
    "NoDNSDaemonSet",
    "NoDaemonSetPods",
    "NoDaemonSet",
    "No DNS pods are available",
    "No DNS pods are desired",
    "The DNS daemonset does not exist",
];
/// Reasons and messages that mean too few do.
const FEW: [&str; 2] = ["MaxUnavailableDNSPodsExceeded", "Too many DNS pods are unavailable"];

pub(super) static META: Meta = Meta {
    id: "dns/pods-unavailable",
    title: "too few pods of the cluster's own DNS",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_DNS), Need::Kind(&POD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let own = case.find_as::<Operator<'_>>(&OPERATOR_DNS, "", "default").map(View::resource);
    let summary = case.find::<ClusterOperator<'_>>("", "dns").map(View::resource);
    // The operator's own object is fresher, and names the reason.
    let Some(source) = own.or(summary) else {
        let gap =
            Gap::new(GapKind::NotCollected, "DNS default and ClusterOperator dns: not collected");
        return Verdict::Unknown(
            gap.ask("oc get dnses.operator.openshift.io default -o yaml")
                .ask("oc get clusteroperator dns -o yaml"),
        );
    };
    let bad = [
        Condition::find(source, "Available").filter(|condition| condition.is_false()),
        Condition::find(source, "Degraded").filter(|condition| condition.is_true()),
    ];
    let findings = bad.into_iter().flatten().find_map(|condition| finding(case, source, condition));
    Verdict::over(1, findings.into_iter().collect(), "the dns operator does not report")
}

fn finding(case: &Case<'_>, source: &Resource, condition: Condition<'_>) -> Option<Finding> {
    let words = format!("{}: {}", condition.reason(), condition.message());
    let says = |signs: &[&str]| signs.iter().any(|sign| words.contains(sign));
    let full = match (says(&NONE), says(&FEW)) {
        (true, _) => Severity::Critical,
        (false, true) => Severity::Error,
        (false, false) => return None,
    };
    let waiting: Vec<Pod<'_>> = case
        .within::<Pod<'_>>("openshift-dns")
        .filter(|pod| pod.name().starts_with("dns-default-"))
        .filter(|pod| !pod.is_ready() && !pod.is_finished())
        .collect();
    let nodes: Vec<String> =
        waiting.iter().filter_map(|pod| pod.node()).map(std::borrow::Cow::into_owned).collect();
    let on = if nodes.is_empty() {
        String::new()
    } else {
        format!("; not ready on {}", enumerate(&nodes, 5))
    };
    let what = if full == Severity::Critical {
        "no pod of DaemonSet openshift-dns/dns-default answers"
    } else {
        "too few pods of DaemonSet openshift-dns/dns-default answer"
    };
    let unready = waiting.iter().take(3).filter_map(|pod| {
        Some(Evidence::condition(pod.resource(), pod.condition("Ready")?, "this pod is not ready"))
    });
    Some(
        Finding::new(
            Subject::namespaced("DaemonSet", "openshift-dns", "dns-default"),
            format!("{what}{on}"),
            Evidence::condition(source, condition, excerpt(&condition.message())),
        )
        .severity(Patience::of(case, condition.since(), GRACE).severity(full))
        .since(condition.since())
        .why("Pods resolve every name through these pods; what cannot resolve, cannot connect.")
        .saying(&words)
        .saying(format!("{} {}", nodes.join(" "), names(&waiting)))
        .evidence(unready)
        .remedy(
            Remedy::new("Mend the pods that are not ready, or their nodes.")
                .command("oc get pods -n openshift-dns -o wide")
                .verify("oc get clusteroperator dns"),
        ),
    )
}

fn names(pods: &[Pod<'_>]) -> String {
    pods.iter().map(|pod| pod.name()).collect::<Vec<_>>().join(" ")
}
