//! Failing kubelet certificate renewal.
//!
//! # Why it matters
//!
//! A kubelet requests a new certificate before the old one expires. Without a new client
//! certificate, the API server rejects the kubelet when the old one expires, and the node is lost.
//! Without a serving certificate, logs, exec and metrics of its pods fail.
//!
//! # What to do
//!
//! Check whether the CertificateSigningRequests of the kubelet are pending, and what the machine
//! approver or the controller manager reports about them.
//!
//! # Blind spots
//!
//! This rule relies on the alerts only. Pending requests are reported by
//! `certificates/client-requests-pending` and `certificates/serving-requests-pending`.
//!
//! # References
//!
//! - openshift/cluster-monitoring-operator `assets/control-plane/prometheus-rule.yaml`
//!   (`KubeletClientCertificateRenewalErrors`, `KubeletServerCertificateRenewalErrors`)

use mustknow_cluster::model::kinds::NODE;
use mustknow_cluster::model::known_file::KnownFile;

use crate::catalog::prelude::*;
use crate::domain::node_journal;
use crate::engine::client;
use crate::signals::{AlertGroup, judge_alerts, node_of_alert};

pub(super) static META: Meta = Meta {
    id: "nodes/kubelet-certificate-not-renewed",
    title: "failing kubelet certificate renewal",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::KnownFile(KnownFile::Alerts)],
    uses: &[Need::Kind(&NODE)],
};

const ALERTS: [&str; 2] =
    ["KubeletClientCertificateRenewalErrors", "KubeletServerCertificateRenewalErrors"];

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
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
        .severity(if is_client { Severity::Error } else { Severity::Warning })
        .why(
            "When the client certificate expires, the API server rejects the kubelet and the node \
             is lost. When the serving certificate expires, logs, exec and metrics of its pods \
             fail.",
        )
        .remedy(
            Remedy::new("Check whether the kubelet's CSRs are approved and issued.")
                .command(format!("{client} get csr"))
                .command(node_journal(cx, node, "kubelet"))
                .verify(format!("{client} get node {node}")),
        );
    Some(finding)
}
