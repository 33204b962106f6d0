//! API servers that cannot write their audit log.
//!
//! # Why it matters
//!
//! What was done while the log could not be written is recorded nowhere. Most often the disk of a
//! control-plane node is full, which stops more than the log.
//!
//! # What to do
//!
//! Look at the room in `/var/log` of the control-plane nodes.
//!
//! # Blind spots
//!
//! This is what Prometheus saw: without the alerts nothing can be said.
//!
//! # References
//!
//! - openshift/cluster-kube-apiserver-operator `bindata/assets/alerts/audit-errors.yaml`
//!   (`AuditLogError`)
//! - openshift/runbooks `alerts/cluster-kube-apiserver-operator/AuditLogError.md`

use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{Alert, few};

pub(super) static META: Meta = Meta {
    id: "kube-apiserver/audit-log-failing",
    title: "API servers that cannot write their audit log",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::Alerts)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(alerts) = Alert::named(case, &["AuditLogError"]) else {
        return Verdict::Unknown(Alert::gap());
    };
    let mut servers: Vec<_> = alerts
        .iter()
        .filter_map(|alert| alert.label("instance").or_else(|| alert.label("apiserver")))
        .collect();
    servers.sort_unstable();
    servers.dedup();
    let mut evidence = alerts.iter().map(|alert| alert.evidence(alert.message.clone()));
    let Some(first) = evidence.next() else { return Verdict::Healthy { examined: 1 } };
    let of = if servers.is_empty() { String::new() } else { format!(" at {}", few(&servers)) };
    let summary = format!("an API server cannot write its audit log{of}");
    let finding = Finding::new(Subject::cluster("KubeAPIServer", "cluster"), summary, first)
        .since(alerts.iter().filter_map(|alert| alert.since).min())
        .why("What is done meanwhile is recorded nowhere; most often the disk is full.")
        .saying("audit log")
        .evidence(evidence.take(4))
        .remedy(
            Remedy::new("Look at the room in /var/log of the control-plane nodes.")
                .command("oc debug node/<node> -- chroot /host df -h /var/log")
                .verify("oc adm node-logs --role=master --path=kube-apiserver/"),
        );
    Verdict::Found(vec![finding])
}
