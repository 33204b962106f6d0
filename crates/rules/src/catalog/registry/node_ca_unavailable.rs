//! Unavailable node-ca DaemonSet.
//!
//! The operator reports the DaemonSet only when no pod is available. In its first ten minutes the
//! problem is reported as info only.
//!
//! - openshift/cluster-image-registry-operator `pkg/operator/nodecadaemon.go`

use crate::catalog::prelude::*;

/// How long the replacement of its pods may take.
const GRACE: Span = Span::minutes(10);
const OPERATOR: &str = "image-registry";

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .reads(&[Need::Kind(&IMAGE_REGISTRY_CONFIG)])
    .check(check)
    .why(
        "The DaemonSet openshift-image-registry/node-ca writes the CAs of registries to each \
         node. Without a running pod, new nodes and changed CAs are not handled: image pulls \
         from the internal registry, or from a registry with its own CA, then fail on these \
         nodes.",
    )
    .fix("Check the pods of the DaemonSet.")
    .run(&["oc get pods -n openshift-image-registry -o wide"])
    .verify(&["oc get clusteroperator image-registry"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    ConditionReport::of(cx, &IMAGE_REGISTRY_CONFIG, OPERATOR, "NodeCADaemonAvailable").judge(
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
        .severity(Persistence::of(cx, reported.since(), GRACE).severity(RULE.meta.severity))
        .explains(Subject::cluster("ClusterOperator", OPERATOR), "NodeCADaemon")
}
