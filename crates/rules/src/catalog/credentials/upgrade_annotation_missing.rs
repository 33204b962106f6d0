//! Manual cloud credentials that nobody confirmed for the next version.
//!
//! # Why it matters
//!
//! In manual mode somebody else makes the credentials. Updates to the next minor version are blocked
//! until an annotation says that those of that version are there; patches are not.
//!
//! # What to do
//!
//! Extract the CredentialsRequests of the release to update to, make or change what they ask for, then
//! set the annotation.
//!
//! # Blind spots
//!
//! Whether the credentials really fit the next version, nobody checks.
//!
//! # References
//!
//! - openshift/cloud-credential-operator `pkg/operator/utils/utils.go` (`UpgradeableCheck`),
//!   `pkg/operator/constants/constants.go` (`MissingUpgradeableAnnotation`)

use crate::catalog::prelude::*;
use crate::facts::judge_summary;

pub(super) static META: Meta = Meta {
    id: "credentials/upgrade-annotation-missing",
    title: "manual cloud credentials that nobody confirmed for the next version",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    judge_summary(case, "cloud-credential", &["Upgradeable"], |reported| {
        if reported.reason != "MissingUpgradeableAnnotation" {
            return None;
        }
        let finding = reported
            .finding(
                Subject::cluster("CloudCredential", "cluster"),
                "nobody confirmed that the manual cloud credentials fit the next minor version",
            )
            .why("Updates to the next minor version are blocked; patches are not.")
            .remedy(
                Remedy::new(
                    "Make the credentials of the release to update to, then set annotation \
                     cloudcredential.openshift.io/upgradeable-to of CloudCredential/cluster to its \
                     version.",
                )
                .command("oc adm release extract --credentials-requests --included --to=requests RELEASE")
                .before(
                    "every credential that the CredentialsRequests of that release ask for is there",
                    Proof::ByHand(String::new()),
                )
                .verify("oc get clusteroperator cloud-credential -o yaml"),
            );
        Some(finding)
    })
}
