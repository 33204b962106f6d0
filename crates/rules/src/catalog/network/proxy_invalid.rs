//! A proxy configuration that the network operator refuses.
//!
//! # Why it matters
//!
//! Every platform component takes its proxy, and the authorities it trusts beside those of the
//! system, from what the network operator makes of `proxies.config.openshift.io cluster`. While that
//! is refused they keep the old settings, and the operator is degraded.
//!
//! # What to do
//!
//! Correct what the message names: a URL, an entry of noProxy, an endpoint that is not reached
//! through the proxy, or the ConfigMap in `openshift-config` that holds the authorities.
//!
//! # Blind spots
//!
//! Credentials in proxy URLs are masked in archives, so a wrong password is not seen.
//!
//! # References
//!
//! - openshift/cluster-network-operator `pkg/controller/proxyconfig/controller.go`

use mustknow_gather::kinds::OPERATOR_NETWORK;

use crate::catalog::prelude::*;
use crate::facts::{Report, Reported, excerpt, urgency};

pub(super) static META: Meta = Meta {
    id: "network/proxy-invalid",
    title: "a proxy configuration that the network operator refuses",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_NETWORK)],
};

const REASONS: [&str; 6] = [
    "EnsureProxyConfigFailure",
    "GenerateConfigMapFailure",
    "InvalidProxyConfig",
    "ProxyCAMergeFailure",
    "TrustBundleSyncFailure",
    "TrustBundleValidationFailure",
];

pub(super) fn check(case: &Case<'_>) -> Verdict {
    Report::of_network(case, &REASONS)
        .verdict(&OPERATOR_NETWORK, "network", |reported| Some(finding(case, &reported)))
}

fn finding(case: &Case<'_>, reported: &Reported<'_>) -> Finding {
    let message = &reported.message;
    let is_about_trust = message.to_lowercase().contains("trust") || message.contains("configmap");
    let advice = if is_about_trust {
        "Correct the ConfigMap in openshift-config that trustedCA of the proxy names: key \
         ca-bundle.crt with certificates in PEM."
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
            format!("proxies.config.openshift.io cluster is refused: {}", excerpt(inner(message))),
        )
        .severity(urgency(case, reported.since(), META.severity))
        .explains(Subject::cluster("ClusterOperator", "network"), reported.reason.clone())
        .why(
            "Components of the platform take their proxy and the authorities they trust from it, \
             and keep the old settings while it is refused.",
        )
        .remedy(remedy)
}

/// What stands in the outer brackets of the operator's sentence.
fn inner(message: &str) -> &str {
    let inner = message.split_once(" (").map_or(message, |(_, rest)| rest);
    inner.split(". Use 'oc edit").next().unwrap_or(inner).trim_end_matches([')', '.'])
}
