//! Failing kubelet certificate renewal.
//!
//! Pending requests are reported by `certificates/client-requests-pending` and
//! `certificates/serving-requests-pending`.
//!
//! - openshift/cluster-monitoring-operator `assets/control-plane/prometheus-rule.yaml`
//!   (`KubeletClientCertificateRenewalErrors`, `KubeletServerCertificateRenewalErrors`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .alerts_by(
        node_of_alert,
        &["KubeletClientCertificateRenewalErrors", "KubeletServerCertificateRenewalErrors"],
        |_, alerted| {
            let is_client = alerted.contains("KubeletClientCertificateRenewalErrors");
            // The node is lost when its client certificate expires.
            let (which, severity) =
                if is_client { ("client", Error) } else { ("serving", Warning) };
            let node = &alerted.about;
            let summary =
                format!("the kubelet of node {node} cannot renew its {which} certificate");
            Some(alerted.node_finding(summary)?.severity(severity))
        },
    )
    .even_while_installing("a request that is refused stays refused")
    .why(
        "A kubelet requests a new certificate before the old one expires. Without a new client \
         certificate, the API server rejects the kubelet when the old one expires, and the node \
         is lost. Without a serving certificate, logs, exec and metrics of its pods fail.",
    )
    .fix(
        "Check whether the CertificateSigningRequests of the kubelet are pending, and what the \
         controller that approves them reports.",
    )
    .run(&["oc get csr", "oc adm node-logs {name} -u kubelet --since=-1h"])
    .verify(&["oc get csr"]);
