//! Shortened control-plane certificate rotation (CertRotationBaseOverridden).
//!
//! - openshift/cluster-kube-apiserver-operator
//!   `pkg/operator/certrotationtimeupgradeablecontroller/certrotationtime_upgradeable.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .each(&[&OPERATOR_KUBE_API_SERVER], judge)
    .at_once("a setting stays until an administrator changes it")
    .even_while_installing("the installer does not change the setting")
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

fn judge<'s>(_: &RuleContext<'s>, own: &'s Resource) -> Result<Option<Finding>, NotJudged> {
    let condition = Condition::find(own, "CertRotationTimeUpgradeable");
    let condition = condition
        .ok_or_else(|| not_applicable("this release does not report the rotation interval"))?;
    if !condition.is_false() || condition.reason() != "CertRotationBaseOverridden" {
        return Ok(None);
    }
    let detail = excerpt(&condition.message());
    let summary = format!("lifetime of the control-plane certificates is shortened: {detail}");
    let evidence = Evidence::condition(own, condition, condition.reason());
    let finding = Finding::new(Subject::of(own), summary, evidence)
        .since(condition.since())
        .keywords("CertRotationTime_CertRotationBaseOverridden")
        .keywords(condition.message());
    Ok(Some(finding))
}
