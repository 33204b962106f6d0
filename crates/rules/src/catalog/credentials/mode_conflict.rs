//! Conflicting or invalid cloud credentials mode.
//!
//! # Why it matters
//!
//! The Cloud Credential Operator cannot determine whether to create credentials or to leave them
//! unchanged.
//!
//! # What to do
//!
//! Delete the old ConfigMap openshift-cloud-credential-operator/cloud-credential-operator-config,
//! or set `credentialsMode` of CloudCredential/cluster to the intended mode.
//!
//! # Blind spots
//!
//! The archive does not show which of the two settings is intended. An administrator must decide.
//!
//! # References
//!
//! - openshift/cloud-credential-operator `pkg/operator/secretannotator/status/status.go`,
//!   `pkg/operator/constants/constants.go` (`ModeMismatch`, `ModeInvalid`)

use crate::catalog::prelude::*;
use crate::engine::excerpt;
use crate::signals::judge_cluster_operator;

const NAMESPACE: &str = "openshift-cloud-credential-operator";

pub(super) static META: Meta = Meta {
    id: "credentials/mode-conflict",
    title: "conflicting or invalid cloud credentials mode",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    judge_cluster_operator(cx, "cloud-credential", &["Degraded"], |reported| {
        if !matches!(reported.reason.as_str(), "ModeMismatch" | "ModeInvalid") {
            return None;
        }
        let finding = reported
            .finding(
                Subject::cluster("CloudCredential", "cluster"),
                format!(
                    "cloud credentials mode is conflicting or invalid: {}",
                    excerpt(&reported.message)
                ),
            )
            .why("The operator cannot determine whether to create credentials.")
            .remedy(
                Remedy::new(
                    "Set credentialsMode of CloudCredential/cluster to the intended mode, and \
                     remove the old ConfigMap if it exists.",
                )
                .command("oc get cloudcredential cluster -o yaml")
                .command(format!(
                    "oc get configmap -n {NAMESPACE} cloud-credential-operator-config -o yaml"
                ))
                .precondition(
                    "it is known whether the credentials of this cluster are managed manually",
                    Proof::ByHand(String::new()),
                )
                .verify("oc get clusteroperator cloud-credential"),
            );
        Some(finding)
    })
}
