//! Nodes that are not told which registries to trust.
//!
//! # Why it matters
//!
//! DaemonSet `openshift-image-registry/node-ca` writes the authorities of registries onto each node.
//! Without a pod of it new nodes, and authorities that change, are not taken care of: pulls from the
//! cluster's own registry, or from one with an authority of its own, then fail there.
//!
//! # What to do
//!
//! Look at the pods of the DaemonSet.
//!
//! # Blind spots
//!
//! The operator reports the DaemonSet only when no pod at all is available. Less than ten minutes
//! are told as information only.
//!
//! # References
//!
//! - openshift/cluster-image-registry-operator `pkg/operator/nodecadaemon.go`

use mustknow_gather::kinds::IMAGE_REGISTRY_CONFIG;

use crate::catalog::prelude::*;
use crate::facts::{Patience, Report, Reported};

/// How long its pods may be replaced.
const GRACE: Span = Span::minutes(10);
const OPERATOR: &str = "image-registry";

pub(super) static META: Meta = Meta {
    id: "registry/node-ca-unavailable",
    title: "nodes that are not told which registries to trust",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&IMAGE_REGISTRY_CONFIG)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    Report::of(case, &IMAGE_REGISTRY_CONFIG, OPERATOR, "NodeCADaemonAvailable").verdict(
        &IMAGE_REGISTRY_CONFIG,
        OPERATOR,
        |reported| Some(finding(case, &reported)),
    )
}

fn finding(case: &Case<'_>, reported: &Reported<'_>) -> Finding {
    let state = if reported.message.contains("does not exist") {
        "does not exist"
    } else {
        "has no pod that is available"
    };
    reported
        .finding(
            Subject::namespaced("DaemonSet", "openshift-image-registry", "node-ca"),
            format!("DaemonSet openshift-image-registry/node-ca {state}"),
        )
        .severity(Patience::of(case, reported.since(), GRACE).severity(META.severity))
        .why("It writes the authorities of registries onto each node; new ones do not get there.")
        .explains(Subject::cluster("ClusterOperator", OPERATOR), "NodeCADaemon")
        .remedy(
            Remedy::new("Mend the pods of the DaemonSet.")
                .command("oc get pods -n openshift-image-registry -o wide")
                .verify("oc get clusteroperator image-registry"),
        )
}
