//! An image registry without pods that are available.
//!
//! # Why it matters
//!
//! Builds push to the registry of the cluster, and workloads pull what was built from it. Without a
//! pod of it neither works, and its operator is not available.
//!
//! # What to do
//!
//! Look at the pods of Deployment `openshift-image-registry/image-registry`, and at the volume claim
//! that they wait for where the registry keeps images on one.
//!
//! # Blind spots
//!
//! This is what the image registry operator says. Less than ten minutes are told as information only.
//!
//! # References
//!
//! - openshift/cluster-image-registry-operator `pkg/operator/status.go` (`NoReplicasAvailable`,
//!   `DeploymentNotFound`, `ProgressDeadlineExceeded`)

use mustknow_gather::kinds::{IMAGE_REGISTRY_CONFIG, POD, Pod};

use crate::catalog::prelude::*;
use crate::facts::{Patience, Report, Reported, excerpt, few, is_expected, is_managed};

/// How long a pod may take to be replaced.
const GRACE: Span = Span::minutes(10);
const OPERATOR: &str = "image-registry";
const NAMESPACE: &str = "openshift-image-registry";
/// Reasons, or the messages of the ClusterOperator, that mean no pod at all.
const NONE: [&str; 5] = [
    "NoReplicasAvailable",
    "DeploymentNotFound",
    "DeploymentDeleted",
    "does not have available replicas",
    "deployment does not exist",
];
/// How many pods one finding shows.
const SHOWN: usize = 3;

pub(super) static META: Meta = Meta {
    id: "registry/unavailable",
    title: "an image registry without pods that are available",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&IMAGE_REGISTRY_CONFIG), Need::Kind(&POD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    if !is_managed(case, &IMAGE_REGISTRY_CONFIG) {
        return Verdict::NotApplicable("the image registry is not managed".to_owned());
    }
    let ask = |name| Report::of(case, &IMAGE_REGISTRY_CONFIG, OPERATOR, name);
    let (available, degraded) = (ask("Available"), ask("Degraded"));
    if available.has_no_source() && degraded.has_no_source() {
        return Verdict::Unknown(Report::gap(&IMAGE_REGISTRY_CONFIG, OPERATOR));
    }
    let says = |reported: &Reported<'_>, signs: &[&str]| {
        signs.iter().any(|sign| reported.reason.contains(sign) || reported.message.contains(sign))
    };
    let none = available.bad().filter(|reported| says(reported, &NONE));
    let late = degraded.bad().filter(|reported| says(reported, &["timed out progressing"]));
    let finding = match (none, late) {
        (Some(reported), _) => {
            Some(finding(case, &reported, "has no pod that is available", Severity::Error))
        }
        (None, Some(reported)) => {
            Some(finding(case, &reported, "does not finish its rollout", Severity::Warning))
        }
        (None, None) => None,
    };
    Verdict::over(1, finding.into_iter().collect(), "")
}

fn finding(case: &Case<'_>, reported: &Reported<'_>, state: &str, full: Severity) -> Finding {
    let waiting: Vec<Pod<'_>> = case
        .within::<Pod<'_>>(NAMESPACE)
        .filter(|pod| pod.name().starts_with("image-registry-"))
        .filter(|pod| !pod.is_ready() && is_expected(*pod))
        .collect();
    let names: Vec<_> = waiting.iter().map(|pod| pod.name()).collect();
    let unready = waiting.iter().take(SHOWN).filter_map(|pod| {
        let condition = pod.condition("PodScheduled").filter(|scheduled| scheduled.is_false());
        let condition = condition.or_else(|| pod.condition("Ready"))?;
        let note = match &*excerpt(&condition.message()) {
            "" => "this pod is not ready".to_owned(),
            words => words.to_owned(),
        };
        Some(Evidence::condition(pod.resource(), condition, note))
    });
    let pods =
        if names.is_empty() { String::new() } else { format!("; not ready: {}", few(&names)) };
    reported
        .finding(
            Subject::namespaced("Deployment", NAMESPACE, "image-registry"),
            format!("Deployment {NAMESPACE}/image-registry {state}{pods}"),
        )
        .severity(Patience::of(case, reported.since(), GRACE).severity(full))
        .saying(names.join(" "))
        .evidence(unready)
        .why("Builds do not push, and workloads do not pull what was built in the cluster.")
        .explains(Subject::cluster("ClusterOperator", OPERATOR), reported.message.clone())
        .remedy(
            Remedy::new("Mend the pods of the Deployment, or the volume claim they wait for.")
                .command(format!("oc get pods,pvc -n {NAMESPACE} -o wide"))
                .command(format!("oc logs -n {NAMESPACE} deployment/image-registry --tail=100"))
                .verify("oc get clusteroperator image-registry"),
        )
}
