//! Unavailable DNS pods.
//!
//! The DNS operator reports this with a delay of some minutes.
//!
//! - openshift/cluster-dns-operator `pkg/operator/controller/dns_status.go`,
//!   `pkg/operator/controller/status/controller.go`

use crate::catalog::prelude::*;

/// Reasons, or their messages in older releases, that mean that no pod is available.
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
/// Reasons and messages that mean that too few pods are available.
const FEW: [&str; 2] = ["MaxUnavailableDNSPodsExceeded", "Too many DNS pods are unavailable"];

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .check(|cx| judge_dns_operator(cx, |reported| finding(cx, reported)))
    .reads(&[Need::Kind(&OPERATOR_DNS), Need::Kind(&POD)])
    // While nodes restart one after the other, single pods are unavailable by design.
    .note_until(Span::minutes(10))
    .why(
        "Pods resolve every name through the pods of DaemonSet dns-default. If too few of them \
         are available, lookups fail intermittently. If none is available, nearly everything in \
         the cluster fails.",
    )
    .fix("Check the pods of openshift-dns that are not ready, and their nodes.")
    .run(&["oc get pods -n openshift-dns -o wide"])
    .verify(&["oc get clusteroperator dns"]);

fn finding(cx: &RuleContext<'_>, reported: &ConditionState<'_>) -> Option<Finding> {
    let detail = reported.keywords();
    let mentions = |signs: &[&str]| signs.iter().any(|sign| detail.contains(sign));
    let (severity, what) = match (mentions(&NONE), mentions(&FEW)) {
        (true, _) => (Critical, "no pod of DaemonSet openshift-dns/dns-default is available"),
        (false, true) => {
            (Error, "too few pods of DaemonSet openshift-dns/dns-default are available")
        }
        (false, false) => return None,
    };
    let pods = cx.within::<Pod<'_>>("openshift-dns");
    let waiting: Vec<_> = pods
        .filter(|pod| pod.name().starts_with("dns-default-"))
        .filter(|pod| !pod.is_ready() && !pod.is_finished())
        .collect();
    let nodes: Vec<_> = waiting.iter().filter_map(|pod| pod.node()).collect();
    let on = if nodes.is_empty() {
        String::new()
    } else {
        format!("; not ready on {}", name_list_up_to(&nodes, 5))
    };
    let subject = Subject::namespaced("DaemonSet", "openshift-dns", "dns-default");
    Some(
        reported
            .finding(subject, format!("{what}{on}"))
            .severity(severity)
            .keywords(pod_keywords(waiting.iter().copied()))
            .evidence(waiting.iter().take(3).map(|pod| unready_evidence(*pod))),
    )
}
