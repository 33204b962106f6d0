//! Etcd CA that expires within two years and is not renewed automatically.
//!
//! # Why it matters
//!
//! Every etcd member and every etcd client depends on this CA. Replacing it takes time, because
//! every member must trust the new CA before the old CA expires. When it expires, etcd and
//! therefore the API are down.
//!
//! # What to do
//!
//! Replace the CA as described in the runbook of the alert, well before it expires.
//!
//! # Blind spots
//!
//! CAs with a refresh period annotation are renewed by the etcd operator and are covered by
//! certificates/rotation-late. A CA that has already expired is covered by certificates/expired.
//!
//! # References
//!
//! - openshift/cluster-etcd-operator `manifests/0000_90_etcd-operator_03_prometheusrule.yaml`
//!   (etcdSignerCAExpirationWarning below 730 days, etcdSignerCAExpirationCritical below 365)
//! - openshift/runbooks `alerts/cluster-etcd-operator/etcdSignerCAExpirationCritical.md`

use mustknow_cluster::model::certificate::{Certificate, CertificateRef};
use mustknow_cluster::model::kinds::SECRET;
use mustknow_cluster::model::time::Time;
use mustknow_cluster::views::Secret;

use crate::catalog::prelude::*;
use crate::domain::{TLS_CRT, certificate_evidence, certificate_ref, clock_gap};
use crate::engine::evidence::seconds;

/// The namespaces of the CA, depending on the release.
const NAMESPACES: [&str; 2] = ["openshift-etcd", "openshift-config"];
const NAMES: [&str; 2] = ["etcd-signer", "etcd-metric-signer"];
/// The annotation of certificates that are renewed automatically.
const REFRESH: &str = "certificates.openshift.io/refresh-period";

pub(super) static META: Meta = Meta {
    id: "certificates/etcd-signer-expiring",
    title: "etcd CA that expires within two years and is not renewed automatically",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Certificates(&SECRET)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let Some(now) = cx.now() else { return Verdict::Unknown(clock_gap()) };
    let (mut examined, mut findings) = (0, Vec::new());
    for name in NAMES {
        let mut places = NAMESPACES.iter().filter_map(|namespace| {
            let secret: Secret<'_> = cx.find(namespace, name)?;
            let certificate_ref = certificate_ref(secret.resource(), TLS_CRT)?;
            Some((secret, certificate_ref, certificate_ref.bundle.first()?))
        });
        let Some((secret, certificate_ref, signer)) = places.next() else { continue };
        examined += 1;
        let remaining = Span::between(now, signer.not_after);
        let severity = match remaining {
            _ if signer.is_expired(now) || secret.resource().annotation(REFRESH).is_some() => {
                continue;
            }
            remaining if remaining < Span::days(90) => Severity::Error,
            remaining if remaining < Span::days(365) => Severity::Warning,
            remaining if remaining < Span::days(730) => Severity::Info,
            _ => continue,
        };
        findings.push(finding(secret, certificate_ref, signer, now).severity(severity));
    }
    Verdict::over(examined, findings, "the etcd CAs were not collected")
}

fn finding(
    secret: Secret<'_>,
    certificate_ref: &CertificateRef,
    signer: &Certificate,
    now: Time,
) -> Finding {
    let resource = secret.resource();
    let (namespace, name) = (resource.namespace(), resource.name());
    let remaining = Span::between(now, signer.not_after);
    let summary = format!(
        "etcd CA {} expires {remaining} after the collection and is not renewed automatically",
        signer.subject.label
    );
    let note = format!("it expires at {}", seconds(signer.not_after));
    Finding::new(
        Subject::view(secret),
        summary,
        certificate_evidence(resource, certificate_ref, note),
    )
    .why(
        "Every etcd member and every etcd client depends on this CA. Replacing it takes \
             several rollouts. When it expires, etcd and the API are down.",
    )
    .keywords(format!("certificate etcd {name}"))
    .remedy(
        Remedy::new(
            "Replace the CA as described in the runbook of etcdSignerCAExpirationCritical.",
        )
        .command(format!(
            "oc get secret {name} -n {namespace} -o jsonpath='{{.data.tls\\.crt}}' \
                     | base64 -d | openssl x509 -noout -enddate"
        ))
        .precondition(
            "every etcd member is healthy and a backup was taken",
            Proof::ByHand(
                "oc rsh -n openshift-etcd etcd-<node> etcdctl endpoint health --cluster".to_owned(),
            ),
        ),
    )
}
