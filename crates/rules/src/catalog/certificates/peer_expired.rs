//! Components that meet an expired certificate again and again.
//!
//! # Why it matters
//!
//! The connection is refused each time. Whose certificate it is stands in the line: a server's that
//! the component calls, or that of a client which calls it.
//!
//! # What to do
//!
//! Find the certificate of the peer and renew it. Where the line says that the present time is
//! before the certificate's, a clock is wrong.
//!
//! # Blind spots
//!
//! Five lines over five minutes, the last within an hour of the collection, are needed. The log
//! names a server by its URL and a client not at all: expired clients of the API are mostly
//! kubeconfigs somewhere outside, and only worth knowing.
//!
//! # References
//!
//! - golang/go `src/crypto/x509/verify.go` (the words)
//! - kubernetes/kubernetes `staging/src/k8s.io/apiserver/pkg/endpoints/filters/authentication.go`

use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::facts::Refusals;

/// The words, where the platform's components write them.
const WORDS: &str = "x509: certificate has expired or is not yet valid";
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
    id: "certificates/peer-expired",
    title: "components that meet an expired certificate again and again",
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
    let wrong = if refusals.are_too_early() { "is not valid yet" } else { "has expired" };
    let summary = format!("{who} refuses {whose}, which {wrong}, {} times", hits.count);
    let evidence = Evidence::logged(log.namespace, hits);
    let finding = Finding::new(evidence.subject().clone(), summary, evidence)
        .since(refusals.first())
        .why("Each such connection is refused, and what it was for does not happen.")
        .saying(format!("certificate {} {}", refusals.peer().unwrap_or_default(), refusals.words()))
        .remedy(Remedy::new("Find the certificate of the peer, and who should renew it.").command(
            match refusals.peer() {
                Some(peer) if crate::facts::is_plain(peer) => format!(
                    "openssl s_client -connect {} </dev/null | openssl x509 -noout -dates -issuer",
                    if peer.contains(':') { peer.to_owned() } else { format!("{peer}:443") }
                ),
                _ => "oc get events --all-namespaces".to_owned(),
            },
        ));
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
