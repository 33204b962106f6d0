//! Repeated x509 errors about certificates signed by an unknown authority.
//!
//! At least five log lines over five minutes are required. The log shows the URL of a server, but not
//! the name of a client. Clients of the API with a certificate of another CA are usually outside the
//! cluster and are notes.
//!
//! - golang/go `src/crypto/x509/verify.go` (the error messages)
//! - kubernetes/kubernetes `staging/src/k8s.io/apiserver/pkg/endpoints/filters/authentication.go`

use crate::catalog::prelude::*;

const LOGS: [LogPattern; 11] =
    platform_log_patterns("x509: certificate signed by unknown authority");

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .refusal(&LOGS, |component, certificate, refusals, evidence| {
        let count = refusals.hits.count;
        let summary =
            format!("{component} does not trust the issuer of {certificate} ({count} times)");
        Finding::new(evidence.subject().clone(), summary, evidence)
            .fix(where_to_look(refusals.peer()))
    })
    .at_once("the lines have been repeated for minutes until the collection")
    .why(
        "Each of these connections is rejected: the CA of the peer is not in the bundle that \
         the component uses for verification. Usually the CA changed and the bundle was not \
         updated, or a proxy between the two replaces the certificate of the peer with its own.",
    )
    .fix(
        "Check which CA issued the certificate of the peer, and which bundle the component \
         uses: service-ca for hosts in .svc, the ingress CA for routes, the CA of a proxy for \
         external hosts.",
    );

fn where_to_look(peer: Option<&str>) -> &'static str {
    match peer.unwrap_or_default().split(':').next().unwrap_or_default() {
        "" => "Check in the log line whose certificate it is, and which bundle the component uses.",
        host if host.split('.').nth(2) == Some("svc") => {
            "Check whether service-ca issued the certificate of that Service, and whether the \
             bundle of the component is current (ConfigMap openshift-service-ca/signing-cabundle)."
        }
        host if host.contains(".apps.") => {
            "Check which CA issued the ingress certificate, and whether ConfigMap \
             openshift-config-managed/default-ingress-cert contains it."
        }
        host if host.starts_with("api-int.") || host.starts_with("api.") => {
            "Check which CA issued the certificate of the API. Replace kubeconfigs that contain an \
             old CA."
        }
        _ => {
            "Check which CA issues the certificate of that host, including any proxy in between, \
             and add that CA to the trusted bundle of the cluster (Proxy cluster, spec.trustedCA)."
        }
    }
}
