//! Failing kubelet certificate renewal.
//!
//! This rule relies on the alerts only. Pending requests are reported by
//! `certificates/client-requests-pending` and `certificates/serving-requests-pending`.
//!
//! - openshift/cluster-monitoring-operator `assets/control-plane/prometheus-rule.yaml`
//!   (`KubeletClientCertificateRenewalErrors`, `KubeletServerCertificateRenewalErrors`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::KnownFile(KnownFile::Alerts)])
    .reads(&[Need::Kind(&NODE)])
    .check(check)
    .why(
        "A kubelet requests a new certificate before the old one expires. Without a new client \
         certificate, the API server rejects the kubelet when the old one expires, and the node \
         is lost. Without a serving certificate, logs, exec and metrics of its pods fail.",
    )
    .fix(
        "Check whether the CertificateSigningRequests of the kubelet are pending, and what the \
         machine approver or the controller manager reports about them.",
    );

const ALERTS: [&str; 2] =
    ["KubeletClientCertificateRenewalErrors", "KubeletServerCertificateRenewalErrors"];

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_alerts(cx, &ALERTS, |alert| node_of_alert(cx, alert), |alerted| finding(cx, alerted))
}

fn finding(cx: &RuleContext<'_>, alerted: &AlertGroup) -> Option<Finding> {
    let node = &alerted.about;
    let is_client = alerted.contains("KubeletClientCertificateRenewalErrors");
    let which = if is_client { "client" } else { "serving" };
    let summary = format!("the kubelet of node {node} cannot renew its {which} certificate");
    let client = client(cx);
    let finding = alerted
        .finding(Subject::cluster("Node", node.clone()), summary)?
        // The node is lost when the current certificate expires.
        .severity(if is_client { Error } else { Warning })
        .run(format!("{client} get csr"))
        .run(node_journal(cx, node, "kubelet"))
        .verify(format!("{client} get node {node}"));
    Some(finding)
}
