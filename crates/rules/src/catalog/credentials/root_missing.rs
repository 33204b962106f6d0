//! Missing root cloud credential.
//!
//! # Why it matters
//!
//! The Cloud Credential Operator creates the credentials of other operators from the root
//! credential. Without it updates to the next minor version are blocked, and new or changed
//! CredentialsRequests cannot be fulfilled.
//!
//! # What to do
//!
//! Restore the Secret that the message names before the update. It may be removed again afterwards.
//!
//! # Blind spots
//!
//! The Secret may be removed after the installation. In that case it is required only for updates.
//!
//! # References
//!
//! - openshift/cloud-credential-operator `pkg/operator/utils/utils.go`,
//!   `pkg/operator/constants/constants.go` (`MissingRootCredential`)

use crate::catalog::prelude::*;
use crate::engine::{excerpt, is_shell_safe};
use crate::signals::judge_cluster_operator;

pub(super) static META: Meta = Meta {
    id: "credentials/root-missing",
    title: "missing root cloud credential",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
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
            .why("Minor version updates are blocked, and new requests cannot be fulfilled.")
            .remedy(
                Remedy::new("Restore the Secret that the message names before the update.")
                    .command(format!("oc get secrets -n {namespace}"))
                    .verify("oc get clusteroperator cloud-credential -o yaml"),
            );
        Some(finding)
    })
}
