//! Invalid custom host name or certificate for the OAuth route.
//!
//! Whether the host name resolves, and whether clients trust the certificate, is not tested here. A
//! condition that has lasted for less than five minutes is reported as informational only.
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/controllers/customroute/custom_route_controller.go`
//! - <https://github.com/openshift/cluster-authentication-operator/pull/566>

use crate::catalog::prelude::*;

/// How long the operator may take to check again.
const GRACE: Span = Span::minutes(5);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_AUTHENTICATION)])
    .check(check)
    .why(
        "componentRoutes of ingresses.config.openshift.io cluster can give the OAuth route a \
         custom host name and certificate. If these are not valid, the operator leaves the \
         route unchanged and is degraded.",
    )
    .fix(
        "Correct the host name, or the Secret in openshift-config with tls.crt and tls.key. If \
         the cluster domain itself is not a valid host name, such as a domain with a single \
         label, changing these settings does not help.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let name = "CustomRouteControllerDegraded";
    ConditionReport::of(cx, &OPERATOR_AUTHENTICATION, "authentication", name).judge(
        &OPERATOR_AUTHENTICATION,
        "authentication",
        |reported| finding(cx, &reported),
    )
}

fn finding(cx: &RuleContext<'_>, reported: &ConditionState<'_>) -> Option<Finding> {
    let message = &reported.message;
    let is_about_host =
        message.contains("must be of type hostname") || message.contains("parse \"");
    let is_about_secret =
        message.contains("secret") || message.contains("certificate") || message.contains("key");
    // Failing requests are an API problem, not a problem of the settings.
    if !is_about_host && !message.contains("failed verification") {
        return None;
    }
    let advice = if is_about_host {
        "Set a valid host name: labels of letters, digits and hyphens, with a domain."
    } else if is_about_secret {
        "Fix tls.crt and tls.key in the Secret in openshift-config that componentRoutes references."
    } else {
        "Correct the entry in componentRoutes."
    };
    let detail =
        message.split_once("failed verification: ").map_or(message.as_str(), |(_, detail)| detail);
    Some(
        reported
            .finding(
                Subject::cluster("Ingress", "cluster"),
                format!("custom OAuth route is rejected: {}", excerpt(detail)),
            )
            .severity(Persistence::of(cx, reported.since(), GRACE).severity(RULE.meta.severity))
            .explains(
                Subject::cluster("ClusterOperator", "authentication"),
                "CustomRouteController",
            )
            .fix(advice)
            .run("oc get ingresses.config.openshift.io cluster -o yaml")
            .verify("oc get clusteroperator authentication"),
    )
}
