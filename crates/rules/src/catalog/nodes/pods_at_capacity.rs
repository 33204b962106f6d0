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
    .why(
        "A kubelet accepts a limited number of pods: 250 on OpenShift and 110 elsewhere, unless \
         configured otherwise. The scheduler skips a full node, no matter how much CPU and \
         memory is free.",
    )
    .fix(
        "Spread the pods, add nodes, or increase maxPods. Consider the available IP addresses \
         and the load on the container runtime first. Check for Jobs and operators that leave \
         pods behind.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut pods: BTreeMap<String, i64> = BTreeMap::new();
    for pod in cx.all::<Pod<'_>>().filter(|pod| !pod.is_finished()) {
        if let Some(node) = pod.node() {
            *pods.entry(node.into_owned()).or_default() += 1;
        }
    }
    let alerts = Alert::firing_named(cx, &["KubeletTooManyPods"]).unwrap_or_default();
    let mut examined = 0;
    let mut findings = Vec::new();
    for node in cx.all::<Node<'_>>() {
        let limit = node.resource().at(&["status", "allocatable", "pods"]).and_then(Value::as_i64);
        let Some(limit) = limit else { continue };
        examined += 1;
        let here = pods.get(node.name()).copied().unwrap_or_default();
        let alert = alerts.iter().find(|alert| node_of_alert(cx, alert) == node.name());
        if here >= limit || alert.is_some() {
            findings.push(finding(cx, node, (here, limit), alert));
        }
    }
    Ok(Checked::over(examined, findings))
}

fn finding(
    cx: &RuleContext<'_>,
    node: Node<'_>,
    (here, limit): (i64, i64),
    alert: Option<&Alert>,
) -> Finding {
    let name = node.name();
    let summary = if here >= limit {
        format!("node {name} has {here} pods and accepts no more than {limit}")
    } else {
        format!("node {name} runs more than 95% of its limit of {limit} pods")
    };
    let evidence = Evidence::field(
        node.resource(),
        &["status", "allocatable", "pods"],
        format!("{here} pods in the archive are on the node"),
    );
    Finding::new(Subject::view(node), summary, evidence)
        .since(alert.and_then(|alert| alert.since))
        .evidence(alert.map(|alert| alert.evidence(format!("alert {}", alert.name))))
        .keywords(name)
        .keywords("Too many pods")
        .run(format!(
            "{} get pods --all-namespaces --field-selector spec.nodeName={name}",
            client(cx)
        ))
        .verify(format!("{} describe node {name}", client(cx)))
}
