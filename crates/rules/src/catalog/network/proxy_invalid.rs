//! Invalid cluster-wide proxy configuration.
//!
//! Credentials in proxy URLs are masked in archives, so a wrong password is not detected.
//!
//! - openshift/cluster-network-operator `pkg/controller/proxyconfig/controller.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_NETWORK)])
    .check(check)
    .why(
        "Every platform component takes its proxy settings, and the CAs that it trusts in \
         addition to the system CAs, from what the network operator generates from \
         proxies.config.openshift.io cluster. While this object is rejected, the components \
         keep the old settings, and the operator is degraded.",
    )
    .fix(
        "Correct what the message names: a URL, an entry of noProxy, an endpoint that is not \
         reachable through the proxy, or the ConfigMap in openshift-config that contains the \
         CAs.",
    );

const REASONS: [&str; 6] = [
    "EnsureProxyConfigFailure",
    "GenerateConfigMapFailure",
    "InvalidProxyConfig",
    "ProxyCAMergeFailure",
    "TrustBundleSyncFailure",
    "TrustBundleValidationFailure",
];

fn check(cx: &RuleContext<'_>) -> Judged {
    ConditionReport::of_network(cx, &REASONS)
        .judge(&OPERATOR_NETWORK, "network", |reported| Some(finding(cx, &reported)))
}

fn finding(cx: &RuleContext<'_>, reported: &ConditionState<'_>) -> Finding {
    let message = &reported.message;
    let is_about_trust = message.to_lowercase().contains("trust") || message.contains("configmap");
    let advice = if is_about_trust {
        "Correct the ConfigMap in openshift-config that trustedCA of the proxy refers to: key \
         ca-bundle.crt with certificates in PEM format."
    } else {
        "Correct the field of the proxy that the message names."
    };
    let remedy = Remedy::new(advice)
        .command("oc get proxies.config.openshift.io cluster -o yaml")
        .verify("oc get clusteroperator network");
    let remedy = if is_about_trust {
        remedy.command("oc get configmaps -n openshift-config")
    } else {
        remedy
    };
    reported
        .finding(
            Subject::cluster("Proxy", "cluster"),
            format!("proxies.config.openshift.io cluster is rejected: {}", excerpt(inner(message))),
        )
        .severity(severity_by_age(cx, reported.since(), RULE.meta.severity))
        .explains(Subject::cluster("ClusterOperator", "network"), reported.reason.clone())
        .remedy(remedy)
}

/// The text in the outer brackets of the operator's message.
fn inner(message: &str) -> &str {
    let inner = message.split_once(" (").map_or(message, |(_, rest)| rest);
    inner.split(". Use 'oc edit").next().unwrap_or(inner).trim_end_matches([')', '.'])
}
