//! Missing root cloud credential.
//!
//! The Secret may be removed after the installation. In that case it is required only for updates.
//!
//! - openshift/cloud-credential-operator `pkg/operator/utils/utils.go`,
//!   `pkg/operator/constants/constants.go` (`MissingRootCredential`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .status("cloud-credential", &["Upgradeable"], |reported| {
        let named = reported.message.rsplit_once(": ");
        let (namespace, name) = named
            .and_then(|(_, secret)| secret.trim().split_once('/'))
            .filter(|(namespace, name)| is_shell_safe(namespace) && is_shell_safe(name))
            .unwrap_or(("kube-system", "(root)"));
        let subject = Subject::namespaced("Secret", namespace, name);
        let summary = format!("root cloud credential is missing: {}", excerpt(&reported.message));
        let is_missing = reported.reason == "MissingRootCredential";
        is_missing.then(|| reported.finding(subject, summary))
    })
    .at_once("only an administrator restores the Secret")
    .why(
        "The Cloud Credential Operator creates the credentials of other operators from the root \
         credential. Without it updates to the next minor version are blocked, and new or \
         changed CredentialsRequests cannot be fulfilled.",
    )
    .fix(
        "Restore the Secret that the message names before the update. It may be removed again \
         afterwards.",
    )
    .run(&["oc get secrets -n {namespace}"])
    .verify(&["oc get clusteroperator cloud-credential -o yaml"]);
