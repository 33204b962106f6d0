//! Audit log write errors on an API server.
//!
//! # Why it matters
//!
//! Requests that are served while the audit log cannot be written are not recorded. In most cases
//! the disk of a control-plane node is full, which affects more than the audit log.
//!
//! # What to do
//!
//! Check the free disk space in `/var/log` on the control-plane nodes.
//!
//! # Blind spots
//!
//! This rule relies on a Prometheus alert. It is inconclusive if the alerts were not collected.
//!
//! # References
//!
//! - openshift/cluster-kube-apiserver-operator `bindata/assets/alerts/audit-errors.yaml`
//!   (`AuditLogError`)
//! - openshift/runbooks `alerts/cluster-kube-apiserver-operator/AuditLogError.md`

use mustknow_cluster::model::known_file::KnownFile;

use crate::catalog::prelude::*;
use crate::engine::name_list;
use crate::signals::Alert;

pub(super) static META: Meta = Meta {
    id: "kube-apiserver/audit-log-failing",
    title: "audit log write errors on an API server",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::KnownFile(KnownFile::Alerts)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let Some(alerts) = Alert::firing_named(cx, &["AuditLogError"]) else {
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
    let of =
        if servers.is_empty() { String::new() } else { format!(" at {}", name_list(&servers)) };
    let summary = format!("API server cannot write its audit log{of}");
    let finding = Finding::new(Subject::cluster("KubeAPIServer", "cluster"), summary, first)
        .since(alerts.iter().filter_map(|alert| alert.since).min())
        .why("Requests are not recorded in the meantime. In most cases the disk is full.")
        .keywords("audit log")
        .evidence(evidence.take(4))
        .remedy(
            Remedy::new("Check the free disk space in /var/log on the control-plane nodes.")
                .command("oc debug node/<node> -- chroot /host df -h /var/log")
                .verify("oc adm node-logs --role=master --path=kube-apiserver/"),
        );
    Verdict::Found(vec![finding])
}
