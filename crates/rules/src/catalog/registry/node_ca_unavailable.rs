//! Unavailable node-ca DaemonSet.
//!
//! The operator reports the DaemonSet only when no pod is available. In its first ten minutes the
//! problem is reported as info only.
//!
//! - openshift/cluster-image-registry-operator `pkg/operator/nodecadaemon.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .condition(&[(&IMAGE_REGISTRY_CONFIG, "image-registry")], &["NodeCADaemonAvailable"], finding)
    // Its pods are replaced one after another.
    .note_until(Span::minutes(10))
    .why(
        "The DaemonSet openshift-image-registry/node-ca writes the CAs of registries to each \
         node. Without a running pod, new nodes and changed CAs are not handled: image pulls \
         from the internal registry, or from a registry with its own CA, then fail on these \
         nodes.",
    )
    .fix("Check the pods of the DaemonSet.")
    .run(&["oc get pods -n openshift-image-registry -o wide"])
    .verify(&["oc get clusteroperator image-registry"]);

fn finding(bad: &OperatorCondition<'_>) -> Option<Finding> {
    let is_missing = bad.state.message.contains("does not exist");
    let state = if is_missing { "does not exist" } else { "has no available pods" };
    let daemon = Subject::namespaced("DaemonSet", "openshift-image-registry", "node-ca");
    let summary = format!("DaemonSet/openshift-image-registry/node-ca {state}");
    let finding = bad.finding_about(daemon, summary);
    Some(finding.explains(Subject::cluster("ClusterOperator", "image-registry"), "NodeCADaemon"))
}
