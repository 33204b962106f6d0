//! Unavailable image registry.
//!
//! The check reads the conditions of the image registry operator. In its first ten minutes the
//! problem is reported as info only.
//!
//! - openshift/cluster-image-registry-operator `pkg/operator/status.go` (`NoReplicasAvailable`,
//!   `DeploymentNotFound`, `ProgressDeadlineExceeded`)

use crate::catalog::prelude::*;

/// How long the replacement of a pod may take.
const GRACE: Span = Span::minutes(10);
const OPERATOR: &str = "image-registry";
const NAMESPACE: &str = "openshift-image-registry";
/// Reasons, or messages of the ClusterOperator, that mean that no pod is available.
const NONE: [&str; 5] = [
    "NoReplicasAvailable",
    "DeploymentNotFound",
    "DeploymentDeleted",
    "does not have available replicas",
    "deployment does not exist",
];
/// How many pods one finding shows.
const SHOWN: usize = 3;

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .reads(&[Need::Kind(&IMAGE_REGISTRY_CONFIG), Need::Kind(&POD)])
    .check(check)
    .why(
        "Builds push to the internal registry, and workloads pull from it what was built. \
         Without an available pod neither works, and the image registry operator is not \
         available.",
    )
    .fix(
        "Check the pods of Deployment openshift-image-registry/image-registry. If the registry \
         stores images on a volume, also check the PersistentVolumeClaim that the pods wait \
         for.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    if !is_managed(cx, &IMAGE_REGISTRY_CONFIG) {
        return Err(not_applicable("the image registry is not managed"));
    }
    let report = |name| ConditionReport::of(cx, &IMAGE_REGISTRY_CONFIG, OPERATOR, name);
    let (available, degraded) = (report("Available"), report("Degraded"));
    if available.is_not_collected() && degraded.is_not_collected() {
        return Err(NotJudged::from(ConditionReport::gap(&IMAGE_REGISTRY_CONFIG, OPERATOR)));
    }
    let mentions = |reported: &ConditionState<'_>, signs: &[&str]| {
        signs.iter().any(|sign| reported.reason.contains(sign) || reported.message.contains(sign))
    };
    let none = available.bad().filter(|reported| mentions(reported, &NONE));
    let late = degraded.bad().filter(|reported| mentions(reported, &["timed out progressing"]));
    let finding = match (none, late) {
        (Some(reported), _) => Some(finding(cx, &reported, "has no available pods", Error)),
        (None, Some(reported)) => {
            Some(finding(cx, &reported, "does not complete its rollout", Warning))
        }
        (None, None) => None,
    };
    Ok(Checked::over(1, finding.into_iter()))
}

fn finding(
    cx: &RuleContext<'_>,
    reported: &ConditionState<'_>,
    state: &str,
    full: Severity,
) -> Finding {
    let waiting: Vec<Pod<'_>> = cx
        .within::<Pod<'_>>(NAMESPACE)
        .filter(|pod| pod.name().starts_with("image-registry-"))
        .filter(|pod| !pod.is_ready() && is_expected(*pod))
        .collect();
    let names: Vec<_> = waiting.iter().map(|pod| pod.name()).collect();
    let unready = waiting.iter().take(SHOWN).filter_map(|pod| {
        let condition = pod.condition("PodScheduled").filter(|scheduled| scheduled.is_false());
        let condition = condition.or_else(|| pod.condition("Ready"))?;
        let note = match &*excerpt(&condition.message()) {
            "" => "the pod is not ready".to_owned(),
            detail => detail.to_owned(),
        };
        Some(Evidence::condition(pod.resource(), condition, note))
    });
    let pods = if names.is_empty() {
        String::new()
    } else {
        format!("; not ready: {}", name_list(&names))
    };
    reported
        .finding(
            Subject::namespaced("Deployment", NAMESPACE, "image-registry"),
            format!("Deployment/{NAMESPACE}/image-registry {state}{pods}"),
        )
        .severity(Persistence::of(cx, reported.since(), GRACE).severity(full))
        .keywords(names.join(" "))
        .evidence(unready)
        .explains(Subject::cluster("ClusterOperator", OPERATOR), reported.message.clone())
        .run(format!("oc get pods,pvc -n {NAMESPACE} -o wide"))
        .run(format!("oc logs -n {NAMESPACE} deployment/image-registry --tail=100"))
        .verify("oc get clusteroperator image-registry")
}
