//! Node at its pod limit (maxPods).
//!
//! User namespaces are not collected, so the node can run more pods than were counted.
//!
//! - kubernetes/kubernetes `pkg/scheduler/framework/plugins/noderesources/fit.go` (`Too many pods`)
//! - openshift/cluster-monitoring-operator `assets/control-plane/prometheus-rule.yaml`
//!   (`KubeletTooManyPods`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .needs(&[Need::Kind(&NODE), Need::Kind(&POD)])
    .reads(&[Need::KnownFile(KnownFile::Alerts)])
    .check(check)
    .at_once("a full node accepts no pod from the first moment")
    .why(
        "A kubelet accepts a limited number of pods: 110 unless configured otherwise. On \
         OpenShift it is 250. The scheduler skips a full node, no matter how much CPU and \
         memory is free.",
    )
    .fix(
        "Spread the pods, add nodes, or increase maxPods. Consider the available IP addresses \
         and the load on the container runtime first. Check for Jobs and operators that leave \
         pods behind.",
    )
    .run(&["oc get pods --all-namespaces --field-selector spec.nodeName={name}"])
    .verify(&["oc describe node {name}"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut pods: BTreeMap<_, i64> = BTreeMap::new();
    for node in cx.all::<Pod<'_>>().filter(|pod| !pod.is_finished()).filter_map(Pod::node) {
        *pods.entry(node.into_owned()).or_default() += 1;
    }
    let alerts = Alert::firing_named(cx, &["KubeletTooManyPods"]).unwrap_or_default();
    let nodes: Vec<_> = cx
        .all::<Node<'_>>()
        .filter_map(|node| {
            let limit = node.resource().at(&["status", "allocatable", "pods"])?;
            Some((node, limit.as_i64()?))
        })
        .collect();
    let findings = nodes.iter().filter_map(|&(node, limit)| {
        let here = pods.get(node.name()).copied().unwrap_or_default();
        let alert = alerts.iter().find(|alert| node_of_alert(cx, alert) == node.name());
        (here >= limit || alert.is_some()).then(|| finding(node, here, limit, alert))
    });
    Ok(Checked::over(nodes.len(), findings))
}

fn finding(node: Node<'_>, here: i64, limit: i64, alert: Option<&Alert>) -> Finding {
    let name = node.name();
    let summary = if here >= limit {
        format!("node {name} has {here} pods and accepts no more than {limit}")
    } else {
        format!("node {name} runs more than 95% of its limit of {limit} pods")
    };
    let shown = format!("{here} pods in the archive are on the node");
    let path = ["status", "allocatable", "pods"];
    Finding::new(Subject::view(node), summary, Evidence::field(node.resource(), &path, shown))
        .since(alert.and_then(|alert| alert.since))
        .evidence(alert.map(|alert| alert.evidence(format!("alert {}", alert.name))))
        .keywords(name)
        .keywords("Too many pods")
}
