//! Missing upgradeable-to annotation for manual cloud credentials.
//!
//! Whether the credentials are sufficient for the next version is not checked.
//!
//! - openshift/cloud-credential-operator `pkg/operator/utils/utils.go` (`UpgradeableCheck`),
//!   `pkg/operator/constants/constants.go` (`MissingUpgradeableAnnotation`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .status("cloud-credential", &["Upgradeable"], |reported| {
        let subject = Subject::cluster("CloudCredential", "cluster");
        let summary = "CloudCredential/cluster is missing the upgradeable-to annotation for the \
                       next minor version";
        let is_missing = reported.reason == "MissingUpgradeableAnnotation";
        is_missing.then(|| reported.finding(subject, summary))
    })
    .at_once("only an administrator sets the annotation")
    .why(
        "In manual mode an administrator creates the cloud credentials. Updates to the next \
         minor version are blocked until an annotation confirms that the credentials for that \
         version exist. Patch updates are not blocked.",
    )
    .fix(
        "Extract the CredentialsRequests of the target release, create or change the requested \
         credentials, then set the annotation.",
    )
    .run(&[
        "oc adm release extract --credentials-requests --included --to=requests <release>",
        "oc annotate cloudcredential cluster cloudcredential.openshift.io/upgradeable-to=<version>",
    ])
    .verify(&["oc get clusteroperator cloud-credential -o yaml"])
    .before(&[(
        "every credential that the CredentialsRequests of that release request exists",
        "",
    )]);
