//! Missing ClusterOperator.
//!
//! Only operators that every supported release has on every platform are checked, except those of
//! capabilities that are not enabled. Later releases may have others.
//!
//! - openshift/oc `pkg/cli/admin/mustgather/summary.go`, `longExistingOperators`
//! - openshift/api `config/v1/types_cluster_version.go`, `ClusterVersionCapability`

use crate::catalog::prelude::*;

/// Operators that every cluster has, with the capability that can be disabled, if any.
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
/// A list with fewer of them comes from another type of cluster.
const MOST: usize = 20;

pub(super) const RULE: Rule = rule(Error, Symptom, releases(6, 20))
    .needs(&[Need::Kind(&CLUSTER_OPERATOR), Need::Kind(&CLUSTER_VERSION)])
    .reads(&[Need::Kind(&INFRASTRUCTURE)])
    .check(check)
    .at_once("an operator creates it as soon as it starts, and no installation is running")
    .why(
        "An operator creates its ClusterOperator when it starts. A missing ClusterOperator was \
         deleted, or its operator has never run. Its operand is not managed, and an update \
         waits for it.",
    )
    .fix("Check the operator's pod. A running operator creates its ClusterOperator again.")
    .run(&["oc get deployments --all-namespaces"])
    .verify(&["oc get clusteroperator {name}"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let searched = cx.prove_whole(&CLUSTER_OPERATOR, "")?;
    if has_hosted_control_plane(cx) {
        return Err(not_applicable("the control plane runs outside the cluster"));
    }
    if is_installing(cx) {
        return Err(not_applicable("the cluster is being installed"));
    }
    let is_missing = |name: &str| cx.find::<ClusterOperator<'_>>("", name).is_none();
    if USUAL.iter().filter(|(name, _)| !is_missing(name)).count() < MOST {
        return Err(not_applicable("the cluster has few of the usual operators"));
    }
    let missing = USUAL.iter().filter(|(name, of)| is_missing(name) && is_enabled(cx, of));
    let findings = missing.map(|(name, _)| {
        let subject = Subject::cluster("ClusterOperator", *name);
        let evidence = Evidence::missing(subject.clone(), &searched);
        let summary = format!("ClusterOperator/{name} is missing: its operator has not run");
        Finding::new(subject, summary, evidence).keywords(*name)
    });
    Ok(Checked::over(searched.objects, findings))
}

/// Whether the operator's capability is enabled. If the release does not know the capability, the
/// operator is always present.
fn is_enabled(cx: &RuleContext<'_>, capability: &str) -> bool {
    let Some(version) = cx.cluster_version().filter(|_| !capability.is_empty()) else {
        return true;
    };
    let lists = |field: &str| {
        let listed = version.resource().at(&["status", "capabilities", field]);
        let mut names = listed.into_iter().flat_map(Value::items);
        names.any(|entry| entry.text().as_deref() == Some(capability))
    };
    lists("enabledCapabilities") || !lists("knownCapabilities")
}
