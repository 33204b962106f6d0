//! A guard of the control plane without the static pod it stands for.
//!
//! # Why it matters
//!
//! Beside each static pod stands a guard pod that is ready when the static pod is: with a
//! PodDisruptionBudget over the guards no two control-plane nodes are drained at once. Where the
//! static pod is not there the node does without it, and drains may wait for it.
//!
//! # What to do
//!
//! Find out why the kubelet of the node does not run the static pod.
//!
//! # Blind spots
//!
//! While a revision is rolled out, or a node restarted, the static pod is away for some minutes.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/staticpod/controller/guard/guard_controller.go`

use crate::catalog::prelude::*;
use crate::facts::{STATIC_POD_USES, STATIC_PODS, Spoken, few, is_plain};

/// How long a node may be away for a restart.
const GRACE: Span = Span::minutes(20);

pub(super) static META: Meta = Meta {
    id: "static-pods/guard-unfounded",
    title: "a guard of the control plane without the static pod it stands for",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: STATIC_POD_USES,
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let conditions = &["GuardControllerDegraded"];
    Spoken::verdict(case, STATIC_PODS, conditions, (GRACE, META.severity), |spoken| {
        let nodes = without_operand(&spoken.reported.message);
        if nodes.is_empty() {
            return None;
        }
        let operator = spoken.operator;
        let summary = match nodes.as_slice() {
            [node] => format!("node {node} does not run the static pod of {operator}"),
            _ => format!("nodes {} do not run the static pod of {operator}", few(&nodes)),
        };
        let namespace = spoken.namespace();
        let first = nodes.first().copied().unwrap_or_default();
        let finding = match nodes.as_slice() {
            [only] => spoken.finding(summary).shares(Common::Node, *only),
            _ => spoken.finding(summary),
        };
        Some(
            finding
                .why(
                    "The guard pod beside it cannot be ready, so the node counts as one that is \
                     away whenever another is to be drained.",
                )
                .saying(nodes.join(" "))
                .remedy(
                    Remedy::new("Find out why the kubelet of the node does not run it.")
                        .command(format!("oc get pods -n {namespace} -o wide"))
                        .command(format!("oc adm node-logs {first} -u kubelet --since=-1h"))
                        .verify(format!("oc get pods -n {namespace} -o wide")),
                ),
        )
    })
}

/// The nodes of `Missing operand on node <n>` and `Missing PodIP in operand <pod> on node <n>`.
fn without_operand(message: &str) -> Vec<&str> {
    let mut nodes: Vec<_> = message
        .split("Missing ")
        .filter_map(|part| part.split_once("on node "))
        .filter_map(|(_, rest)| rest.split([',', ']', '\n', ' ']).next())
        .filter(|node| is_plain(node))
        .collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}
