//! Ingress certificate that the authentication operator rejects.
//!
//! - openshift/cluster-authentication-operator `pkg/controllers/routercerts/controller.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .condition(AUTHENTICATION, &["RouterCertsDegraded"], |bad| {
        let (what, action) = meaning(&bad.state.reason);
        let subject = Subject::of(bad.state.reported_by);
        Some(
            bad.finding_about(subject, format!("{what}: {}", bad.detail()))
                .keywords("certificate")
                .explains(bad.cluster_operator(), bad.controller())
                .action(action),
        )
    })
    // The certificate may be in the process of being replaced.
    .note_until(Span::minutes(5))
    .why(
        "The login is a route. The authentication operator verifies the ingress certificate as \
         a browser would, and is degraded while the certificate is not valid for the login: \
         updates are blocked.",
    )
    .fix(
        "Replace the default ingress certificate with one that covers the ingress domain and \
         includes the full chain.",
    )
    .run(&["oc get ingresscontroller default -n openshift-ingress-operator -o yaml"])
    .verify(&["oc get clusteroperator authentication"]);

/// The meaning of a reason of the operator, and what to do about it.
fn meaning(reason: &str) -> (&'static str, &'static str) {
    match reason {
        "InvalidServerCertRouterCerts" => (
            "the ingress certificate is not valid for the login route",
            "Replace it with one that covers the ingress domain and includes the full chain.",
        ),
        "NoServerCertRouterCerts" => (
            "the ingress certificate contains only CA certificates",
            "Put the server certificate first, followed by its chain.",
        ),
        "MalformedRouterCertsPEM" | "MalformedIngressCACertsPem" => (
            "the ingress certificate cannot be read",
            "Replace it with a PEM file: the certificate, then its chain.",
        ),
        "NoRootCARouterCerts" | "NoDefaultIngressCAConfigMap" | "MissingIngressCACerts" => (
            "the ingress CA is missing",
            "Check why the ingress operator does not publish ConfigMap \
             openshift-config-managed/default-ingress-cert.",
        ),
        "NoRouterCertSecret" | "MissingRouterCertsPEM" => (
            "the authentication operator did not receive the ingress certificate",
            "Check why the ingress operator does not publish Secret \
             openshift-config-managed/router-certs.",
        ),
        "NoIngressDomain" | "NoIngressConfig" => {
            ("the ingress has no domain", "Restore Ingress cluster and its spec.domain.")
        }
        _ => ("the authentication operator rejects the ingress certificate", ""),
    }
}
