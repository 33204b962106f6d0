//! Service account token signing key that is not rotated.
//!
//! # Why it matters
//!
//! The operator creates a new key, distributes it to every kube-apiserver, and then lets
//! kube-controller-manager sign with it. If that fails, tokens are signed with the old key, or with
//! the key that the installer created.
//!
//! # What to do
//!
//! Check the error. In most cases the operator waits for the kube-apiservers to run the newest
//! revision.
//!
//! # Blind spots
//!
//! While the bootstrap host still answers, the operator waits for its removal and reports nothing.
//!
//! # References
//!
//! - openshift/cluster-kube-controller-manager-operator
//!   `pkg/operator/certrotationcontroller/satokensigner_controller.go`

use mustknow_cluster::model::kinds::OPERATOR_KUBE_CONTROLLER_MANAGER;

use crate::catalog::prelude::*;
use crate::engine::excerpt;
use crate::signals::{KUBE_CONTROLLER_MANAGER, OperatorCondition};

/// A new key waits five minutes by design, and the kube-apiservers roll out a new revision.
const GRACE: Span = Span::minutes(30);

pub(super) static META: Meta = Meta {
    id: "kube-controller-manager/token-signer-stuck",
    title: "service account token signing key that is not rotated",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_KUBE_CONTROLLER_MANAGER)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let conditions = &["SATokenSignerDegraded"];
    let weight = (GRACE, META.severity);
    OperatorCondition::verdict(cx, KUBE_CONTROLLER_MANAGER, conditions, weight, |condition| {
        let detail = excerpt(&condition.state.message);
        Some(
            condition
                .finding(format!("service account token signing key is not rotated: {detail}"))
                .why(
                    "Service account tokens are still signed with the key that should have been \
                     replaced.",
                )
                .remedy(
                    Remedy::new(
                        "Fix the cause that the error shows, in most cases the kube-apiserver \
                         rollout.",
                    )
                    .command("oc get pods -n openshift-kube-apiserver -o wide")
                    .verify("oc get kubecontrollermanagers.operator.openshift.io cluster -o yaml"),
                ),
        )
    })
}
