//! Node at its pod limit (maxPods).
//!
//! # Why it matters
//!
//! A kubelet accepts a limited number of pods: 250 on OpenShift and 110 elsewhere, unless
//! configured otherwise. The scheduler skips a full node, no matter how much CPU and memory is
//! free.
//!
//! # What to do
//!
//! Spread the pods, add nodes, or increase `maxPods`. Consider the available IP addresses and the
//! load on the container runtime first. Check for Jobs and operators that leave pods behind.
//!
//! # Blind spots
//!
//! User namespaces are not collected, so the node can run more pods than were counted.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/scheduler/framework/plugins/noderesources/fit.go` (`Too many pods`)
//! - openshift/cluster-monitoring-operator `assets/control-plane/prometheus-rule.yaml`
//!   (`KubeletTooManyPods`)

use std::collections::BTreeMap;

use mustknow_cluster::model::kinds::{NODE, POD};
use mustknow_cluster::model::known_file::KnownFile;
use mustknow_cluster::views::{Node, Pod};
use mustknow_yaml::Value;

use crate::catalog::prelude::*;
use crate::engine::client;
use crate::signals::{Alert, node_of_alert};

pub(super) static META: Meta = Meta {
    id: "nodes/pods-at-capacity",
    title: "node at its pod limit (maxPods)",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&NODE), Need::Kind(&POD)],
    uses: &[Need::KnownFile(KnownFile::Alerts)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
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
    Verdict::over(examined, findings, "no node in the archive reports how many pods it accepts")
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
        .why(
            "The scheduler skips a full node, no matter how much CPU and memory is free, and \
             reports `Too many pods`.",
        )
        .remedy(
            Remedy::new("Spread the pods, add nodes, or increase maxPods.")
                .command(format!(
                    "{} get pods --all-namespaces --field-selector spec.nodeName={name}",
                    client(cx)
                ))
                .verify(format!("{} describe node {name}", client(cx))),
        )
}
