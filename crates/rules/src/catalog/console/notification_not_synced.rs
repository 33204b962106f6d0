//! ConsoleNotification for cluster updates that cannot be synced.
//!
//! A condition that has lasted for less than ten minutes is reported as informational only.
//!
//! - openshift/console-operator `pkg/console/controllers/upgradenotification/controller.go`
//! - <https://github.com/okd-project/okd/issues/1482>

use crate::catalog::prelude::*;

/// How long an API may be unavailable.
const GRACE: Span = Span::minutes(10);
const OPERATOR: &str = "console";

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_CONSOLE)])
    .check(check)
    .why(
        "During an update the console operator shows a notification in the console, which is an \
         object of kind ConsoleNotification. If it cannot create, update or delete this \
         object, the operator is degraded and blocks the update, although the console works.",
    )
    .fix(
        "The message comes from the API server. In most cases etcd is too slow, or the \
         conversion webhook of the console resource kinds does not answer.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    if !is_managed(cx, &OPERATOR_CONSOLE) {
        return Err(not_applicable("the console is not managed"));
    }
    ConditionReport::of(cx, &OPERATOR_CONSOLE, OPERATOR, "ConsoleNotificationSyncDegraded").judge(
        &OPERATOR_CONSOLE,
        OPERATOR,
        |reported| Some(finding(cx, &reported)),
    )
}

fn finding(cx: &RuleContext<'_>, reported: &ConditionState<'_>) -> Finding {
    let message = &reported.message;
    let mentions = |signs: &[&str]| signs.iter().any(|sign| message.contains(sign));
    let advice = if mentions(&["conversion webhook"]) {
        "Fix the pods behind Service openshift-console-operator/webhook, which converts the \
         console resource kinds."
    } else if mentions(&["etcdserver", "timed out", "timeout", "deadline exceeded"]) {
        "Check etcd and the API servers: the request timed out."
    } else {
        "Check what the API server reports about the object."
    };
    let verb = if reported.reason == "FailedDelete" { "delete" } else { "apply" };
    reported
        .finding(
            Subject::cluster("ConsoleNotification", "cluster-upgrade"),
            format!("console operator cannot {verb} the update notification: {}", excerpt(message)),
        )
        .severity(Persistence::of(cx, reported.since(), GRACE).severity(RULE.meta.severity))
        .explains(Subject::cluster("ClusterOperator", OPERATOR), "ConsoleNotificationSync")
        .fix(advice)
        .run("oc get consolenotifications")
        .verify("oc get clusteroperator console")
}
