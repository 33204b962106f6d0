//! Missing upgradeable-to annotation for manual cloud credentials.
//!
//! # Why it matters
//!
//! In manual mode an administrator creates the cloud credentials. Updates to the next minor version
//! are blocked until an annotation confirms that the credentials for that version exist. Patch
//! updates are not blocked.
//!
//! # What to do
//!
//! Extract the CredentialsRequests of the target release, create or change the requested
//! credentials, then set the annotation.
//!
//! # Blind spots
//!
//! Whether the credentials are sufficient for the next version is not checked.
//!
//! # References
//!
//! - openshift/cloud-credential-operator `pkg/operator/utils/utils.go` (`UpgradeableCheck`),
//!   `pkg/operator/constants/constants.go` (`MissingUpgradeableAnnotation`)

use crate::catalog::prelude::*;
use crate::signals::judge_cluster_operator;

pub(super) static META: Meta = Meta {
    id: "credentials/upgrade-annotation-missing",
    title: "missing upgradeable-to annotation for manual cloud credentials",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    judge_cluster_operator(cx, "cloud-credential", &["Upgradeable"], |reported| {
        if reported.reason != "MissingUpgradeableAnnotation" {
            return None;
        }
        let finding = reported
            .finding(
                Subject::cluster("CloudCredential", "cluster"),
                "CloudCredential/cluster is missing the upgradeable-to annotation for the next \
                 minor version",
            )
            .why("Updates to the next minor version are blocked. Patch updates are not.")
            .remedy(
                Remedy::new(
                    "Create the credentials for the target release, then set annotation \
                     cloudcredential.openshift.io/upgradeable-to of CloudCredential/cluster to its \
                     version.",
                )
                .command("oc adm release extract --credentials-requests --included --to=requests RELEASE")
                .precondition(
                    "every credential that the CredentialsRequests of that release request exists",
                    Proof::ByHand(String::new()),
                )
                .verify("oc get clusteroperator cloud-credential -o yaml"),
            );
        Some(finding)
    })
}
