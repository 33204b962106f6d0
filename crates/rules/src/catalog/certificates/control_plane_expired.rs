//! Expired control-plane certificates on plain Kubernetes.
//!
//! The check reads the logs in kube-system and needs at least three log lines of the control plane,
//! the last within two hours before the collection. `kubeadm certs check-expiration` shows which
//! certificate has expired.
//!
//! - kubernetes/website `content/en/docs/tasks/administer-cluster/kubeadm/kubeadm-certs.md`
//! - golang/go `src/crypto/x509/verify.go` (the error messages)

use crate::catalog::prelude::*;

const RECENT: Span = Span::hours(2);
const ENOUGH: u64 = 3;
/// The name prefixes of control-plane pods; the name of the node follows.
const PODS: [&str; 4] = ["kube-apiserver-", "etcd-", "kube-controller-manager-", "kube-scheduler-"];

const EXPIRED: LogPattern =
    LogPattern::new("x509: certificate has expired or is not yet valid", "kube-system", "");

pub(super) const RULE: Rule = rule(Critical, Cause, Plain)
    .needs(&[Need::Log(&EXPIRED)])
    .check(check)
    .why(
        "kubeadm issues certificates for one year and renews them only when the cluster is \
         upgraded. After that the API server, etcd, the controller manager and the scheduler \
         reject each other.",
    )
    .fix("Renew all certificates on every control-plane node and restart its static pods.");

fn check(cx: &RuleContext<'_>) -> Judged {
    let examined = cx.snapshot().logs_scanned(&EXPIRED);
    let recent: Vec<_> = cx
        .log_hits(&EXPIRED)
        .filter(|hits| PODS.iter().any(|pod| hits.pod.starts_with(pod)))
        .map(|hits| TlsRefusals { hits })
        .filter(|refusals| cx.age(refusals.last()).is_some_and(|age| age <= RECENT))
        .collect();
    let lines: u64 = recent.iter().map(|refusals| refusals.hits.count).sum();
    if lines < ENOUGH {
        return Ok(Checked::over(examined, None));
    }
    Ok(Checked::over(examined, finding(&recent).into_iter()))
}

fn finding(recent: &[TlsRefusals<'_>]) -> Option<Finding> {
    let first = recent.first()?;
    let is_early = recent.iter().all(|refusals| refusals.are_not_yet_valid());
    let pods: Vec<_> = recent.iter().map(|refusals| &*refusals.hits.pod).collect();
    let pods = name_list_up_to(&pods, 4);
    let mut evidence =
        recent.iter().map(|refusals| Evidence::logged(EXPIRED.namespace, refusals.hits));
    let are_clients = recent.iter().all(|refusals| refusals.are_of_client());
    let (summary, remedy) = if is_early {
        (
            format!("control plane rejects certificates that are not yet valid: {pods}"),
            Remedy::new("Correct the clocks of the nodes.").command("timedatectl"),
        )
    } else {
        (
            if are_clients {
                format!("expired client certificates are rejected by {pods}")
            } else {
                format!("control-plane certificates have expired, according to the logs of {pods}")
            },
            Remedy::new(
                "Renew the certificates on every control-plane node and restart its static pods.",
            )
            .command("kubeadm certs renew all")
            .verify("kubeadm certs check-expiration")
            .side_effect("the API is unavailable while its static pods restart")
            .precondition(
                "the cluster was created by kubeadm and its CAs are still valid",
                Proof::ByHand("kubeadm certs check-expiration".to_owned()),
            ),
        )
    };
    let found =
        Finding::new(Subject::cluster("Control plane", "kube-system"), summary, evidence.next()?)
            .since(recent.iter().filter_map(|refusals| refusals.first()).min())
            .likely("the log does not show which certificate it is")
            .keywords(format!("certificate {}", first.error()))
            .evidence(evidence.take(5))
            .remedy(remedy);
    // A client with an expired certificate may be outside the cluster.
    Some(if are_clients {
        found.severity(Warning).possible(
            "the API server rejects a client, and the log does not show whether it belongs to the \
             control plane",
        )
    } else {
        found
    })
}
