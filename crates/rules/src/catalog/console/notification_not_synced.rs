//! A console operator that cannot put up or take down the notice of an update.
//!
//! # Why it matters
//!
//! During an update the operator shows a notice in the console, an object of kind
//! ConsoleNotification. When it cannot write or delete that object it is degraded, and the update
//! waits for it, though the console works.
//!
//! # What to do
//!
//! The message is the API server's: mostly etcd that is too slow, or a conversion webhook of the
//! console's own kinds that nobody answers.
//!
//! # Blind spots
//!
//! Less than ten minutes are told as information only.
//!
//! # References
//!
//! - openshift/console-operator `pkg/console/controllers/upgradenotification/controller.go`
//! - <https://github.com/okd-project/okd/issues/1482>

use mustknow_gather::kinds::OPERATOR_CONSOLE;

use crate::catalog::prelude::*;
use crate::facts::{Patience, Report, Reported, excerpt, is_managed};

/// How long an API may be away.
const GRACE: Span = Span::minutes(10);
const OPERATOR: &str = "console";

pub(super) static META: Meta = Meta {
    id: "console/notification-not-synced",
    title: "a console operator that cannot put up or take down the notice of an update",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_CONSOLE)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    if !is_managed(case, &OPERATOR_CONSOLE) {
        return Verdict::NotApplicable("the console is not managed".to_owned());
    }
    Report::of(case, &OPERATOR_CONSOLE, OPERATOR, "ConsoleNotificationSyncDegraded").verdict(
        &OPERATOR_CONSOLE,
        OPERATOR,
        |reported| Some(finding(case, &reported)),
    )
}

fn finding(case: &Case<'_>, reported: &Reported<'_>) -> Finding {
    let message = &reported.message;
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    let advice = if says(&["conversion webhook"]) {
        "Mend the pods behind Service openshift-console-operator/webhook, which converts the \
         console's kinds."
    } else if says(&["etcdserver", "timed out", "timeout", "deadline exceeded"]) {
        "Look at etcd and the API servers: the request did not end in time."
    } else {
        "See what the API server says of the object."
    };
    let verb = if reported.reason == "FailedDelete" { "take down" } else { "put up" };
    reported
        .finding(
            Subject::cluster("ConsoleNotification", "cluster-upgrade"),
            format!(
                "the console operator cannot {verb} the notice of an update: {}",
                excerpt(message)
            ),
        )
        .severity(Patience::of(case, reported.since(), GRACE).severity(META.severity))
        .why("The console works; its operator is degraded by it, and an update waits for that.")
        .explains(Subject::cluster("ClusterOperator", OPERATOR), "ConsoleNotificationSync")
        .remedy(
            Remedy::new(advice)
                .command("oc get consolenotifications")
                .verify("oc get clusteroperator console"),
        )
}
