//! A node that has as many pods as it may have.
//!
//! # Why it matters
//!
//! A kubelet takes so many pods and no more, 250 on OpenShift and 110 elsewhere unless it is told
//! otherwise. The scheduler passes over a full node however much CPU and memory is free.
//!
//! # What to do
//!
//! Spread the pods, add nodes, or raise `maxPods` with an eye on addresses and on the runtime. Look
//! for Jobs and operators that leave pods behind.
//!
//! # Blind spots
//!
//! Namespaces of users are not collected, so the pods that are counted are the least there are.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/scheduler/framework/plugins/noderesources/fit.go` (`Too many pods`)
//! - openshift/cluster-monitoring-operator `assets/control-plane/prometheus-rule.yaml`
//!   (`KubeletTooManyPods`)

use std::collections::BTreeMap;

use mustknow_gather::kinds::{NODE, Node, POD, Pod};
use mustknow_gather::layout::Special;
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::{Alert, alerted_node, client};

pub(super) static META: Meta = Meta {
    id: "nodes/pods-at-capacity",
    title: "a node that has as many pods as it may have",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&NODE), Need::Kind(&POD)],
    uses: &[Need::Special(Special::Alerts)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut pods: BTreeMap<String, i64> = BTreeMap::new();
    for pod in case.all::<Pod<'_>>().filter(|pod| !pod.is_finished()) {
        if let Some(node) = pod.node() {
            *pods.entry(node.into_owned()).or_default() += 1;
        }
    }
    let alerts = Alert::named(case, &["KubeletTooManyPods"]).unwrap_or_default();
    let mut examined = 0;
    let mut findings = Vec::new();
    for node in case.all::<Node<'_>>() {
        let limit = node.resource().at(&["status", "allocatable", "pods"]).and_then(Value::as_i64);
        let Some(limit) = limit else { continue };
        examined += 1;
        let here = pods.get(node.name()).copied().unwrap_or_default();
        let alert = alerts.iter().find(|alert| alerted_node(case, alert) == node.name());
        if here >= limit || alert.is_some() {
            findings.push(finding(case, node, (here, limit), alert));
        }
    }
    Verdict::over(examined, findings, "no node in the archive says how many pods it takes")
}

fn finding(
    case: &Case<'_>,
    node: Node<'_>,
    (here, limit): (i64, i64),
    alert: Option<&Alert>,
) -> Finding {
    let name = node.name();
    let summary = if here >= limit {
        format!("node {name} has {here} pods and takes no more than {limit}")
    } else {
        format!("node {name} runs more than 95% of the {limit} pods it may run")
    };
    let evidence = Evidence::field(
        node.resource(),
        &["status", "allocatable", "pods"],
        format!("{here} pods of the archive are on the node"),
    );
    Finding::new(Subject::view(node), summary, evidence)
        .since(alert.and_then(|alert| alert.since))
        .evidence(alert.map(|alert| alert.evidence(format!("alert {}", alert.name))))
        .saying(name)
        .saying("Too many pods")
        .why(
            "The scheduler passes over a node that is full, however much CPU and memory is free, \
             and says `Too many pods`.",
        )
        .remedy(
            Remedy::new("Spread the pods, add nodes, or raise maxPods.")
                .command(format!(
                    "{} get pods --all-namespaces --field-selector spec.nodeName={name}",
                    client(case)
                ))
                .verify(format!("{} describe node {name}", client(case))),
        )
}
