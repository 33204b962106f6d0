//! Expired control-plane certificates on plain Kubernetes.
//!
//! At least three log lines of the control plane are required, the last within two hours before the
//! collection. `kubeadm certs check-expiration` shows which certificate has expired.
//!
//! - kubernetes/website `content/en/docs/tasks/administer-cluster/kubeadm/kubeadm-certs.md`
//! - golang/go `src/crypto/x509/verify.go` (the error messages)

use crate::catalog::prelude::*;

/// The name prefixes of control-plane pods; the name of the node follows.
const PODS: [&str; 4] = ["kube-apiserver-", "etcd-", "kube-controller-manager-", "kube-scheduler-"];
const EXPIRED: LogPattern =
    LogPattern::new("x509: certificate has expired or is not yet valid", "kube-system", "");

pub(super) const RULE: Rule = rule(Critical, Cause, Plain)
    .check(|cx| Ok(check(cx)))
    .needs(&[Need::Log(&EXPIRED)])
    .at_once("the lines are repeated until shortly before the collection")
    .even_while_installing("an expired certificate does not become valid again")
    .why(
        "kubeadm issues certificates for one year and renews them only when the cluster is \
         upgraded. After that the API server, etcd, the controller manager and the scheduler \
         reject each other.",
    )
    .fix("Renew the certificates on every control-plane node and restart its static pods.")
    .run(&["kubeadm certs renew all"])
    .verify(&["kubeadm certs check-expiration"])
    .side_effects(&["the API is unavailable while its static pods restart"])
    .before(&[(
        "the cluster was created by kubeadm and its CAs are still valid",
        "kubeadm certs check-expiration",
    )]);

fn check(cx: &RuleContext<'_>) -> Checked {
    let recent = cx
        .log_hits(&EXPIRED)
        .filter(|hits| PODS.iter().any(|pod| hits.pod.starts_with(pod)))
        .map(|hits| TlsRefusals { hits })
        .filter(|one| cx.age(one.last()).is_some_and(|age| age <= Span::hours(2)));
    let recent: Vec<_> = recent.collect();
    let is_repeated = recent.iter().map(|one| one.hits.count).sum::<u64>() >= 3;
    let finding = if is_repeated { finding(&recent) } else { None };
    Checked::over(cx.snapshot().logs_scanned(&EXPIRED), finding)
}

fn finding(recent: &[TlsRefusals<'_>]) -> Option<Finding> {
    let is_early = recent.iter().all(|one| one.are_not_yet_valid());
    let are_clients = recent.iter().all(|one| one.are_of_client());
    let pods: Vec<_> = recent.iter().map(|one| &*one.hits.pod).collect();
    let pods = name_list_up_to(&pods, 4);
    let summary = if is_early {
        format!("control plane rejects certificates that are not yet valid: {pods}")
    } else if are_clients {
        format!("expired client certificates are rejected by {pods}")
    } else {
        format!("control-plane certificates have expired, according to the logs of {pods}")
    };
    let mut evidence = recent.iter().map(|one| Evidence::logged(EXPIRED.namespace, one.hits));
    let subject = Subject::cluster("Control plane", "kube-system");
    let finding = Finding::new(subject, summary, evidence.next()?)
        .since(recent.iter().filter_map(|one| one.first()).min())
        .likely("the log does not show which certificate it is")
        .keywords(format!("certificate {}", recent.first()?.error()))
        .evidence(evidence.take(5));
    let finding = if is_early {
        finding.fix("Correct the clocks of the nodes.").run("timedatectl").verify("timedatectl")
    } else {
        finding
    };
    // A client with an expired certificate may be outside the cluster.
    Some(if are_clients {
        finding.severity(Warning).possible(
            "the API server rejects a client, and the log does not show whether it belongs to the \
             control plane",
        )
    } else {
        finding
    })
}
