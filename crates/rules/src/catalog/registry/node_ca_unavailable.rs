//! Unavailable node-ca DaemonSet.
//!
//! # Why it matters
//!
//! The DaemonSet `openshift-image-registry/node-ca` writes the CAs of registries to each node.
//! Without a running pod, new nodes and changed CAs are not handled: image pulls from the internal
//! registry, or from a registry with its own CA, then fail on these nodes.
//!
//! # What to do
//!
//! Check the pods of the DaemonSet.
//!
//! # Blind spots
//!
//! The operator reports the DaemonSet only when no pod is available. In its first ten minutes the
//! problem is reported as info only.
//!
//! # References
//!
//! - openshift/cluster-image-registry-operator `pkg/operator/nodecadaemon.go`

use mustknow_cluster::model::kinds::IMAGE_REGISTRY_CONFIG;

use crate::catalog::prelude::*;
use crate::engine::Persistence;
use crate::signals::{ConditionReport, ConditionState};

/// How long the replacement of its pods may take.
const GRACE: Span = Span::minutes(10);
const OPERATOR: &str = "image-registry";

pub(super) static META: Meta = Meta {
    id: "registry/node-ca-unavailable",
    title: "unavailable node-ca DaemonSet",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&IMAGE_REGISTRY_CONFIG)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    ConditionReport::of(cx, &IMAGE_REGISTRY_CONFIG, OPERATOR, "NodeCADaemonAvailable").verdict(
        &IMAGE_REGISTRY_CONFIG,
        OPERATOR,
        |reported| Some(finding(cx, &reported)),
    )
}

fn finding(cx: &RuleContext<'_>, reported: &ConditionState<'_>) -> Finding {
    let state = if reported.message.contains("does not exist") {
        "does not exist"
    } else {
        "has no available pods"
    };
    reported
        .finding(
            Subject::namespaced("DaemonSet", "openshift-image-registry", "node-ca"),
            format!("DaemonSet/openshift-image-registry/node-ca {state}"),
        )
        .severity(Persistence::of(cx, reported.since(), GRACE).severity(META.severity))
        .why("The DaemonSet writes registry CAs to each node. New CAs do not reach the nodes.")
        .explains(Subject::cluster("ClusterOperator", OPERATOR), "NodeCADaemon")
        .remedy(
            Remedy::new("Fix the pods of the DaemonSet.")
                .command("oc get pods -n openshift-image-registry -o wide")
                .verify("oc get clusteroperator image-registry"),
        )
}
