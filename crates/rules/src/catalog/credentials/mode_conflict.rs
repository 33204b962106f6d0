//! Conflicting or invalid cloud credentials mode.
//!
//! The archive does not show which of the two settings is intended. An administrator must decide.
//!
//! - openshift/cloud-credential-operator `pkg/operator/secretannotator/status/status.go`,
//!   `pkg/operator/constants/constants.go` (`ModeMismatch`, `ModeInvalid`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .status("cloud-credential", &["Degraded"], |reported| {
        let is_mode = matches!(reported.reason.as_str(), "ModeMismatch" | "ModeInvalid");
        let detail = excerpt(&reported.message);
        let summary = format!("cloud credentials mode is conflicting or invalid: {detail}");
        is_mode.then(|| reported.finding(Subject::cluster("CloudCredential", "cluster"), summary))
    })
    .at_once("the settings contradict each other until an administrator changes one of them")
    .even_while_installing("the installer does not change the settings")
    .why(
        "The Cloud Credential Operator cannot determine whether to create credentials or to \
         leave them unchanged.",
    )
    .fix(
        "Delete the old ConfigMap \
         openshift-cloud-credential-operator/cloud-credential-operator-config, or set \
         credentialsMode of CloudCredential/cluster to the intended mode.",
    )
    .run(&[
        "oc get cloudcredential cluster -o yaml",
        "oc get configmap -n openshift-cloud-credential-operator cloud-credential-operator-config \
         -o yaml",
    ])
    .verify(&["oc get clusteroperator cloud-credential"])
    .before(&[("it is known whether the credentials of this cluster are managed manually", "")]);
