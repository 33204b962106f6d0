//! A web console that is not registered with the login server.
//!
//! # Why it matters
//!
//! The console operator keeps OAuthClient `console` with the console's address and a secret. While it
//! cannot, users who come from the console are turned away at the login, or the console is not deployed
//! at all.
//!
//! # What to do
//!
//! OAuthClients are served by the API server of `openshift-oauth-apiserver`: look at its APIService
//! and pods when the message says that the API does not answer.
//!
//! # Blind spots
//!
//! Less than ten minutes are told as information only.
//!
//! # References
//!
//! - openshift/console-operator `pkg/console/controllers/oauthclients/oauthclients.go`,
//!   `pkg/console/controllers/oauthclientsecret/oauthclientsecret.go`
//! - <https://github.com/okd-project/okd/issues/460>

use mustknow_gather::kinds::OPERATOR_CONSOLE;

use crate::catalog::prelude::*;
use crate::facts::{Patience, Report, Reported, excerpt, is_managed};

/// How long an API may be away.
const GRACE: Span = Span::minutes(10);
const OPERATOR: &str = "console";
const NAMES: [&str; 3] =
    ["OAuthClientSyncDegraded", "OAuthClientSecretSyncDegraded", "OAuthClientsControllerDegraded"];

pub(super) static META: Meta = Meta {
    id: "console/oauth-client-not-synced",
    title: "a web console that is not registered with the login server",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_CONSOLE)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    if !is_managed(case, &OPERATOR_CONSOLE) {
        return Verdict::NotApplicable("the console is not managed".to_owned());
    }
    let reports = NAMES.map(|name| Report::of(case, &OPERATOR_CONSOLE, OPERATOR, name));
    if reports.iter().all(Report::has_no_source) {
        return Verdict::Unknown(Report::gap(&OPERATOR_CONSOLE, OPERATOR));
    }
    let bad = reports.into_iter().find_map(Report::bad);
    Verdict::over(1, bad.map(|reported| finding(case, &reported)).into_iter().collect(), "")
}

fn finding(case: &Case<'_>, reported: &Reported<'_>) -> Finding {
    let message = &reported.message;
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    let advice = if says(&["unable to handle the request", "could not find the requested resource"])
    {
        "Look at the APIService v1.oauth.openshift.io and the pods of openshift-oauth-apiserver."
    } else if says(&["clientSecret", "client secret"]) {
        "Correct the client secret that the configuration of the OIDC provider names for the \
         console."
    } else {
        "See what the message says of OAuthClient console."
    };
    reported
        .finding(
            Subject::cluster("OAuthClient", "console"),
            format!("OAuthClient console cannot be kept up: {}", excerpt(message)),
        )
        .severity(Patience::of(case, reported.since(), GRACE).severity(META.severity))
        .why("Users who come from the console are turned away at the login, if it has changed.")
        .explains(Subject::cluster("ClusterOperator", OPERATOR), "OAuthClient")
        .remedy(
            Remedy::new(advice)
                .command("oc get oauthclient console -o yaml")
                .command("oc get apiservice v1.oauth.openshift.io -o yaml")
                .verify("oc get clusteroperator console"),
        )
}
