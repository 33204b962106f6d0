//! Ingress certificate that the authentication operator rejects.
//!
//! # Why it matters
//!
//! The login is a route. The authentication operator verifies the ingress certificate as a browser
//! would, and is degraded while the certificate is not valid for the login: updates are blocked.
//!
//! # What to do
//!
//! Replace the default ingress certificate with one that covers the ingress domain and includes the
//! full chain.
//!
//! # Blind spots
//!
//! The check reads the condition that the operator reports. In its first five minutes the problem
//! is reported as info only, because the certificate may be in the process of being replaced.
//!
//! # References
//!
//! - openshift/cluster-authentication-operator `pkg/controllers/routercerts/controller.go`

use mustknow_cluster::model::kinds::OPERATOR_AUTHENTICATION;

use crate::catalog::prelude::*;
use crate::engine::{Persistence, excerpt};
use crate::signals::{ConditionReport, ConditionState};

const GRACE: Span = Span::minutes(5);

pub(super) static META: Meta = Meta {
    id: "certificates/router-certs-invalid",
    title: "ingress certificate that the authentication operator rejects",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_AUTHENTICATION)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let report =
        ConditionReport::of(cx, &OPERATOR_AUTHENTICATION, "authentication", "RouterCertsDegraded");
    if report.is_not_collected() {
        let what = "Authentication cluster and ClusterOperator authentication: not collected";
        return Verdict::Unknown(
            Gap::new(GapKind::NotCollected, what)
                .command("oc get authentications.operator.openshift.io cluster -o yaml"),
        );
    }
    let findings = report.bad().map(|reported| finding(cx, &reported)).into_iter().collect();
    Verdict::over(1, findings, "the authentication operator does not report")
}

/// The meaning and the remedy of a reason of the operator.
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
        _ => (
            "the authentication operator rejects the ingress certificate",
            "Read the reported message, and replace the certificate.",
        ),
    }
}

fn finding(cx: &RuleContext<'_>, reported: &ConditionState<'_>) -> Finding {
    let (what, action) = meaning(&reported.reason);
    let summary = format!("{what}: {}", excerpt(&reported.message));
    let evidence = reported.evidence(what);
    Finding::new(Subject::of(reported.reported_by), summary, evidence)
        .severity(Persistence::of(cx, reported.since(), GRACE).severity(Severity::Error))
        .since(reported.since())
        .why(
            "The authentication operator verifies the certificate as a browser would, and is \
             degraded while it is not valid. Users who log in see a warning or an error.",
        )
        .keywords(format!("certificate {}", reported.keywords()))
        .explains(Subject::cluster("ClusterOperator", "authentication"), "RouterCerts")
        .remedy(
            Remedy::new(action)
                .command("oc get ingresscontroller default -n openshift-ingress-operator -o yaml")
                .verify("oc get clusteroperator authentication"),
        )
}
