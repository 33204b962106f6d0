//! Missing root cloud credential.
//!
//! The Secret may be removed after the installation. In that case it is required only for updates.
//!
//! - openshift/cloud-credential-operator `pkg/operator/utils/utils.go`,
//!   `pkg/operator/constants/constants.go` (`MissingRootCredential`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .check(check)
    .why(
        "The Cloud Credential Operator creates the credentials of other operators from the root \
         credential. Without it updates to the next minor version are blocked, and new or \
         changed CredentialsRequests cannot be fulfilled.",
    )
    .fix(
        "Restore the Secret that the message names before the update. It may be removed again \
         afterwards.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_cluster_operator(cx, "cloud-credential", &["Upgradeable"], |reported| {
        if reported.reason != "MissingRootCredential" {
            return None;
        }
        let named =
            reported.message.rsplit_once(": ").and_then(|(_, it)| it.trim().split_once('/'));
        let (namespace, name) = named
            .filter(|(a, b)| is_shell_safe(a) && is_shell_safe(b))
            .unwrap_or(("kube-system", "(root)"));
        let finding = reported
            .finding(
                Subject::namespaced("Secret", namespace, name),
                format!("root cloud credential is missing: {}", excerpt(&reported.message)),
            )
            .run(format!("oc get secrets -n {namespace}"))
            .verify("oc get clusteroperator cloud-credential -o yaml");
        Some(finding)
    })
}
