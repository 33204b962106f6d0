//! Missing `DaemonSet` pods.
//!
//! A `DaemonSet` is reported only if its status is for the newest specification and a ready node
//! that is not new has no pod. Pods that exist but do not run are covered by other rules, and
//! `ovnkube-node` by `network/node-without-ovn-pod`.
//!
//! - kubernetes/kubernetes `pkg/controller/daemon/daemon_controller.go`

use crate::catalog::prelude::*;

/// How long the controller may take to create the pods.
const GRACE: Span = Span::minutes(10);
const DESIRED: [&str; 2] = ["status", "desiredNumberScheduled"];
const CURRENT: [&str; 2] = ["status", "currentNumberScheduled"];

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .each(&[&DAEMON_SET], judge)
    .needs(&[Need::Kind(&POD), Need::Kind(&NODE)])
    .reads(&[Need::Kind(&EVENT)])
    .grace(GRACE)
    .why(
        "A DaemonSet provides a service on each node, for example networking, storage or log \
         collection. A node without the pod does not have that service.",
    )
    .fix(
        "Check the events of the DaemonSet. Its pods are rejected by a quota, a policy or a \
         webhook, or the controller makes no progress.",
    )
    .run(&["oc describe daemonset -n {namespace} {name}"])
    .verify(&["oc get pods -n {namespace} -o wide"]);

fn judge(cx: &RuleContext<'_>, daemon_set: &Resource) -> Result<Option<Finding>, NotJudged> {
    let number = |path: &[&str]| daemon_set.at(path).and_then(Value::as_i64).unwrap_or(0);
    let lacking = number(&DESIRED) - number(&CURRENT);
    let is_counted =
        number(&["status", "observedGeneration"]) >= number(&["metadata", "generation"]);
    let counts = is_counted && Persistence::of(cx, daemon_set.created(), GRACE).counts();
    if lacking <= 0 || !counts || daemon_set.name() == "ovnkube-node" {
        return Ok(None);
    }
    cx.prove_whole(&POD, daemon_set.namespace())?;
    let pods: Vec<_> = owned_pods(cx, daemon_set).collect();
    let covered: BTreeSet<_> = pods.iter().filter_map(|pod| pod.node()).collect();
    let without_pod: Vec<_> = cx
        .all::<Node<'_>>()
        .filter(|node| node.is_ready() && !is_being_updated(*node))
        .filter(|node| Persistence::of(cx, node.resource().created(), GRACE).counts())
        .filter(|node| !covered.contains(node.name()))
        .map(Node::name)
        .collect();
    if without_pod.is_empty() {
        return Ok(None);
    }
    // The controller still works while it creates pods, so the newest of them shows how long.
    let created = pods.iter().map(|pod| pod.resource().created());
    let newest = created.chain([daemon_set.created()]).max().flatten();
    Ok(Some(finding(cx, daemon_set, lacking, &without_pod).lasts_since(newest)))
}

fn finding(
    cx: &RuleContext<'_>,
    daemon_set: &Resource,
    lacking: i64,
    without_pod: &[&str],
) -> Finding {
    let events = events_about(cx, daemon_set, &["FailedCreate", "FailedPlacement"], Span::hours(2));
    let event = events.first().copied();
    let message = event.map(Event::message).unwrap_or_default();
    let lacking = usize::try_from(lacking).unwrap_or(0);
    // Its template selects the nodes. If the numbers are equal, all of these nodes are meant.
    let which = if without_pod.len() == lacking {
        format!("on {}", name_list(without_pod))
    } else {
        format!("on {lacking} of the nodes {}", name_list(without_pod))
    };
    let detail = event.map(|_| format!(": {}", excerpt(&message))).unwrap_or_default();
    let subject = Subject::of(daemon_set);
    let summary = format!("{subject} has no pod {which}{detail}");
    let lacks = format!("{} missing", pluralize(lacking, "pod"));
    let finding =
        Finding::new(subject.clone(), summary, Evidence::field(daemon_set, &DESIRED, lacks))
            .evidence([Evidence::field(daemon_set, &CURRENT, "nodes that have a pod")])
            .evidence(event.map(event_evidence))
            .keywords(subject.to_string())
            .keywords(without_pod.join(" "))
            .keywords(&message);
    match event {
        Some(_) => finding,
        None => finding.likely("the duration is inferred from the age of the existing pods"),
    }
}
