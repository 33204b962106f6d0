//! Certificates of the control plane that are rotated at a pace made for tests.
//!
//! # Why it matters
//!
//! ConfigMap `openshift-config/unsupported-cert-rotation-config` shortens the life of every
//! certificate the operators make, so that rotation can be tested. Elsewhere it only brings the day
//! nearer on which a cluster that was switched off cannot be started again; it also blocks updates.
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

use mustknow_gather::kinds::OPERATOR_KUBE_API_SERVER;

use crate::catalog::prelude::*;
use crate::facts::{excerpt, kube_api_server_itself};

pub(super) static META: Meta = Meta {
    id: "kube-apiserver/cert-rotation-overridden",
    title: "certificates of the control plane that are rotated at a pace made for tests",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_KUBE_API_SERVER)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let own = match kube_api_server_itself(case) {
        Ok(own) => own,
        Err(unknown) => return unknown,
    };
    let Some(condition) = own.condition("CertRotationTimeUpgradeable") else {
        return Verdict::NotApplicable(
            "this release does not report the pace of rotation".to_owned(),
        );
    };
    if !condition.is_false() || condition.reason() != "CertRotationBaseOverridden" {
        return Verdict::Healthy { examined: 1 };
    }
    let words = excerpt(&condition.message());
    let summary = format!("the life of the control plane's certificates is shortened: {words}");
    let evidence = Evidence::condition(own.resource(), condition, condition.reason());
    let finding = Finding::new(Subject::view(own), summary, evidence)
        .since(condition.since())
        .why("It is made for tests: elsewhere certificates expire sooner, and updates are blocked.")
        .saying("CertRotationTime_CertRotationBaseOverridden")
        .saying(condition.message())
        .remedy(
            Remedy::new("Delete the ConfigMap.")
                .command("oc delete configmap unsupported-cert-rotation-config -n openshift-config")
                .verify("oc get kubeapiservers.operator.openshift.io cluster -o yaml")
                .side_effect("certificates are made anew with their usual life as they are rotated")
                .before(
                    "nobody tests the rotation of certificates on this cluster",
                    Proof::ByHand(
                        "oc get configmap unsupported-cert-rotation-config -n openshift-config -o \
                         yaml"
                            .to_owned(),
                    ),
                ),
        );
    Verdict::Found(vec![finding])
}
