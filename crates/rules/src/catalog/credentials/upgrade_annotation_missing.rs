//! Missing upgradeable-to annotation for manual cloud credentials.
//!
//! Whether the credentials are sufficient for the next version is not checked.
//!
//! - openshift/cloud-credential-operator `pkg/operator/utils/utils.go` (`UpgradeableCheck`),
//!   `pkg/operator/constants/constants.go` (`MissingUpgradeableAnnotation`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .check(check)
    .why(
        "In manual mode an administrator creates the cloud credentials. Updates to the next \
         minor version are blocked until an annotation confirms that the credentials for that \
         version exist. Patch updates are not blocked.",
    )
    .fix(
        "Extract the CredentialsRequests of the target release, create or change the requested \
         credentials, then set the annotation.",
    )
    .run(&["oc adm release extract --credentials-requests --included --to=requests RELEASE"])
    .verify(&["oc get clusteroperator cloud-credential -o yaml"])
    .before(&[(
        "every credential that the CredentialsRequests of that release request exists",
        "",
    )]);

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_cluster_operator(cx, "cloud-credential", &["Upgradeable"], |reported| {
        if reported.reason != "MissingUpgradeableAnnotation" {
            return None;
        }
        let finding = reported.finding(
            Subject::cluster("CloudCredential", "cluster"),
            "CloudCredential/cluster is missing the upgradeable-to annotation for the next \
                 minor version",
        );
        Some(finding)
    })
}
