//! OAuthClient console that cannot be synced.
//!
//! A condition that has lasted for less than ten minutes is reported as informational only.
//!
//! - openshift/console-operator `pkg/console/controllers/oauthclients/oauthclients.go`,
//!   `pkg/console/controllers/oauthclientsecret/oauthclientsecret.go`
//! - <https://github.com/okd-project/okd/issues/460>

use crate::catalog::prelude::*;

/// How long an API may be unavailable.
const GRACE: Span = Span::minutes(10);
const OPERATOR: &str = "console";
const NAMES: [&str; 3] =
    ["OAuthClientSyncDegraded", "OAuthClientSecretSyncDegraded", "OAuthClientsControllerDegraded"];

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_CONSOLE)])
    .check(check)
    .why(
        "The console operator maintains OAuthClient console with the console URL and a secret. \
         While it cannot sync this object, users who log in from the console are rejected, or \
         the console is not deployed at all.",
    )
    .fix(
        "OAuthClients are served by the API server in openshift-oauth-apiserver. Check its \
         APIService and pods if the message reports that the API does not answer.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    if !is_managed(cx, &OPERATOR_CONSOLE) {
        return Err(not_applicable("the console is not managed"));
    }
    let reports = NAMES.map(|name| ConditionReport::of(cx, &OPERATOR_CONSOLE, OPERATOR, name));
    if reports.iter().all(ConditionReport::is_not_collected) {
        return Err(NotJudged::from(ConditionReport::gap(&OPERATOR_CONSOLE, OPERATOR)));
    }
    let bad = reports.into_iter().find_map(ConditionReport::bad);
    Ok(Checked::over(1, bad.map(|reported| finding(cx, &reported)).into_iter()))
}

fn finding(cx: &RuleContext<'_>, reported: &ConditionState<'_>) -> Finding {
    let message = &reported.message;
    let mentions = |signs: &[&str]| signs.iter().any(|sign| message.contains(sign));
    let advice = if mentions(&[
        "unable to handle the request",
        "could not find the requested resource",
    ]) {
        "Check the APIService v1.oauth.openshift.io and the pods of openshift-oauth-apiserver."
    } else if mentions(&["clientSecret", "client secret"]) {
        "Correct the client secret that the OIDC provider configuration references for the console."
    } else {
        "Check what the message reports about OAuthClient console."
    };
    reported
        .finding(
            Subject::cluster("OAuthClient", "console"),
            format!("OAuthClient console cannot be synced: {}", excerpt(message)),
        )
        .severity(Persistence::of(cx, reported.since(), GRACE).severity(RULE.meta.severity))
        .explains(Subject::cluster("ClusterOperator", OPERATOR), "OAuthClient")
        .fix(advice)
        .run("oc get oauthclient console -o yaml")
        .run("oc get apiservice v1.oauth.openshift.io -o yaml")
        .verify("oc get clusteroperator console")
}
