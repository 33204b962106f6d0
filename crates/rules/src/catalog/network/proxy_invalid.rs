//! Invalid cluster-wide proxy configuration.
//!
//! Credentials in proxy URLs are masked in archives, so a wrong password is not detected.
//!
//! - openshift/cluster-network-operator `pkg/controller/proxyconfig/controller.go`

use crate::catalog::prelude::*;

const REASONS: [&str; 6] = [
    "EnsureProxyConfigFailure",
    "GenerateConfigMapFailure",
    "InvalidProxyConfig",
    "ProxyCAMergeFailure",
    "TrustBundleSyncFailure",
    "TrustBundleValidationFailure",
];

/// What Go cannot parse is usually a user with a password (`net/url`).
const OF_URL: &str = "The named URL (httpProxy or httpsProxy) cannot be parsed. Write it as \
                      http://user:password@host:port, and percent-encode reserved characters of \
                      user and password: / as %2F, @ as %40, : as %3A, # as %23, ? as %3F.";

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .check(|cx| judge_network_failure(cx, &REASONS, finding))
    .reads(&[Need::Kind(&OPERATOR_NETWORK)])
    // The operator tests the endpoints through the proxy, and a test can fail once.
    .note_until(Span::minutes(5))
    .even_while_installing("the operator waits until the configuration is corrected")
    .why(
        "Every platform component takes its proxy settings, and the CAs that it trusts in \
         addition to the system CAs, from what the network operator generates from \
         proxies.config.openshift.io cluster. While this object is rejected, the components \
         keep the old settings, and the operator is degraded.",
    )
    .fix(
        "Correct what the message names: a URL, an entry of noProxy, or an endpoint that is not \
         reachable through the proxy.",
    )
    .run(&["oc get proxies.config.openshift.io cluster -o yaml"])
    .verify(&["oc get clusteroperator network"]);

fn finding(reported: &ConditionState<'_>) -> Finding {
    let message = &reported.message;
    let summary =
        format!("proxies.config.openshift.io cluster is rejected: {}", excerpt(inner(message)));
    let finding = reported.finding(Subject::cluster("Proxy", "cluster"), summary);
    if message.contains("URI: parse ") {
        return finding.action(OF_URL);
    }
    if !message.to_lowercase().contains("trust") && !message.contains("configmap") {
        return finding;
    }
    finding.run("oc get configmaps -n openshift-config").action(
        "Correct the ConfigMap in openshift-config that trustedCA of the proxy refers to: key \
         ca-bundle.crt with certificates in PEM format.",
    )
}

/// The text in the outer brackets of the operator's message.
fn inner(message: &str) -> &str {
    let inner = message.split_once(" (").map_or(message, |(_, rest)| rest);
    inner.split(". Use 'oc edit").next().unwrap_or(inner).trim_end_matches([')', '.'])
}
