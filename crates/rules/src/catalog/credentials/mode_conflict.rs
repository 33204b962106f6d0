//! Conflicting or invalid cloud credentials mode.
//!
//! The archive does not show which of the two settings is intended. An administrator must decide.
//!
//! - openshift/cloud-credential-operator `pkg/operator/secretannotator/status/status.go`,
//!   `pkg/operator/constants/constants.go` (`ModeMismatch`, `ModeInvalid`)

use crate::catalog::prelude::*;

const NAMESPACE: &str = "openshift-cloud-credential-operator";

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .check(check)
    .why(
        "The Cloud Credential Operator cannot determine whether to create credentials or to \
         leave them unchanged.",
    )
    .fix(
        "Delete the old ConfigMap \
         openshift-cloud-credential-operator/cloud-credential-operator-config, or set \
         credentialsMode of CloudCredential/cluster to the intended mode.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
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
            .run("oc get cloudcredential cluster -o yaml")
            .run(format!(
                "oc get configmap -n {NAMESPACE} cloud-credential-operator-config -o yaml"
            ))
            .before(
                "it is known whether the credentials of this cluster are managed manually",
                Proof::ByHand(String::new()),
            )
            .verify("oc get clusteroperator cloud-credential");
        Some(finding)
    })
}
