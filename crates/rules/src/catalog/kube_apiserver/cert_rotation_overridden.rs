//! Shortened control-plane certificate rotation (CertRotationBaseOverridden).
//!
//! The operator's own object must be in the archive.
//!
//! - openshift/cluster-kube-apiserver-operator
//!   `pkg/operator/certrotationtimeupgradeablecontroller/certrotationtime_upgradeable.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_KUBE_API_SERVER)])
    .check(check)
    .why(
        "ConfigMap openshift-config/unsupported-cert-rotation-config shortens the lifetime of \
         every certificate that the operators create, so that rotation can be tested. On other \
         clusters it only reduces how long the cluster can be shut down and still start again. \
         It also blocks updates.",
    )
    .fix("Delete the ConfigMap.")
    .run(&["oc delete configmap unsupported-cert-rotation-config -n openshift-config"])
    .verify(&["oc get kubeapiservers.operator.openshift.io cluster -o yaml"])
    .side_effects(&["certificates get their default lifetime again when they are rotated"])
    .before(&[(
        "this cluster is not used to test certificate rotation",
        "oc get configmap unsupported-cert-rotation-config -n openshift-config -o yaml",
    )]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let own = kube_api_server_operator(cx)?;
    let Some(condition) = own.condition("CertRotationTimeUpgradeable") else {
        return Err(not_applicable("this release does not report the rotation interval"));
    };
    if !condition.is_false() || condition.reason() != "CertRotationBaseOverridden" {
        return Ok(Checked::over(1, None));
    }
    let detail = excerpt(&condition.message());
    let summary = format!("lifetime of the control-plane certificates is shortened: {detail}");
    let evidence = Evidence::condition(own.resource(), condition, condition.reason());
    let finding = Finding::new(Subject::view(own), summary, evidence)
        .since(condition.since())
        .keywords("CertRotationTime_CertRotationBaseOverridden")
        .keywords(condition.message());
    Ok(Checked::over(1, vec![finding]))
}
