//! Image registry without configured storage.
//!
//! Storage that is configured but does not work is covered by `registry/resources-not-applied` or
//! `registry/unavailable`. In its first ten minutes the problem is reported as info only.
//!
//! - openshift/cluster-image-registry-operator `pkg/operator/controller.go` (`StorageNotConfigured`)

use crate::catalog::prelude::*;

/// How long the operator may take to choose storage.
const GRACE: Span = Span::minutes(10);
const OPERATOR: &str = "image-registry";

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[Need::Kind(&IMAGE_REGISTRY_CONFIG)])
    .check(check)
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

fn check(cx: &RuleContext<'_>) -> Judged {
    if !is_managed(cx, &IMAGE_REGISTRY_CONFIG) {
        return Err(not_applicable("the image registry is not managed"));
    }
    let report = |name| ConditionReport::of(cx, &IMAGE_REGISTRY_CONFIG, OPERATOR, name);
    let (degraded, available) = (report("Degraded"), report("Available"));
    if degraded.is_not_collected() && available.is_not_collected() {
        return Err(NotJudged::from(ConditionReport::gap(&IMAGE_REGISTRY_CONFIG, OPERATOR)));
    }
    let is_match = |reported: &ConditionState<'_>| {
        reported.reason.contains("StorageNotConfigured")
            || reported.message.contains("storage backend not configured")
    };
    let bad = degraded.bad().filter(is_match).or_else(|| available.bad().filter(is_match));
    let finding = bad.map(|reported| {
        reported
            .finding(
                Subject::cluster("configs.imageregistry.operator.openshift.io", "cluster"),
                "configs.imageregistry.operator.openshift.io/cluster is managed but has no storage",
            )
            .severity(Persistence::of(cx, reported.since(), GRACE).severity(RULE.meta.severity))
            .keywords("StorageNotConfigured")
            .explains(Subject::cluster("ClusterOperator", OPERATOR), "StorageNotConfigured")
    });
    Ok(Checked::over(1, finding.into_iter()))
}
