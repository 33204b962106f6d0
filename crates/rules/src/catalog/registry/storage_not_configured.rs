//! Image registry without configured storage.
//!
//! Storage that is configured but does not work is covered by `registry/resources-not-applied` or
//! `registry/unavailable`. In its first ten minutes the problem is reported as info only.
//!
//! - openshift/cluster-image-registry-operator `pkg/operator/controller.go` (`StorageNotConfigured`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .condition(&[(&IMAGE_REGISTRY_CONFIG, "image-registry")], &["Degraded", "Available"], finding)
    .while_managed()
    // The operator first chooses storage by itself.
    .note_until(Span::minutes(10))
    .why(
        "On platforms without object storage the registry storage must be configured. While the \
         registry is managed and has no storage, it is not deployed, and its operator is \
         degraded and not available.",
    )
    .fix(
        "Configure storage, or set the registry to Removed if no images are built or pushed in \
         the cluster.",
    )
    .run(&["oc get configs.imageregistry.operator.openshift.io cluster -o yaml"])
    .verify(&["oc get clusteroperator image-registry"])
    .before(&[(
        "before the registry is removed: no workload uses an image of the registry",
        "oc get pods --all-namespaces -o yaml | grep image-registry.openshift",
    )]);

fn finding(bad: &OperatorCondition<'_>) -> Option<Finding> {
    let is_match = bad.state.reason.contains("StorageNotConfigured")
        || bad.state.message.contains("storage backend not configured");
    let finding = bad.finding_about(
        Subject::cluster("configs.imageregistry.operator.openshift.io", "cluster"),
        "configs.imageregistry.operator.openshift.io/cluster is managed but has no storage",
    );
    let operator = Subject::cluster("ClusterOperator", "image-registry");
    is_match.then(|| {
        finding.keywords("StorageNotConfigured").explains(operator, "StorageNotConfigured")
    })
}
