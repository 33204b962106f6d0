//! A root credential for the cloud that is missing.
//!
//! # Why it matters
//!
//! The cloud-credential operator makes what other operators need from the root credential. Without it
//! updates to the next minor version are blocked, and new or changed requests cannot be met.
//!
//! # What to do
//!
//! Restore the Secret that the message names before the update. It may be removed again afterwards.
//!
//! # Blind spots
//!
//! Removing it after installation is allowed; then only updates need it.
//!
//! # References
//!
//! - openshift/cloud-credential-operator `pkg/operator/utils/utils.go`,
//!   `pkg/operator/constants/constants.go` (`MissingRootCredential`)

use crate::catalog::prelude::*;
use crate::facts::{excerpt, is_plain, judge_summary};

pub(super) static META: Meta = Meta {
    id: "credentials/root-missing",
    title: "a root credential for the cloud that is missing",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    judge_summary(case, "cloud-credential", &["Upgradeable"], |reported| {
        if reported.reason != "MissingRootCredential" {
            return None;
        }
        let named =
            reported.message.rsplit_once(": ").and_then(|(_, it)| it.trim().split_once('/'));
        let (namespace, name) =
            named.filter(|(a, b)| is_plain(a) && is_plain(b)).unwrap_or(("kube-system", "(root)"));
        let finding = reported
            .finding(
                Subject::namespaced("Secret", namespace, name),
                format!("the root credential is missing: {}", excerpt(&reported.message)),
            )
            .why("Updates to the next minor version are blocked, and new requests cannot be met.")
            .remedy(
                Remedy::new("Restore the Secret that the message names before the update.")
                    .command(format!("oc get secrets -n {namespace}"))
                    .verify("oc get clusteroperator cloud-credential -o yaml"),
            );
        Some(finding)
    })
}
