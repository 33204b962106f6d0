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
use crate::facts::Refusals;

/// The words, where the platform's components write them.
const WORDS: &str = "x509: certificate signed by unknown authority";
static LOGS: [LogPattern; 11] = [
    LogPattern::new(WORDS, "openshift-kube-apiserver", ""),
    LogPattern::new(WORDS, "openshift-etcd", ""),
    LogPattern::new(WORDS, "openshift-apiserver", ""),
    LogPattern::new(WORDS, "openshift-oauth-apiserver", ""),
    LogPattern::new(WORDS, "openshift-authentication", ""),
    LogPattern::new(WORDS, "openshift-authentication-operator", ""),
    LogPattern::new(WORDS, "openshift-kube-controller-manager", ""),
    LogPattern::new(WORDS, "openshift-kube-scheduler", ""),
    LogPattern::new(WORDS, "openshift-machine-config-operator", ""),
    LogPattern::new(WORDS, "openshift-image-registry", ""),
    LogPattern::new(WORDS, "", "kubelet"),
];

pub(super) static META: Meta = Meta {
    id: "certificates/peer-not-trusted",
    title: "components that meet a certificate of an unknown signer again and again",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[
        Need::Log(&LOGS[0]),
        Need::Log(&LOGS[1]),
        Need::Log(&LOGS[2]),
        Need::Log(&LOGS[3]),
        Need::Log(&LOGS[4]),
        Need::Log(&LOGS[5]),
        Need::Log(&LOGS[6]),
        Need::Log(&LOGS[7]),
        Need::Log(&LOGS[8]),
        Need::Log(&LOGS[9]),
        Need::Log(&LOGS[10]),
    ],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let examined: usize = LOGS.iter().map(|log| case.snapshot().logs_scanned(log)).sum();
    if examined == 0 {
        let gap = Gap::new(GapKind::NotCollected, "logs of the platform: not collected");
        return Verdict::Unknown(gap.ask("oc adm must-gather"));
    }
    let findings = LOGS
        .iter()
        .flat_map(|log| Refusals::lasting(case, log).into_iter().map(move |all| finding(log, all)))
        .collect();
    Verdict::over(examined, findings, "no log was collected")
}

fn finding(log: &LogPattern, refusals: Refusals<'_>) -> Finding {
    let hits = refusals.hits;
    let (pod, container) = (&hits.pod, &hits.container);
    let who = if log.namespace.is_empty() {
        format!("kubelet of {pod}")
    } else {
        format!("container {container} of pod {}/{pod}", log.namespace)
    };
    let whose = match refusals.peer() {
        Some(peer) => format!("the certificate of {peer}"),
        None if refusals.are_of_client() => "the certificate of a client".to_owned(),
        None => "a certificate".to_owned(),
    };
    let summary = format!("{who} does not know who signed {whose}, {} times", hits.count);
    let evidence = Evidence::logged(log.namespace, hits);
    let finding = Finding::new(evidence.subject().clone(), summary, evidence)
        .since(refusals.first())
        .why(
            "Each such connection is refused: the signer is not in the bundle that the component \
             checks with.",
        )
        .saying(format!("certificate {} {}", refusals.peer().unwrap_or_default(), refusals.words()))
        .remedy(Remedy::new(where_to_look(refusals.peer())));
    let finding = match refusals.peer() {
        Some(peer) => finding.shares(Common::Endpoint, peer),
        None => finding,
    };
    if refusals.are_of_client() {
        return finding.severity(Severity::Info).possible(
            "the log does not say which client it is; it may be one outside the cluster",
        );
    }
    finding
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
