//! Unavailable image registry.
//!
//! The check reads the conditions of the image registry operator. In its first ten minutes the
//! problem is reported as info only.
//!
//! - openshift/cluster-image-registry-operator `pkg/operator/status.go` (`NoReplicasAvailable`,
//!   `DeploymentNotFound`, `ProgressDeadlineExceeded`)

use crate::catalog::prelude::*;

const NAMESPACE: &str = "openshift-image-registry";
/// Reasons, or messages of the ClusterOperator, that mean that no pod is available.
const NONE: [&str; 5] = [
    "NoReplicasAvailable",
    "DeploymentNotFound",
    "DeploymentDeleted",
    "does not have available replicas",
    "deployment does not exist",
];

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .condition(&[(&IMAGE_REGISTRY_CONFIG, "image-registry")], &["Available", "Degraded"], finding)
    .while_managed()
    .reads(&[Need::Kind(&POD)])
    // A pod may be replaced.
    .note_until(Span::minutes(10))
    .why(
        "Builds push to the internal registry, and workloads pull from it what was built. \
         Without an available pod neither works, and the image registry operator is not \
         available.",
    )
    .fix(
        "Check the pods of Deployment openshift-image-registry/image-registry. If the registry \
         stores images on a volume, also check the PersistentVolumeClaim that the pods wait \
         for.",
    )
    .run(&[
        "oc get pods,pvc -n {namespace} -o wide",
        "oc logs -n {namespace} deployment/image-registry --tail=100",
    ])
    .verify(&["oc get clusteroperator image-registry"]);

fn finding(bad: &OperatorCondition<'_>) -> Option<Finding> {
    let state = &bad.state;
    let mentions = |signs: &[&str]| {
        signs.iter().any(|sign| state.reason.contains(sign) || state.message.contains(sign))
    };
    let (what, severity) = match bad.condition_type {
        "Available" if mentions(&NONE) => ("has no available pods", Error),
        "Degraded" if mentions(&["timed out progressing"]) => {
            ("does not complete its rollout", Warning)
        }
        _ => return None,
    };
    let waiting: Vec<Pod<'_>> = (bad.cx.within::<Pod<'_>>(NAMESPACE))
        .filter(|pod| pod.name().starts_with("image-registry-"))
        .filter(|pod| !pod.is_ready() && is_expected(*pod))
        .collect();
    let names: Vec<_> = waiting.iter().map(|pod| pod.name()).collect();
    let pods = match names.as_slice() {
        [] => String::new(),
        names => format!("; not ready: {}", name_list(names)),
    };
    let unready = waiting.iter().take(3).filter_map(|pod| {
        let scheduled = pod.condition("PodScheduled").filter(|scheduled| scheduled.is_false());
        let condition = scheduled.or_else(|| pod.condition("Ready"))?;
        let note = match &*excerpt(&condition.message()) {
            "" => "the pod is not ready".to_owned(),
            detail => detail.to_owned(),
        };
        Some(Evidence::condition(pod.resource(), condition, note))
    });
    let registry = Subject::namespaced("Deployment", NAMESPACE, "image-registry");
    let finding = bad
        .finding_about(registry, format!("Deployment/{NAMESPACE}/image-registry {what}{pods}"))
        .severity(severity)
        .keywords(names.join(" "))
        .evidence(unready)
        .explains(Subject::cluster("ClusterOperator", "image-registry"), state.message.clone());
    Some(finding)
}
