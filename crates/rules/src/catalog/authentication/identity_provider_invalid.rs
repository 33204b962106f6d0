//! Identity provider rejected by the authentication operator.
//!
//! Whether a provider accepts user logins is not tested.
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/controllers/configobservation/oauth/idp_conversions.go`, `observe_idps.go`,
//!   `pkg/operator/datasync/syncdata.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .condition(AUTHENTICATION, &["OAuthServerConfigObservationDegraded"], |bad| {
        let message = &bad.state.message;
        let object = object(message);
        let (subject, what) = match (provider(message), &object) {
            (Some(name), _) => {
                (Subject::cluster("Identity provider", name), format!("identity provider {name}"))
            }
            (None, Some((kind, name))) => {
                let subject = Subject::namespaced(kind, "openshift-config", *name);
                let what = format!("{subject}, which an identity provider references,");
                (subject, what)
            }
            // The operator also observes configuration other than providers.
            (None, None) => return None,
        };
        let action = match ConnectionError::of(message) {
            _ if object.is_some() || message.contains("referenced secret") => {
                "Fix the object in openshift-config: the key that the message names must exist and \
                 be well-formed."
            }
            ConnectionError::Certificate => {
                "Set ca of the provider to a ConfigMap in openshift-config that contains the CA of \
                 its certificate."
            }
            ConnectionError::Other => "Correct the provider in oauths.config.openshift.io cluster.",
            _ => "Fix the connection from the cluster to the provider: DNS, proxy, firewall.",
        };
        let detail = message.split_once(" config: ").map_or(&**message, |(_, detail)| detail);
        let summary = format!("{what} cannot be applied: {}", excerpt(detail));
        let finding = bad.finding_about(subject, summary);
        Some(finding.explains(bad.cluster_operator(), bad.controller()).action(action))
    })
    // How long a provider may be unavailable.
    .note_until(Span::minutes(10))
    .why(
        "The operator reads the identity providers of oauths.config.openshift.io cluster, \
         queries OpenID providers for their settings and looks up the referenced Secrets and \
         ConfigMaps. While one of these steps fails, the OAuth server keeps the previous \
         providers, and the operator is degraded.",
    )
    .fix(
        "The message names the provider and the error: a provider that is not reachable or not \
         trusted, or an object in openshift-config that is missing or malformed.",
    )
    .run(&[
        "oc get oauths.config.openshift.io cluster -o yaml",
        "oc get secrets,configmaps -n openshift-config",
    ])
    .verify(&["oc get clusteroperator authentication"]);

/// The name in `failed to apply IDP name config: ...`.
fn provider(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("failed to apply IDP ")?;
    rest.split_once(" config: ").map(|(name, _)| name)
}

/// Kind and name in `error validating secret openshift-config/name: ...`.
fn object(message: &str) -> Option<(&'static str, &str)> {
    let (_, rest) = message.split_once("error validating ")?;
    let (kind, rest) = rest.split_once(" openshift-config/")?;
    let kind = if kind.eq_ignore_ascii_case("secret") { "Secret" } else { "ConfigMap" };
    Some((kind, rest.split([':', ' ']).next()?))
}
