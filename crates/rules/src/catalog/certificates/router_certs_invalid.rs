//! Ingress certificate that the authentication operator rejects.
//!
//! The check reads the condition that the operator reports. In its first five minutes the problem
//! is reported as info only, because the certificate may be in the process of being replaced.
//!
//! - openshift/cluster-authentication-operator `pkg/controllers/routercerts/controller.go`

use crate::catalog::prelude::*;

const GRACE: Span = Span::minutes(5);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_AUTHENTICATION)])
    .check(check)
    .why(
        "The login is a route. The authentication operator verifies the ingress certificate as \
         a browser would, and is degraded while the certificate is not valid for the login: \
         updates are blocked.",
    )
    .fix(
        "Replace the default ingress certificate with one that covers the ingress domain and \
         includes the full chain.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let report =
        ConditionReport::of(cx, &OPERATOR_AUTHENTICATION, "authentication", "RouterCertsDegraded");
    if report.is_not_collected() {
        let what = "Authentication cluster and ClusterOperator authentication: not collected";
        return Err(NotJudged::from(
            Gap::new(GapKind::NotCollected, what)
                .command("oc get authentications.operator.openshift.io cluster -o yaml"),
        ));
    }
    let findings = report.bad().map(|reported| finding(cx, &reported)).into_iter();
    Ok(Checked::over(1, findings))
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
        .severity(Persistence::of(cx, reported.since(), GRACE).severity(Error))
        .since(reported.since())
        .keywords(format!("certificate {}", reported.keywords()))
        .explains(Subject::cluster("ClusterOperator", "authentication"), "RouterCerts")
        .fix(action)
        .run("oc get ingresscontroller default -n openshift-ingress-operator -o yaml")
        .verify("oc get clusteroperator authentication")
}
