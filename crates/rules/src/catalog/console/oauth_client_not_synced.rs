//! OAuthClient console that cannot be synced.
//!
//! - openshift/console-operator `pkg/console/controllers/oauthclients/oauthclients.go`,
//!   `pkg/console/controllers/oauthclientsecret/oauthclientsecret.go`
//! - <https://github.com/okd-project/okd/issues/460>

use crate::catalog::prelude::*;

const CONDITIONS: &[&str] =
    &["OAuthClientSyncDegraded", "OAuthClientSecretSyncDegraded", "OAuthClientsControllerDegraded"];

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .condition(CONSOLE, CONDITIONS, |bad| {
        let message = &bad.state.message;
        let mentions = |signs: &[&str]| signs.iter().any(|sign| message.contains(sign));
        let not_served = ["unable to handle the request", "could not find the requested resource"];
        let action = if mentions(&not_served) {
            "Check the APIService v1.oauth.openshift.io and the pods of openshift-oauth-apiserver."
        } else if mentions(&["clientSecret", "client secret"]) {
            "Correct the client secret that the OIDC provider configuration references for the \
             console."
        } else {
            "Check what the message reports about OAuthClient console."
        };
        let summary = format!("OAuthClient console cannot be synced: {}", bad.detail());
        let finding = bad.finding_about(Subject::cluster("OAuthClient", "console"), summary);
        Some(finding.explains(bad.cluster_operator(), "OAuthClient").action(action))
    })
    .while_managed()
    // How long an API may be unavailable.
    .note_until(Span::minutes(10))
    .why(
        "The console operator maintains OAuthClient console with the console URL and a secret. \
         While it cannot sync this object, users who log in from the console are rejected, or \
         the console is not deployed at all.",
    )
    .fix(
        "OAuthClients are served by the API server in openshift-oauth-apiserver. Check its \
         APIService and pods if the message reports that the API does not answer.",
    )
    .run(&["oc get oauthclient console -o yaml", "oc get apiservice v1.oauth.openshift.io -o yaml"])
    .verify(&["oc get clusteroperator console"]);
