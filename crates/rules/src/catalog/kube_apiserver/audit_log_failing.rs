//! Audit log write errors on an API server.
//!
//! This rule relies on a Prometheus alert. It is inconclusive if the alerts were not collected.
//!
//! - openshift/cluster-kube-apiserver-operator `bindata/assets/alerts/audit-errors.yaml`
//!   (`AuditLogError`)
//! - openshift/runbooks `alerts/cluster-kube-apiserver-operator/AuditLogError.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::KnownFile(KnownFile::Alerts)])
    .check(check)
    .why(
        "Requests that are served while the audit log cannot be written are not recorded. In \
         most cases the disk of a control-plane node is full, which affects more than the audit \
         log.",
    )
    .fix("Check the free disk space in /var/log on the control-plane nodes.")
    .run(&["oc debug node/<node> -- chroot /host df -h /var/log"])
    .verify(&["oc adm node-logs --role=master --path=kube-apiserver/"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(alerts) = Alert::firing_named(cx, &["AuditLogError"]) else {
        return Err(NotJudged::from(Alert::gap()));
    };
    let mut servers: Vec<_> = alerts
        .iter()
        .filter_map(|alert| alert.label("instance").or_else(|| alert.label("apiserver")))
        .collect();
    servers.sort_unstable();
    servers.dedup();
    let mut evidence = alerts.iter().map(|alert| alert.evidence(alert.message.clone()));
    let Some(first) = evidence.next() else { return Ok(Checked::over(1, None)) };
    let of =
        if servers.is_empty() { String::new() } else { format!(" at {}", name_list(&servers)) };
    let summary = format!("API server cannot write its audit log{of}");
    let finding = Finding::new(Subject::cluster("KubeAPIServer", "cluster"), summary, first)
        .since(alerts.iter().filter_map(|alert| alert.since).min())
        .keywords("audit log")
        .evidence(evidence.take(4));
    Ok(Checked::over(1, vec![finding]))
}
