//! Repeated x509 errors about certificates signed by an unknown authority.
//!
//! # Why it matters
//!
//! Each of these connections is rejected: the CA of the peer is not in the bundle that the
//! component uses for verification. Usually the CA changed and the bundle was not updated, or
//! something between the two replaces the certificate of the peer with its own.
//!
//! # What to do
//!
//! Check which CA issued the certificate of the peer, and which bundle the component uses:
//! service-ca for hosts in `.svc`, the ingress CA for routes, the CA of a proxy for external hosts.
//!
//! # Blind spots
//!
//! At least five log lines over five minutes are required, the last within an hour before the
//! collection. The log shows the URL of a server, but not the name of a client. Clients of the API
//! with a certificate of another CA are usually outside the cluster and are reported as info only.
//!
//! # References
//!
//! - golang/go `src/crypto/x509/verify.go` (the error messages)
//! - kubernetes/kubernetes `staging/src/k8s.io/apiserver/pkg/endpoints/filters/authentication.go`

use mustknow_cluster::model::log::LogPattern;

use crate::catalog::prelude::*;
use crate::signals::{TlsRefusals, log_needs, platform_log_patterns};

static LOGS: [LogPattern; 11] =
    platform_log_patterns("x509: certificate signed by unknown authority");
static USES: [Need; 11] = log_needs(&LOGS);

pub(super) static META: Meta = Meta {
    id: "certificates/peer-not-trusted",
    title: "repeated x509 errors about certificates signed by an unknown authority",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &USES,
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    TlsRefusals::judge(cx, &LOGS, |component, certificate, refusals, evidence| {
        let summary = format!(
            "{component} does not trust the issuer of {certificate} ({} times)",
            refusals.hits.count
        );
        Finding::new(evidence.subject().clone(), summary, evidence)
            .why(
                "Each of these connections is rejected: the issuing CA is not in the bundle that \
                 the component uses.",
            )
            .remedy(Remedy::new(where_to_look(refusals.peer())))
    })
}

fn where_to_look(peer: Option<&str>) -> &'static str {
    let host = peer.unwrap_or_default().split(':').next().unwrap_or_default();
    match host {
        _ if host.split('.').nth(2) == Some("svc") => {
            "Check whether service-ca issued the certificate of that Service, and whether the \
             bundle of the component is current (ConfigMap openshift-service-ca/signing-cabundle)."
        }
        _ if host.contains(".apps.") => {
            "Check which CA issued the ingress certificate, and whether ConfigMap \
             openshift-config-managed/default-ingress-cert contains it."
        }
        _ if host.starts_with("api-int.") || host.starts_with("api.") => {
            "Check which CA issued the certificate of the API. Replace kubeconfigs that contain an \
             old CA."
        }
        "" => {
            "Check in the log line whose certificate it is, and check which bundle the component \
             uses."
        }
        _ => {
            "Check which CA issues the certificate of that host, including any proxy in between, \
             and add that CA to the trusted bundle of the cluster (Proxy cluster, spec.trustedCA)."
        }
    }
}
