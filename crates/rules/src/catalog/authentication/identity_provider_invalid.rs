//! Identity provider rejected by the authentication operator.
//!
//! Whether a provider accepts user logins is not tested. A provider that was unavailable for less
//! than ten minutes is reported as informational only.
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/controllers/configobservation/oauth/idp_conversions.go`, `observe_idps.go`,
//!   `pkg/operator/datasync/syncdata.go`

use crate::catalog::prelude::*;

/// How long a provider may be unavailable.
const GRACE: Span = Span::minutes(10);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_AUTHENTICATION)])
    .check(check)
    .why(
        "The operator reads the identity providers of oauths.config.openshift.io cluster, \
         queries OpenID providers for their settings and looks up the referenced Secrets and \
         ConfigMaps. While one of these steps fails, the OAuth server keeps the previous \
         providers, and the operator is degraded.",
    )
    .fix(
        "The message names the provider and the error: a provider that is not reachable or not \
         trusted, or an object in openshift-config that is missing or malformed.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let name = "OAuthServerConfigObservationDegraded";
    ConditionReport::of(cx, &OPERATOR_AUTHENTICATION, "authentication", name).judge(
        &OPERATOR_AUTHENTICATION,
        "authentication",
        |reported| finding(cx, &reported),
    )
}

fn finding(cx: &RuleContext<'_>, reported: &ConditionState<'_>) -> Option<Finding> {
    let message = &reported.message;
    let provider = provider(message);
    let object = object(message);
    let subject = match (&provider, &object) {
        (Some(name), _) => Subject::cluster("Identity provider", name.clone()),
        (None, Some((kind, name))) => Subject::namespaced(kind, "openshift-config", name.clone()),
        // The operator also observes configuration other than providers.
        (None, None) => return None,
    };
    let what = match (&provider, &object) {
        (Some(name), _) => format!("identity provider {name}"),
        _ => format!("{subject}, which an identity provider references,"),
    };
    let advice = match ConnectionError::of(message) {
        _ if object.is_some() || message.contains("referenced secret") => {
            "Fix the object in openshift-config: the key that the message names must exist and be \
             well-formed."
        }
        ConnectionError::Certificate => {
            "Set ca of the provider to a ConfigMap in openshift-config that contains the CA of its \
             certificate."
        }
        ConnectionError::Other => "Correct the provider in oauths.config.openshift.io cluster.",
        _ => "Fix the connection from the cluster to the provider: DNS, proxy, firewall.",
    };
    let detail = message.split_once(" config: ").map_or(message.as_str(), |(_, detail)| detail);
    Some(
        reported
            .finding(subject, format!("{what} cannot be applied: {}", excerpt(detail)))
            .severity(Persistence::of(cx, reported.since(), GRACE).severity(RULE.meta.severity))
            .explains(
                Subject::cluster("ClusterOperator", "authentication"),
                "OAuthServerConfigObservation",
            )
            .fix(advice)
            .run("oc get oauths.config.openshift.io cluster -o yaml")
            .run("oc get secrets,configmaps -n openshift-config")
            .verify("oc get clusteroperator authentication"),
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
