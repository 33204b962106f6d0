//! Certificates, as causes of refused connections.

use super::edge::Edge;
use super::link::Link;
use super::signature::Name;
use super::signature::{any, mentions_any};
use crate::terms::finding::Finding;

/// Rules that find a certificate that is rejected; others in `certificates/` are only warnings.
const REFUSED: &[&str] = &[
    "certificates/apiservice-ca-mismatch",
    "certificates/approver-refuses",
    "certificates/ca-bundle-expired",
    "certificates/client-requests-pending",
    "certificates/control-plane-expired",
    "certificates/expired",
    "certificates/ingress-names-missing",
    "certificates/kubelet-signer-not-trusted",
    "certificates/not-yet-valid",
    "certificates/requests-as-localhost",
    "certificates/requests-flood",
    "certificates/requests-not-signed",
    "certificates/router-certs-invalid",
    "certificates/service-ca-bundle-stale",
    "certificates/serving-requests-pending",
    "certificates/signer-not-trusted",
    "certificates/webhook-ca-mismatch",
];

/// Rules that find kubelets without a certificate that the API server trusts.
const OF_KUBELETS: &[&str] = &[
    "certificates/approver-refuses",
    "certificates/client-requests-pending",
    "certificates/control-plane-expired",
    "certificates/expired",
    "certificates/kubelet-signer-not-trusted",
    "certificates/requests-as-localhost",
    "certificates/requests-flood",
    "certificates/requests-not-signed",
];

/// The edges of this file.
pub(super) static EDGES: &[Edge] = &[
    Edge {
        cause: REFUSED,
        effect: &["nodes/", "operators/"],
        link: &[Link::Every(any)],
        holds: |cause, effect| {
            let is_silent =
                effect.rule == "nodes/kubelet-silent" && OF_KUBELETS.contains(&cause.rule);
            is_silent || mentions_any(effect, &["x509:", "certificate"])
        },
        mechanism: "without a valid certificate it cannot connect to the API",
    },
    Edge {
        cause: REFUSED,
        effect: &[
            "certificates/peer-expired",
            "certificates/peer-not-trusted",
            "webhooks/calls-failing",
        ],
        link: &[Link::NamedBy(service_namespaces)],
        holds: |_, effect| mentions_any(effect, &["x509:"]),
        mechanism: "the certificate of that Service is not trusted",
    },
];

/// The namespaces of the Services whose host names a finding mentions.
fn service_namespaces(finding: &Finding) -> Vec<Name<'_>> {
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let hosts = finding.keywords.split(|c: char| !is_host(c));
    hosts
        .filter_map(|host| {
            let mut labels = host.split('.').skip(1);
            Some([labels.next().filter(|_| labels.next() == Some("svc"))?, ""])
        })
        .collect()
}
