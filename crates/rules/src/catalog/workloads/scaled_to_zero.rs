//! Platform operator Deployment scaled to zero.
//!
//! # Why it matters
//!
//! An operator was stopped manually, for a test or to keep it from reverting a change, and was not
//! started again. Its operand is not reconciled, and its ClusterOperator keeps its last status.
//! Without the cluster-version operator no part of the release is updated or reconciled.
//!
//! # What to do
//!
//! Scale it up again when the reason no longer applies, and remove any override for it from the
//! ClusterVersion.
//!
//! # Blind spots
//!
//! Only Deployments of the release payload are checked. They are recognized by an annotation.
//! Deployments that operators scale themselves, such as routers or the image registry, may be at
//! zero by design.
//!
//! # References
//!
//! - openshift/cluster-version-operator `pkg/payload/payload.go`
//!   (`include.release.openshift.io/`), `lib/resourcemerge/apps.go`

use mustknow_cluster::model::kinds::DEPLOYMENT;
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::views::Workload;
use mustknow_yaml::Value;

use crate::catalog::prelude::*;

pub(super) static META: Meta = Meta {
    id: "workloads/scaled-to-zero",
    title: "platform operator Deployment scaled to zero",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&DEPLOYMENT)],
    uses: &[],
};

/// Whether the Deployment is part of the release payload, by its annotations.
fn is_of_release(resource: &Resource) -> bool {
    let annotations = resource.at(&["metadata", "annotations"]);
    let mut keys = annotations.into_iter().flat_map(Value::entries);
    keys.any(|(key, _)| key.starts_with("include.release.openshift.io/"))
}

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let mut examined = 0;
    let mut findings = Vec::new();
    for deployment in cx.snapshot().of_kind(&DEPLOYMENT) {
        if !deployment.namespace().starts_with("openshift-") || !is_of_release(deployment) {
            continue;
        }
        examined += 1;
        if Workload::of(deployment).desired() == 0 {
            findings.push(finding(deployment));
        }
    }
    Verdict::over(examined, findings, "no Deployment of the release in the archive")
}

fn finding(deployment: &Resource) -> Finding {
    let (subject, namespace) = (Subject::of(deployment), deployment.namespace());
    let name = deployment.name();
    let why = if name == "cluster-version-operator" {
        "The release is no longer applied: no update starts or continues, and manual changes are \
         not reverted."
    } else {
        "Its operand is not reconciled, and its ClusterOperator keeps its last status."
    };
    Finding::new(
        subject.clone(),
        format!("{subject} is part of the release and is scaled to zero"),
        Evidence::field(deployment, &["spec", "replicas"], "replicas is 0"),
    )
    .keywords(format!("Deployment/{namespace}/{name}"))
    .why(why)
    .remedy(
        Remedy::new("Scale the Deployment up again.")
            .command(format!("oc scale deployment -n {namespace} {name} --replicas=1"))
            .precondition(
                "the reason for scaling it down no longer applies",
                Proof::ByHand("oc get clusterversion version -o jsonpath={.spec.overrides}".into()),
            )
            .verify(format!("oc get deployment -n {namespace} {name}")),
    )
}
