//! An identity provider that the authentication operator cannot take over.
//!
//! # Why it matters
//!
//! The operator reads the identity providers of `oauths.config.openshift.io cluster`, asks OpenID
//! providers for their settings and looks for the Secrets and ConfigMaps that they name. While one of
//! these steps fails the login server keeps the providers it had, and the operator is degraded.
//!
//! # What to do
//!
//! The message names the provider and what is wrong: a provider that is not reached or not trusted,
//! or an object in `openshift-config` that is missing or malformed.
//!
//! # Blind spots
//!
//! Whether a provider accepts users is not tried. A provider that was away for less than ten minutes
//! is told as information only.
//!
//! # References
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/controllers/configobservation/oauth/idp_conversions.go`, `observe_idps.go`,
//!   `pkg/operator/datasync/syncdata.go`

use mustknow_gather::kinds::OPERATOR_AUTHENTICATION;

use crate::catalog::prelude::*;
use crate::facts::{Patience, Report, Reported, Unreachable, excerpt};

/// How long a provider may be away.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "authentication/identity-provider-invalid",
    title: "an identity provider that the authentication operator cannot take over",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_AUTHENTICATION)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let name = "OAuthServerConfigObservationDegraded";
    Report::of(case, &OPERATOR_AUTHENTICATION, "authentication", name).verdict(
        &OPERATOR_AUTHENTICATION,
        "authentication",
        |reported| finding(case, &reported),
    )
}

fn finding(case: &Case<'_>, reported: &Reported<'_>) -> Option<Finding> {
    let message = &reported.message;
    let provider = provider(message);
    let object = object(message);
    let subject = match (&provider, &object) {
        (Some(name), _) => Subject::cluster("Identity provider", name.clone()),
        (None, Some((kind, name))) => Subject::namespaced(kind, "openshift-config", name.clone()),
        // The operator observes other things than providers.
        (None, None) => return None,
    };
    let what = match (&provider, &object) {
        (Some(name), _) => format!("identity provider {name}"),
        _ => format!("{subject}, which an identity provider names,"),
    };
    let advice = match Unreachable::of(message) {
        _ if object.is_some() || message.contains("referenced secret") => {
            "Mend the object in openshift-config: the key that the message names must be there and \
             well-formed."
        }
        Unreachable::Certificate => {
            "Name a ConfigMap in openshift-config, as ca of the provider, that holds the authority \
             of its certificate."
        }
        Unreachable::Other => "Correct the provider in oauths.config.openshift.io cluster.",
        _ => "Mend the way from the cluster to the provider: DNS, proxy, firewall.",
    };
    let detail = message.split_once(" config: ").map_or(message.as_str(), |(_, detail)| detail);
    Some(
        reported
            .finding(subject, format!("{what} cannot be taken over: {}", excerpt(detail)))
            .severity(Patience::of(case, reported.since(), GRACE).severity(META.severity))
            .why("The login server keeps the providers it had, and the operator is degraded.")
            .explains(
                Subject::cluster("ClusterOperator", "authentication"),
                "OAuthServerConfigObservation",
            )
            .remedy(
                Remedy::new(advice)
                    .command("oc get oauths.config.openshift.io cluster -o yaml")
                    .command("oc get secrets,configmaps -n openshift-config")
                    .verify("oc get clusteroperator authentication"),
            ),
    )
}

/// The name in `failed to apply IDP name config: ...`.
fn provider(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("failed to apply IDP ")?;
    rest.split_once(" config: ").map(|(name, _)| name.to_owned())
}

/// Kind and name in `error validating secret openshift-config/name: ...`.
fn object(message: &str) -> Option<(&'static str, String)> {
    let (_, rest) = message.split_once("error validating ")?;
    let (kind, rest) = rest.split_once(" openshift-config/")?;
    let name = rest.split([':', ' ']).next()?;
    let kind = if kind.eq_ignore_ascii_case("secret") { "Secret" } else { "ConfigMap" };
    Some((kind, name.to_owned()))
}
