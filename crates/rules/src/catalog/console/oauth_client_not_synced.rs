//! OAuthClient console that cannot be synced.
//!
//! # Why it matters
//!
//! The console operator maintains OAuthClient `console` with the console URL and a secret. While it
//! cannot sync this object, users who log in from the console are rejected, or the console is not
//! deployed at all.
//!
//! # What to do
//!
//! OAuthClients are served by the API server in `openshift-oauth-apiserver`. Check its APIService
//! and pods if the message reports that the API does not answer.
//!
//! # Blind spots
//!
//! A condition that has lasted for less than ten minutes is reported as informational only.
//!
//! # References
//!
//! - openshift/console-operator `pkg/console/controllers/oauthclients/oauthclients.go`,
//!   `pkg/console/controllers/oauthclientsecret/oauthclientsecret.go`
//! - <https://github.com/okd-project/okd/issues/460>

use mustknow_cluster::model::kinds::OPERATOR_CONSOLE;

use crate::catalog::prelude::*;
use crate::engine::{Persistence, excerpt};
use crate::signals::{ConditionReport, ConditionState, is_managed};

/// How long an API may be unavailable.
const GRACE: Span = Span::minutes(10);
const OPERATOR: &str = "console";
const NAMES: [&str; 3] =
    ["OAuthClientSyncDegraded", "OAuthClientSecretSyncDegraded", "OAuthClientsControllerDegraded"];

pub(super) static META: Meta = Meta {
    id: "console/oauth-client-not-synced",
    title: "OAuthClient console that cannot be synced",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_CONSOLE)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    if !is_managed(cx, &OPERATOR_CONSOLE) {
        return Verdict::NotApplicable("the console is not managed".to_owned());
    }
    let reports = NAMES.map(|name| ConditionReport::of(cx, &OPERATOR_CONSOLE, OPERATOR, name));
    if reports.iter().all(ConditionReport::is_not_collected) {
        return Verdict::Unknown(ConditionReport::gap(&OPERATOR_CONSOLE, OPERATOR));
    }
    let bad = reports.into_iter().find_map(ConditionReport::bad);
    Verdict::over(1, bad.map(|reported| finding(cx, &reported)).into_iter().collect(), "")
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
        .severity(Persistence::of(cx, reported.since(), GRACE).severity(META.severity))
        .why(
            "If the console URL or secret has changed, users who log in from the console are \
             rejected.",
        )
        .explains(Subject::cluster("ClusterOperator", OPERATOR), "OAuthClient")
        .remedy(
            Remedy::new(advice)
                .command("oc get oauthclient console -o yaml")
                .command("oc get apiservice v1.oauth.openshift.io -o yaml")
                .verify("oc get clusteroperator console"),
        )
}
