//! A mode of the cloud credentials that contradicts itself or does not exist.
//!
//! # Why it matters
//!
//! The operator does not know whether it is to make credentials or to leave them alone.
//!
//! # What to do
//!
//! Delete the old ConfigMap openshift-cloud-credential-operator/cloud-credential-operator-config, or set
//! `credentialsMode` of CloudCredential/cluster to what is meant.
//!
//! # Blind spots
//!
//! Which of both settings is meant, a person must say.
//!
//! # References
//!
//! - openshift/cloud-credential-operator `pkg/operator/secretannotator/status/status.go`,
//!   `pkg/operator/constants/constants.go` (`ModeMismatch`, `ModeInvalid`)

use crate::catalog::prelude::*;
use crate::facts::{excerpt, judge_summary};

const NAMESPACE: &str = "openshift-cloud-credential-operator";

pub(super) static META: Meta = Meta {
    id: "credentials/mode-conflict",
    title: "a mode of the cloud credentials that contradicts itself or does not exist",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    judge_summary(case, "cloud-credential", &["Degraded"], |reported| {
        if !matches!(reported.reason.as_str(), "ModeMismatch" | "ModeInvalid") {
            return None;
        }
        let finding = reported
            .finding(
                Subject::cluster("CloudCredential", "cluster"),
                format!("the mode of the cloud credentials is unclear: {}", excerpt(&reported.message)),
            )
            .why("The operator does not know whether it is to make credentials.")
            .remedy(
                Remedy::new(
                    "Set credentialsMode of CloudCredential/cluster to what is meant, and remove the \
                     old ConfigMap where there is one.",
                )
                .command("oc get cloudcredential cluster -o yaml")
                .command(format!(
                    "oc get configmap -n {NAMESPACE} cloud-credential-operator-config -o yaml"
                ))
                .before(
                    "it is known whether the credentials of this cluster are made by hand",
                    Proof::ByHand(String::new()),
                )
                .verify("oc get clusteroperator cloud-credential"),
            );
        Some(finding)
    })
}
