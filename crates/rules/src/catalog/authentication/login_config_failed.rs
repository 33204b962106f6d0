//! OAuth server configuration that cannot be synced.
//!
//! Identity providers are reported by `authentication/identity-provider-invalid`.
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/controllers/payload/payload_config_controller.go` (`OAuthConfigDegraded`,
//!   `OAuthSessionSecretDegraded`), `pkg/controllers/metadata`, `pkg/controllers/serviceca`

use crate::catalog::prelude::*;

/// Condition types, and the part of the OAuth server that each is about.
const PARTS: [(&str, &str); 5] = [
    ("OAuthConfigDegraded", "its configuration"),
    ("OAuthSessionSecretDegraded", "Secret v4-0-config-system-session"),
    ("OAuthSystemMetadataDegraded", "its metadata"),
    ("SystemServiceCAConfigDegraded", "the CA of its serving certificate"),
    ("OAuthServerConfigObservationDegraded", "settings observed from other configuration"),
];

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .check(|cx| {
        let provider = ["failed to apply IDP ", "error validating "];
        let is_own = |message: &str| !provider.iter().any(|words| message.contains(words));
        judge_parts(cx, AUTHENTICATION, &PARTS, is_own, |first, parts| {
            let server =
                Subject::namespaced("Deployment", "openshift-authentication", "oauth-openshift");
            let detail = first.detail();
            let summary = format!(
                "authentication operator cannot sync {parts} of the OAuth server: {detail}"
            );
            first.finding_about(server, summary)
        })
    })
    .reads(&[Need::Kind(&OPERATOR_AUTHENTICATION)])
    // How long an API may be unavailable.
    .note_until(Span::minutes(10))
    .why(
        "The authentication operator creates the configuration, the session Secret and the \
         trusted CA ConfigMaps of the OAuth server. While one of these fails, the server \
         continues with its previous configuration, or is not deployed at all.",
    )
    .fix(
        "The message shows what could not be read or written: an override that is not valid, an \
         object that another component changes, or an API that does not answer.",
    )
    .run(&[
        "oc get authentications.operator.openshift.io cluster -o yaml",
        "oc logs -n openshift-authentication-operator deployment/authentication-operator \
         --tail=200",
    ])
    .verify(&["oc get clusteroperator authentication"]);
