//! ConsoleNotification for cluster updates that cannot be synced.
//!
//! - openshift/console-operator `pkg/console/controllers/upgradenotification/controller.go`
//! - <https://github.com/okd-project/okd/issues/1482>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .condition(CONSOLE, &["ConsoleNotificationSyncDegraded"], |bad| {
        let message = &bad.state.message;
        let mentions = |signs: &[&str]| signs.iter().any(|sign| message.contains(sign));
        let action = if mentions(&["conversion webhook"]) {
            "Fix the pods behind Service openshift-console-operator/webhook, which converts the \
             console resource kinds."
        } else if mentions(&["etcdserver", "timed out", "timeout", "deadline exceeded"]) {
            "Check etcd and the API servers: the request timed out."
        } else {
            "Check what the API server reports about the object."
        };
        let verb = if bad.state.reason == "FailedDelete" { "delete" } else { "apply" };
        let subject = Subject::cluster("ConsoleNotification", "cluster-upgrade");
        let detail = bad.detail();
        let summary = format!("console operator cannot {verb} the update notification: {detail}");
        let finding = bad.finding_about(subject, summary);
        Some(finding.explains(bad.cluster_operator(), bad.controller()).action(action))
    })
    .while_managed()
    // How long an API may be unavailable.
    .note_until(Span::minutes(10))
    .why(
        "During an update the console operator shows a notification in the console, which is an \
         object of kind ConsoleNotification. If it cannot create, update or delete this \
         object, the operator is degraded and blocks the update, although the console works.",
    )
    .fix(
        "The message comes from the API server. In most cases etcd is too slow, or the \
         conversion webhook of the console resource kinds does not answer.",
    )
    .run(&["oc get consolenotifications"])
    .verify(&["oc get clusteroperator console"]);
