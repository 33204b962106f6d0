//! A ClusterOperator that every cluster has, and this one has not.
//!
//! # Why it matters
//!
//! An operator creates its ClusterOperator when it starts. One that is missing was deleted, or its
//! operator has never run: nothing it is responsible for is watched, and an update waits for it.
//!
//! # What to do
//!
//! Look at the operator's pod. An operator that runs creates its ClusterOperator again.
//!
//! # Blind spots
//!
//! Judged are the operators that every supported release has on every platform, without those of
//! capabilities that are not enabled. A cluster that is being installed has not all of them yet,
//! and one whose control plane runs elsewhere never has. Later releases may have others.
//!
//! # References
//!
//! - openshift/oc `pkg/cli/admin/mustgather/summary.go`, `longExistingOperators`
//! - openshift/api `config/v1/types_cluster_version.go`, `ClusterVersionCapability`

use mustknow_gather::kinds::{CLUSTER_OPERATOR, CLUSTER_VERSION, ClusterOperator, INFRASTRUCTURE};
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::{is_hosted, is_installing};
use crate::meta::Releases;

/// Operators every cluster has, with the capability that can be left out, if any.
const USUAL: [(&str, &str); 25] = [
    ("authentication", ""),
    ("cloud-credential", "CloudCredential"),
    ("cluster-autoscaler", "MachineAPI"),
    ("config-operator", ""),
    ("console", "Console"),
    ("dns", ""),
    ("etcd", ""),
    ("image-registry", "ImageRegistry"),
    ("ingress", "Ingress"),
    ("insights", "Insights"),
    ("kube-apiserver", ""),
    ("kube-controller-manager", ""),
    ("kube-scheduler", ""),
    ("kube-storage-version-migrator", ""),
    ("machine-api", "MachineAPI"),
    ("machine-approver", ""),
    ("machine-config", ""),
    ("marketplace", "marketplace"),
    ("monitoring", ""),
    ("network", ""),
    ("openshift-apiserver", ""),
    ("openshift-controller-manager", ""),
    ("operator-lifecycle-manager", "OperatorLifecycleManager"),
    ("service-ca", ""),
    ("storage", "Storage"),
];
/// A list with fewer of them comes from a cluster of another sort.
const MOST: usize = 20;

pub(super) static META: Meta = Meta {
    id: "operators/missing",
    title: "a ClusterOperator that is missing",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::Releases(Releases::between(6, 20)),
    needs: &[Need::Kind(&CLUSTER_OPERATOR), Need::Kind(&CLUSTER_VERSION)],
    uses: &[Need::Kind(&INFRASTRUCTURE)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let searched = match case.prove_whole(&CLUSTER_OPERATOR, "") {
        Ok(searched) => searched,
        Err(missing) => return Verdict::Unknown(Gap::missing(&missing)),
    };
    if is_hosted(case) {
        return Verdict::NotApplicable("the control plane runs outside the cluster".to_owned());
    }
    if is_installing(case) {
        return Verdict::NotApplicable("the cluster is being installed".to_owned());
    }
    let is_there = |name: &str| case.find::<ClusterOperator<'_>>("", name).is_some();
    if USUAL.iter().filter(|(name, _)| is_there(name)).count() < MOST {
        return Verdict::NotApplicable("the cluster has few of the usual operators".to_owned());
    }
    let findings: Vec<_> = USUAL
        .iter()
        .filter(|(name, capability)| !is_there(name) && is_wanted(case, capability))
        .map(|(name, _)| {
            let subject = Subject::cluster("ClusterOperator", *name);
            Finding::new(
                subject.clone(),
                format!("ClusterOperator/{name} is missing, so its operator has not run"),
                Evidence::missing(subject, &searched),
            )
            .why(
                "An operator that runs creates its ClusterOperator. Nobody watches what this one \
                 is responsible for, and an update waits for it.",
            )
            .saying(*name)
            .remedy(
                Remedy::new("Look at the operator's Deployment and pod.")
                    .command("oc get deployments --all-namespaces")
                    .verify(format!("oc get clusteroperator {name}")),
            )
        })
        .collect();
    Verdict::over(searched.objects, findings, "")
}

/// Whether the operator's capability is enabled. Where the release does not know the capability,
/// the operator is always there.
fn is_wanted(case: &Case<'_>, capability: &str) -> bool {
    let Some(version) = case.cluster_version().filter(|_| !capability.is_empty()) else {
        return true;
    };
    let lists = |field: &str| {
        let path = ["status", "capabilities", field];
        let listed = version.resource().at(&path);
        listed
            .into_iter()
            .flat_map(Value::items)
            .any(|entry| entry.text().as_deref() == Some(capability))
    };
    lists("enabledCapabilities") || !lists("knownCapabilities")
}
