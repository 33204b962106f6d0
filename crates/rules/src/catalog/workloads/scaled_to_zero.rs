//! A Deployment of the release itself that is scaled to no pod.
//!
//! # Why it matters
//!
//! Somebody stopped an operator, to try something by hand or to keep it from undoing a change, and it
//! was left so. What that operator looks after is looked after by nobody: its ClusterOperator keeps
//! saying what it said last. Without the cluster-version operator the whole release stands still.
//!
//! # What to do
//!
//! Scale it up again once the reason is gone, and take away an override of the ClusterVersion for it.
//!
//! # Blind spots
//!
//! Only Deployments that the release image brings are judged, by the annotation that says so; what
//! operators scale themselves, as routers or the image registry, may rightly be at zero.
//!
//! # References
//!
//! - openshift/cluster-version-operator `pkg/payload/payload.go`
//!   (`include.release.openshift.io/`), `lib/resourcemerge/apps.go`

use mustknow_gather::kinds::{DEPLOYMENT, Workload};
use mustknow_gather::resource::Resource;
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;

pub(super) static META: Meta = Meta {
    id: "workloads/scaled-to-zero",
    title: "a Deployment of the release itself that is scaled to no pod",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&DEPLOYMENT)],
    uses: &[],
};

/// What the release brings, by its annotations.
fn is_of_release(resource: &Resource) -> bool {
    let annotations = resource.at(&["metadata", "annotations"]);
    let mut keys = annotations.into_iter().flat_map(Value::entries);
    keys.any(|(key, _)| key.starts_with("include.release.openshift.io/"))
}

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut examined = 0;
    let mut findings = Vec::new();
    for deployment in case.snapshot().of_kind(&DEPLOYMENT) {
        if !deployment.namespace().starts_with("openshift-") || !is_of_release(deployment) {
            continue;
        }
        examined += 1;
        if Workload::of(deployment).wanted() == 0 {
            findings.push(finding(deployment));
        }
    }
    Verdict::over(examined, findings, "no Deployment of the release in the archive")
}

fn finding(deployment: &Resource) -> Finding {
    let (subject, namespace) = (Subject::of(deployment), deployment.namespace());
    let name = deployment.name();
    let why = if name == "cluster-version-operator" {
        "Nobody applies the release any more: no update begins or goes on, and what is changed by \
         hand stays changed."
    } else {
        "What it looks after is looked after by nobody, and its ClusterOperator keeps saying what it \
         said last."
    };
    Finding::new(
        subject.clone(),
        format!("{subject} is part of the release and is scaled to no pod"),
        Evidence::field(deployment, &["spec", "replicas"], "no pod is wanted"),
    )
    .saying(format!("Deployment/{namespace}/{name}"))
    .why(why)
    .remedy(
        Remedy::new("Scale it up again.")
            .command(format!("oc scale deployment -n {namespace} {name} --replicas=1"))
            .before(
                "whoever scaled it down does not need that any more",
                Proof::ByHand("oc get clusterversion version -o jsonpath={.spec.overrides}".into()),
            )
            .verify(format!("oc get deployment -n {namespace} {name}")),
    )
}
