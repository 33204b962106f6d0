//! Missing `DaemonSet` pods.
//!
//! A `DaemonSet` has no timestamps in its status. It is reported only if its status is for the
//! newest specification, none of its pods is younger than ten minutes, and a ready node that is not
//! new has no pod. Pods that exist but do not run are covered by other rules, and `ovnkube-node` by
//! `network/node-without-ovn-pod`.
//!
//! - kubernetes/kubernetes `pkg/controller/daemon/daemon_controller.go`

use crate::catalog::prelude::*;

/// How long the controller may take to create the pods.
const GRACE: Span = Span::minutes(10);
/// Older events are ignored.
const RECENT: Span = Span::hours(2);

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&DAEMON_SET), Need::Kind(&POD), Need::Kind(&NODE)])
    .reads(&[Need::Kind(&EVENT)])
    .check(check)
    .why(
        "A DaemonSet provides a service on each node, for example networking, storage or log \
         collection. A node without the pod does not have that service.",
    )
    .fix(
        "Check the events of the DaemonSet. Its pods are rejected by a quota, a policy or a \
         webhook, or the controller makes no progress.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let all = cx.snapshot().of_kind(&DAEMON_SET);
    let mut findings = Vec::new();
    let mut gap = None;
    for daemon_set in all {
        let lacking = number(daemon_set, &["status", "desiredNumberScheduled"])
            - number(daemon_set, &["status", "currentNumberScheduled"]);
        // `network/node-without-ovn-pod` covers it.
        if daemon_set.name() == "ovnkube-node" {
            continue;
        }
        let is_counted = number(daemon_set, &["status", "observedGeneration"])
            >= number(daemon_set, &["metadata", "generation"]);
        if lacking <= 0 || !is_counted || !cx.is_older(daemon_set.created(), GRACE) {
            continue;
        }
        match cx.prove_whole(&POD, daemon_set.namespace()) {
            Ok(_) => findings.extend(finding(cx, daemon_set, lacking)),
            Err(missing) => gap = gap.or(Some(Gap::missing(&missing))),
        }
    }
    match gap {
        Some(gap) if findings.is_empty() => Err(NotJudged::from(gap)),
        _ => Ok(Checked::over(all.len(), findings)),
    }
}

fn number(resource: &Resource, path: &[&str]) -> i64 {
    resource.at(path).and_then(Value::as_i64).unwrap_or(0)
}

fn finding(cx: &RuleContext<'_>, daemon_set: &Resource, lacking: i64) -> Option<Finding> {
    let is_of_daemon_set = |pod: &Pod<'_>| {
        let owner = pod.owner();
        owner.is_some_and(|(kind, name)| kind == "DaemonSet" && name == daemon_set.name())
    };
    let pods: Vec<_> =
        cx.within::<Pod<'_>>(daemon_set.namespace()).filter(is_of_daemon_set).collect();
    if pods.iter().any(|pod| !cx.is_older(pod.resource().created(), GRACE)) {
        return None;
    }
    let covered: BTreeSet<_> = pods.iter().filter_map(|pod| pod.node()).collect();
    let without_pod: Vec<_> = cx
        .all::<Node<'_>>()
        .filter(|node| node.is_ready() && !is_being_updated(*node))
        .filter(|node| cx.is_older(node.resource().created(), GRACE))
        .filter(|node| !covered.contains(node.name()))
        .map(Node::name)
        .collect();
    let event = events_about(cx, daemon_set, &["FailedCreate", "FailedPlacement"], RECENT);
    if without_pod.is_empty() {
        return None;
    }
    let (subject, namespace) = (Subject::of(daemon_set), daemon_set.namespace());
    // Its template selects the nodes. If the numbers are equal, all of these nodes are meant.
    let is_plain = i64::try_from(without_pod.len()).is_ok_and(|without_pod| without_pod == lacking);
    let which = if is_plain {
        format!("on {}", name_list(&without_pod))
    } else {
        format!("on {lacking} of the nodes {}", name_list(&without_pod))
    };
    let detail = event.first().map(|event| format!(": {}", excerpt(&event.message())));
    let summary = format!("{subject} has no pod {which}{}", detail.unwrap_or_default());
    let desired = ["status", "desiredNumberScheduled"];
    let lacks = format!("{} missing", pluralize(usize::try_from(lacking).unwrap_or(0), "pod"));
    let client = client(cx);
    let finding = Finding::new(subject, summary, Evidence::field(daemon_set, &desired, lacks))
        .severity(severity_in(cx, namespace, RULE.meta.severity))
        .evidence([Evidence::field(
            daemon_set,
            &["status", "currentNumberScheduled"],
            "nodes that have a pod",
        )])
        .evidence(event.first().map(|event| event_evidence(*event)))
        .keywords(format!("DaemonSet/{namespace}/{}", daemon_set.name()))
        .keywords(without_pod.join(" "))
        .keywords(event.first().map(|event| event.message().into_owned()).unwrap_or_default())
        .run(format!("{client} describe daemonset -n {namespace} {}", daemon_set.name()))
        .verify(format!("{client} get pods -n {namespace} -o wide"));
    Some(if event.is_empty() {
        finding.likely("the duration is inferred from the age of the existing pods")
    } else {
        finding
    })
}
