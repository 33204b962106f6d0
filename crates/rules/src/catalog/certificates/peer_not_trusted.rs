//! Components that meet a certificate of an unknown signer again and again.
//!
//! # Why it matters
//!
//! The connection is refused each time: the peer's signer is not in the bundle the component
//! checks with. Mostly the signer changed and the bundle did not follow, or something between
//! both puts its own certificate in place of the peer's.
//!
//! # What to do
//!
//! See who signed the certificate of the peer, and which bundle the component checks with:
//! service-ca for hosts in `.svc`, the ingress for routes, the authority of a proxy for what is outside.
//!
//! # Blind spots
//!
//! Five lines over five minutes, the last within an hour of the collection, are needed. The log
//! names a server by its URL and a client not at all: clients of the API with a foreign
//! certificate are mostly outside, and only worth knowing.
//!
//! # References
//!
//! - golang/go `src/crypto/x509/verify.go` (the words)
//! - kubernetes/kubernetes `staging/src/k8s.io/apiserver/pkg/endpoints/filters/authentication.go`

use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::facts::{Refusals, in_platform, reads};

static LOGS: [LogPattern; 11] = in_platform("x509: certificate signed by unknown authority");
static USES: [Need; 11] = reads(&LOGS);

pub(super) static META: Meta = Meta {
    id: "certificates/peer-not-trusted",
    title: "components that meet a certificate of an unknown signer again and again",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &USES,
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    Refusals::judge(case, &LOGS, |who, whose, refusals, evidence| {
        let summary =
            format!("{who} does not know who signed {whose}, {} times", refusals.hits.count);
        Finding::new(evidence.subject().clone(), summary, evidence)
            .why(
                "Each such connection is refused: the signer is not in the bundle that the \
                 component checks with.",
            )
            .remedy(Remedy::new(where_to_look(refusals.peer())))
    })
}

fn where_to_look(peer: Option<&str>) -> &'static str {
    let host = peer.unwrap_or_default().split(':').next().unwrap_or_default();
    match host {
        _ if host.split('.').nth(2) == Some("svc") => {
            "See whether service-ca signed the certificate of that Service, and whether the bundle \
             of the component is the present one (ConfigMap openshift-service-ca/signing-cabundle)."
        }
        _ if host.contains(".apps.") => {
            "See who signed the certificate of the ingress, and whether ConfigMap \
             openshift-config-managed/default-ingress-cert holds them."
        }
        _ if host.starts_with("api-int.") || host.starts_with("api.") => {
            "See who signed the certificate of the API; a kubeconfig with an old authority must be \
             replaced."
        }
        "" => {
            "See in the line whose certificate it is, and which bundle the component checks with."
        }
        _ => {
            "See who signs the certificate of that host, a proxy between included, and add that \
             authority to the trusted bundle of the cluster (Proxy cluster, spec.trustedCA)."
        }
    }
}
