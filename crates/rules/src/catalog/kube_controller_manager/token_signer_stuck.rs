//! A key for tokens of service accounts that is not put to use.
//!
//! # Why it matters
//!
//! The operator makes a new key, has every kube-apiserver learn it, and then lets the
//! kube-controller-manager sign with it. Where that fails tokens are signed with the old key, or with
//! the one the installer made.
//!
//! # What to do
//!
//! Read the error. Mostly it waits for the kube-apiservers to run the newest revision.
//!
//! # Blind spots
//!
//! While the bootstrap host still answers the operator waits for it to go, and reports nothing.
//!
//! # References
//!
//! - openshift/cluster-kube-controller-manager-operator
//!   `pkg/operator/certrotationcontroller/satokensigner_controller.go`

use mustknow_gather::kinds::OPERATOR_KUBE_CONTROLLER_MANAGER;

use crate::catalog::prelude::*;
use crate::facts::{KUBE_CONTROLLER_MANAGER, Spoken, excerpt};

/// A new key waits five minutes by design, and the kube-apiservers roll.
const GRACE: Span = Span::minutes(30);

pub(super) static META: Meta = Meta {
    id: "kube-controller-manager/token-signer-stuck",
    title: "a key for tokens of service accounts that is not put to use",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_KUBE_CONTROLLER_MANAGER)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let conditions = &["SATokenSignerDegraded"];
    let weight = (GRACE, META.severity);
    Spoken::verdict(case, KUBE_CONTROLLER_MANAGER, conditions, weight, |spoken| {
        let words = excerpt(&spoken.reported.message);
        Some(
            spoken
                .finding(format!("the key for tokens of service accounts is not replaced: {words}"))
                .why("Tokens are signed with a key that was to be replaced.")
                .remedy(
                    Remedy::new("Mend what the error names; mostly the roll of kube-apiserver.")
                        .command("oc get pods -n openshift-kube-apiserver -o wide")
                        .verify(
                            "oc get kubecontrollermanagers.operator.openshift.io cluster -o yaml",
                        ),
                ),
        )
    })
}
