//! Platform operator Deployment scaled to zero.
//!
//! Only Deployments of the release payload are checked. They are recognized by an annotation.
//! Deployments that operators scale themselves, such as routers or the image registry, may be at
//! zero by design.
//!
//! - openshift/cluster-version-operator `pkg/payload/payload.go`
//!   (`include.release.openshift.io/`), `lib/resourcemerge/apps.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&DEPLOYMENT)])
    .check(check)
    .why(
        "An operator was stopped manually, for a test or to keep it from reverting a change, \
         and was not started again. Its operand is not reconciled, and its ClusterOperator \
         keeps its last status. Without the cluster-version operator no part of the release is \
         updated or reconciled.",
    )
    .fix(
        "Scale it up again when the reason no longer applies, and remove any override for it \
         from the ClusterVersion.",
    );

/// Whether the Deployment is part of the release payload, by its annotations.
fn is_of_release(resource: &Resource) -> bool {
    let annotations = resource.at(&["metadata", "annotations"]);
    let mut keys = annotations.into_iter().flat_map(Value::entries);
    keys.any(|(key, _)| key.starts_with("include.release.openshift.io/"))
}

fn check(cx: &RuleContext<'_>) -> Judged {
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
    Ok(Checked::over(examined, findings))
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
    .run(format!("oc scale deployment -n {namespace} {name} --replicas=1"))
    .before(
        "the reason for scaling it down no longer applies",
        Proof::ByHand("oc get clusterversion version -o jsonpath={.spec.overrides}".into()),
    )
    .verify(format!("oc get deployment -n {namespace} {name}"))
}
