//! A control plane of plain Kubernetes whose certificates have expired.
//!
//! # Why it matters
//!
//! kubeadm makes certificates for a year and renews them with each update only. After that the
//! API server, etcd, the controller manager and the scheduler refuse each other.
//!
//! # What to do
//!
//! Renew all certificates on every node of the control plane and restart its static pods.
//!
//! # Blind spots
//!
//! Read from the logs of kube-system: three lines of the control plane, the last within two hours
//! of the collection. Which certificate it is, `kubeadm certs check-expiration` tells.
//!
//! # References
//!
//! - kubernetes/website `content/en/docs/tasks/administer-cluster/kubeadm/kubeadm-certs.md`
//! - golang/go `src/crypto/x509/verify.go` (the words)

use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::facts::{Refusals, enumerate};

const RECENT: Span = Span::hours(2);
const ENOUGH: u64 = 3;
/// The pods of a control plane, each with the name of its node behind.
const PODS: [&str; 4] = ["kube-apiserver-", "etcd-", "kube-controller-manager-", "kube-scheduler-"];

static EXPIRED: LogPattern =
    LogPattern::new("x509: certificate has expired or is not yet valid", "kube-system", "");

pub(super) static META: Meta = Meta {
    id: "certificates/control-plane-expired",
    title: "a control plane of plain Kubernetes whose certificates have expired",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::Plain,
    needs: &[Need::Log(&EXPIRED)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let examined = case.snapshot().logs_scanned(&EXPIRED);
    let recent: Vec<_> = case
        .log_hits(&EXPIRED)
        .filter(|hits| PODS.iter().any(|pod| hits.pod.starts_with(pod)))
        .map(|hits| Refusals { hits })
        .filter(|refusals| case.age(refusals.last()).is_some_and(|age| age <= RECENT))
        .collect();
    let lines: u64 = recent.iter().map(|refusals| refusals.hits.count).sum();
    if lines < ENOUGH {
        return Verdict::Healthy { examined };
    }
    Verdict::over(examined, finding(&recent).into_iter().collect(), "no log was collected")
}

fn finding(recent: &[Refusals<'_>]) -> Option<Finding> {
    let first = recent.first()?;
    let is_early = recent.iter().all(|refusals| refusals.are_too_early());
    let pods: Vec<_> = recent.iter().map(|refusals| &*refusals.hits.pod).collect();
    let pods = enumerate(&pods, 4);
    let mut evidence =
        recent.iter().map(|refusals| Evidence::logged(EXPIRED.namespace, refusals.hits));
    let are_clients = recent.iter().all(|refusals| refusals.are_of_client());
    let (summary, remedy) = if is_early {
        (
            format!("the control plane refuses certificates that are not valid yet: {pods}"),
            Remedy::new("Set the clocks of the nodes right.").command("timedatectl"),
        )
    } else {
        (
            if are_clients {
                format!("clients come to {pods} with certificates that have expired")
            } else {
                format!("certificates of the control plane have expired, as the logs of {pods} say")
            },
            Remedy::new(
                "Renew the certificates on every node of the control plane and restart its static \
                 pods.",
            )
            .command("kubeadm certs renew all")
            .verify("kubeadm certs check-expiration")
            .side_effect("the API is away while its static pods restart")
            .before(
                "the cluster was made by kubeadm and its authorities are still valid",
                Proof::ByHand("kubeadm certs check-expiration".to_owned()),
            ),
        )
    };
    let found =
        Finding::new(Subject::cluster("Control plane", "kube-system"), summary, evidence.next()?)
            .since(recent.iter().filter_map(|refusals| refusals.first()).min())
            .likely("the log does not say which certificate it is")
            .why("The parts of the control plane refuse each other's certificates.")
            .saying(format!("certificate {}", first.words()))
            .evidence(evidence.take(5))
            .remedy(remedy);
    // A client that comes with an expired certificate may be anybody outside.
    Some(if are_clients {
        found.severity(Severity::Warning).possible(
            "the API server refuses a client, and the log does not say whether it belongs to the \
             control plane",
        )
    } else {
        found
    })
}
