//! A certificate of the ingress that the authentication operator cannot use for the login.
//!
//! # Why it matters
//!
//! The login is a route. The authentication operator checks the certificate of the ingress as a
//! browser would, and is degraded while it does not fit: updates are held up.
//!
//! # What to do
//!
//! Replace the default certificate of the ingress by one that covers the ingress domain and comes
//! with the whole chain.
//!
//! # Blind spots
//!
//! Read from what the operator reports. Five minutes are left out, for a certificate that is just
//! being replaced.
//!
//! # References
//!
//! - openshift/cluster-authentication-operator `pkg/controllers/routercerts/controller.go`

use mustknow_gather::kinds::OPERATOR_AUTHENTICATION;

use crate::catalog::prelude::*;
use crate::facts::{Patience, Report, Reported, excerpt};

const GRACE: Span = Span::minutes(5);

pub(super) static META: Meta = Meta {
    id: "certificates/router-certs-invalid",
    title: "a certificate of the ingress that the authentication operator cannot use",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_AUTHENTICATION)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let report =
        Report::of(case, &OPERATOR_AUTHENTICATION, "authentication", "RouterCertsDegraded");
    if report.has_no_source() {
        let what = "Authentication cluster and ClusterOperator authentication: not collected";
        return Verdict::Unknown(
            Gap::new(GapKind::NotCollected, what)
                .ask("oc get authentications.operator.openshift.io cluster -o yaml"),
        );
    }
    let findings = report.bad().map(|reported| finding(case, &reported)).into_iter().collect();
    Verdict::over(1, findings, "the authentication operator does not report")
}

/// What a reason of the operator means, and what to do.
fn meaning(reason: &str) -> (&'static str, &'static str) {
    match reason {
        "InvalidServerCertRouterCerts" => (
            "the certificate of the ingress is not valid for the login route",
            "Replace it by one that covers the ingress domain and comes with the whole chain.",
        ),
        "NoServerCertRouterCerts" => (
            "the certificate of the ingress holds authorities only",
            "Put the certificate of the server first, and its chain behind it.",
        ),
        "MalformedRouterCertsPEM" | "MalformedIngressCACertsPem" => (
            "the certificate of the ingress cannot be read",
            "Replace it by one in PEM: the certificate, then its chain.",
        ),
        "NoRootCARouterCerts" | "NoDefaultIngressCAConfigMap" | "MissingIngressCACerts" => (
            "the authority of the ingress is missing",
            "See why the ingress operator does not publish ConfigMap \
             openshift-config-managed/default-ingress-cert.",
        ),
        "NoRouterCertSecret" | "MissingRouterCertsPEM" => (
            "the certificate of the ingress was not handed to the authentication operator",
            "See why the ingress operator does not publish Secret \
             openshift-config-managed/router-certs.",
        ),
        "NoIngressDomain" | "NoIngressConfig" => {
            ("the ingress has no domain", "Restore Ingress cluster and its spec.domain.")
        }
        _ => (
            "the authentication operator refuses the certificate of the ingress",
            "Read what it says, and replace the certificate.",
        ),
    }
}

fn finding(case: &Case<'_>, reported: &Reported<'_>) -> Finding {
    let (what, deed) = meaning(&reported.reason);
    let summary = format!("{what}: {}", excerpt(&reported.message));
    let evidence = reported.evidence(what);
    Finding::new(Subject::of(reported.said_by), summary, evidence)
        .severity(Patience::of(case, reported.since(), GRACE).severity(Severity::Error))
        .since(reported.since())
        .why(
            "The authentication operator checks the certificate as a browser would, and is \
             degraded while it does not fit; whoever logs in is warned or refused.",
        )
        .saying(format!("certificate {}", reported.words()))
        .explains(Subject::cluster("ClusterOperator", "authentication"), "RouterCerts")
        .remedy(
            Remedy::new(deed)
                .command("oc get ingresscontroller default -n openshift-ingress-operator -o yaml")
                .verify("oc get clusteroperator authentication"),
        )
}
