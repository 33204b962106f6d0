//! A host name or certificate for the login that the operator refuses.
//!
//! # Why it matters
//!
//! `componentRoutes` of `ingresses.config.openshift.io cluster` can give the login a host of its own,
//! with its own certificate. When these are not valid the operator leaves the route as it is and is
//! degraded.
//!
//! # What to do
//!
//! Correct the host name, or the Secret in `openshift-config` with `tls.crt` and `tls.key`. A cluster
//! domain that is no valid host name itself, as one of a single label, cannot be mended that way.
//!
//! # Blind spots
//!
//! Whether the host resolves, and whether clients trust the certificate, is not tried here. Less than
//! five minutes are told as information only.
//!
//! # References
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/controllers/customroute/custom_route_controller.go`
//! - <https://github.com/openshift/cluster-authentication-operator/pull/566>

use mustknow_gather::kinds::OPERATOR_AUTHENTICATION;

use crate::catalog::prelude::*;
use crate::facts::{Patience, Report, Reported, excerpt};

/// How long the operator may take to look again.
const GRACE: Span = Span::minutes(5);

pub(super) static META: Meta = Meta {
    id: "authentication/custom-route-invalid",
    title: "a host name or certificate for the login that the operator refuses",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_AUTHENTICATION)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let name = "CustomRouteControllerDegraded";
    Report::of(case, &OPERATOR_AUTHENTICATION, "authentication", name).verdict(
        &OPERATOR_AUTHENTICATION,
        "authentication",
        |reported| finding(case, &reported),
    )
}

fn finding(case: &Case<'_>, reported: &Reported<'_>) -> Option<Finding> {
    let message = &reported.message;
    let is_about_host =
        message.contains("must be of type hostname") || message.contains("parse \"");
    let is_about_secret =
        message.contains("secret") || message.contains("certificate") || message.contains("key");
    // Requests that fail are a matter of the API, not of the settings.
    if !is_about_host && !message.contains("failed verification") {
        return None;
    }
    let advice = if is_about_host {
        "Give the login a host name that is valid: labels of letters, digits and hyphens, with a \
         domain."
    } else if is_about_secret {
        "Mend the Secret in openshift-config that componentRoutes names: tls.crt and tls.key."
    } else {
        "Correct the entry of componentRoutes."
    };
    let detail =
        message.split_once("failed verification: ").map_or(message.as_str(), |(_, detail)| detail);
    Some(
        reported
            .finding(
                Subject::cluster("Ingress", "cluster"),
                format!("the custom route of the login is refused: {}", excerpt(detail)),
            )
            .severity(Patience::of(case, reported.since(), GRACE).severity(META.severity))
            .why("The login keeps the route it had, and the operator is degraded.")
            .explains(
                Subject::cluster("ClusterOperator", "authentication"),
                "CustomRouteController",
            )
            .remedy(
                Remedy::new(advice)
                    .command("oc get ingresses.config.openshift.io cluster -o yaml")
                    .verify("oc get clusteroperator authentication"),
            ),
    )
}
