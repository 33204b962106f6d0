//! Shortened control-plane certificate rotation (CertRotationBaseOverridden).
//!
//! # Why it matters
//!
//! ConfigMap `openshift-config/unsupported-cert-rotation-config` shortens the lifetime of every
//! certificate that the operators create, so that rotation can be tested. On other clusters it only
//! reduces how long the cluster can be shut down and still start again. It also blocks updates.
//!
//! # What to do
//!
//! Delete the ConfigMap.
//!
//! # Blind spots
//!
//! The operator's own object must be in the archive.
//!
//! # References
//!
//! - openshift/cluster-kube-apiserver-operator
//!   `pkg/operator/certrotationtimeupgradeablecontroller/certrotationtime_upgradeable.go`

use mustknow_cluster::model::kinds::OPERATOR_KUBE_API_SERVER;

use crate::catalog::prelude::*;
use crate::engine::excerpt;
use crate::signals::kube_api_server_operator;

pub(super) static META: Meta = Meta {
    id: "kube-apiserver/cert-rotation-overridden",
    title: "shortened control-plane certificate rotation (CertRotationBaseOverridden)",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_KUBE_API_SERVER)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let own = match kube_api_server_operator(cx) {
        Ok(own) => own,
        Err(unknown) => return unknown,
    };
    let Some(condition) = own.condition("CertRotationTimeUpgradeable") else {
        return Verdict::NotApplicable(
            "this release does not report the rotation interval".to_owned(),
        );
    };
    if !condition.is_false() || condition.reason() != "CertRotationBaseOverridden" {
        return Verdict::Healthy { examined: 1 };
    }
    let detail = excerpt(&condition.message());
    let summary = format!("lifetime of the control-plane certificates is shortened: {detail}");
    let evidence = Evidence::condition(own.resource(), condition, condition.reason());
    let finding = Finding::new(Subject::view(own), summary, evidence)
        .since(condition.since())
        .why(
            "The setting is intended for tests. It makes certificates expire sooner and blocks \
             updates.",
        )
        .keywords("CertRotationTime_CertRotationBaseOverridden")
        .keywords(condition.message())
        .remedy(
            Remedy::new("Delete the ConfigMap.")
                .command("oc delete configmap unsupported-cert-rotation-config -n openshift-config")
                .verify("oc get kubeapiservers.operator.openshift.io cluster -o yaml")
                .side_effect("certificates get their default lifetime again when they are rotated")
                .precondition(
                    "this cluster is not used to test certificate rotation",
                    Proof::ByHand(
                        "oc get configmap unsupported-cert-rotation-config -n openshift-config -o \
                         yaml"
                            .to_owned(),
                    ),
                ),
        );
    Verdict::Found(vec![finding])
}
