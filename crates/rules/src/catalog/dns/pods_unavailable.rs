//! Unavailable DNS pods.
//!
//! The DNS operator reports this with a delay of some minutes. While nodes restart one after the
//! other, single pods are unavailable by design.
//!
//! - openshift/cluster-dns-operator `pkg/operator/controller/dns_status.go`,
//!   `pkg/operator/controller/status/controller.go`

use crate::catalog::prelude::*;

/// How long pods may be unavailable while nodes restart.
const GRACE: Span = Span::minutes(10);

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
    .reads(&[Need::Kind(&OPERATOR_DNS), Need::Kind(&POD)])
    .check(check)
    .why(
        "Pods resolve every name through the pods of DaemonSet dns-default. If too few of them \
         are available, lookups fail intermittently. If none is available, nearly everything in \
         the cluster fails.",
    )
    .fix("Check the pods of openshift-dns that are not ready, and their nodes.")
    .run(&["oc get pods -n openshift-dns -o wide"])
    .verify(&["oc get clusteroperator dns"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let own = cx.find_as::<Operator<'_>>(&OPERATOR_DNS, "", "default").map(View::resource);
    let summary = cx.find::<ClusterOperator<'_>>("", "dns").map(View::resource);
    // The operator's own object is more recent, and contains the reason.
    let Some(source) = own.or(summary) else {
        let gap =
            Gap::new(GapKind::NotCollected, "DNS default and ClusterOperator dns: not collected");
        return Err(NotJudged::from(
            gap.command("oc get dnses.operator.openshift.io default -o yaml")
                .command("oc get clusteroperator dns -o yaml"),
        ));
    };
    let bad = [
        Condition::find(source, "Available").filter(|condition| condition.is_false()),
        Condition::find(source, "Degraded").filter(|condition| condition.is_true()),
    ];
    let findings = bad.into_iter().flatten().find_map(|condition| finding(cx, source, condition));
    Ok(Checked::over(1, findings.into_iter()))
}

fn finding(cx: &RuleContext<'_>, source: &Resource, condition: Condition<'_>) -> Option<Finding> {
    let detail = format!("{}: {}", condition.reason(), condition.message());
    let mentions = |signs: &[&str]| signs.iter().any(|sign| detail.contains(sign));
    let full = match (mentions(&NONE), mentions(&FEW)) {
        (true, _) => Critical,
        (false, true) => Error,
        (false, false) => return None,
    };
    let waiting: Vec<Pod<'_>> = cx
        .within::<Pod<'_>>("openshift-dns")
        .filter(|pod| pod.name().starts_with("dns-default-"))
        .filter(|pod| !pod.is_ready() && !pod.is_finished())
        .collect();
    let nodes: Vec<String> =
        waiting.iter().filter_map(|pod| pod.node()).map(Cow::into_owned).collect();
    let on = if nodes.is_empty() {
        String::new()
    } else {
        format!("; not ready on {}", name_list_up_to(&nodes, 5))
    };
    let what = if full == Critical {
        "no pod of DaemonSet openshift-dns/dns-default is available"
    } else {
        "too few pods of DaemonSet openshift-dns/dns-default are available"
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
        .severity(Persistence::of(cx, condition.since(), GRACE).severity(full))
        .since(condition.since())
        .keywords(&detail)
        .keywords(format!("{} {}", nodes.join(" "), names(&waiting)))
        .evidence(unready),
    )
}

fn names(pods: &[Pod<'_>]) -> String {
    pods.iter().map(|pod| pod.name()).collect::<Vec<_>>().join(" ")
}
