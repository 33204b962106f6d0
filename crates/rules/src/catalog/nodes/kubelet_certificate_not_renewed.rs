//! A kubelet that cannot renew its certificate.
//!
//! # Why it matters
//!
//! Kubelets ask for a new certificate before the old one expires. Without a new client certificate
//! the API refuses the kubelet when the old one expires, and the node is lost; without a serving
//! certificate logs, exec and metrics of its pods fail.
//!
//! # What to do
//!
//! See whether its requests wait for approval, and what the machine approver or the controller
//! manager says of them.
//!
//! # Blind spots
//!
//! The alerts are taken as they are. Requests that wait are `certificates/client-requests-pending`
//! and `certificates/serving-requests-pending`.
//!
//! # References
//!
//! - openshift/cluster-monitoring-operator `assets/control-plane/prometheus-rule.yaml`
//!   (`KubeletClientCertificateRenewalErrors`, `KubeletServerCertificateRenewalErrors`)

use mustknow_gather::kinds::NODE;
use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{Alerted, alerted_node, client, judge_alerts, node_journal};

pub(super) static META: Meta = Meta {
    id: "nodes/kubelet-certificate-not-renewed",
    title: "a kubelet that cannot renew its certificate",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Special(Special::Alerts)],
    uses: &[Need::Kind(&NODE)],
};

const ALERTS: [&str; 2] =
    ["KubeletClientCertificateRenewalErrors", "KubeletServerCertificateRenewalErrors"];

pub(super) fn check(case: &Case<'_>) -> Verdict {
    judge_alerts(case, &ALERTS, |alert| alerted_node(case, alert), |alerted| finding(case, alerted))
}

fn finding(case: &Case<'_>, alerted: &Alerted) -> Option<Finding> {
    let node = &alerted.about;
    let is_client = alerted.is_named("KubeletClientCertificateRenewalErrors");
    let which = if is_client { "client" } else { "serving" };
    let summary = format!("the kubelet of node {node} cannot renew its {which} certificate");
    let client = client(case);
    let finding = alerted
        .finding(Subject::cluster("Node", node.clone()), summary)?
        // The node is lost when the present certificate expires.
        .severity(if is_client { Severity::Error } else { Severity::Warning })
        .why(
            "When the client certificate expires the API refuses the kubelet and the node is lost. \
             When the serving certificate expires logs, exec and metrics of its pods fail.",
        )
        .remedy(
            Remedy::new("See whether the kubelet's requests are approved and signed.")
                .command(format!("{client} get csr"))
                .command(node_journal(case, node, "kubelet"))
                .verify(format!("{client} get node {node}")),
        );
    Some(finding)
}
