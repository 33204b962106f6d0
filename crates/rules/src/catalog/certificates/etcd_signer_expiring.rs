//! An authority of etcd that ends within two years and is not renewed by itself.
//!
//! # Why it matters
//!
//! Every member and every client of etcd rests on this authority. Replacing it takes time, since
//! every member must believe the new one before the old one ends; when it ends, etcd and with it
//! the API are down.
//!
//! # What to do
//!
//! Replace the authority as the runbook of the alert describes, well before the end.
//!
//! # Blind spots
//!
//! Authorities that carry a refresh period are renewed by the etcd operator and judged by that
//! (certificates/rotation-late). The end itself is certificates/expired.
//!
//! # References
//!
//! - openshift/cluster-etcd-operator `manifests/0000_90_etcd-operator_03_prometheusrule.yaml`
//!   (etcdSignerCAExpirationWarning below 730 days, etcdSignerCAExpirationCritical below 365)
//! - openshift/runbooks `alerts/cluster-etcd-operator/etcdSignerCAExpirationCritical.md`

use mustknow_gather::certificate::{Certificate, Held};
use mustknow_gather::kinds::{SECRET, Secret};
use mustknow_gather::time::Time;

use crate::catalog::prelude::*;
use crate::evidence::seconds;
use crate::facts::{TLS_CRT, held, held_evidence, no_clock};

/// Where the authority stands, by release.
const NAMESPACES: [&str; 2] = ["openshift-etcd", "openshift-config"];
const NAMES: [&str; 2] = ["etcd-signer", "etcd-metric-signer"];
/// What a certificate carries that is renewed by itself.
const REFRESH: &str = "certificates.openshift.io/refresh-period";

pub(super) static META: Meta = Meta {
    id: "certificates/etcd-signer-expiring",
    title: "an authority of etcd that ends within two years and is not renewed by itself",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Certificates(&SECRET)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(now) = case.now() else { return Verdict::Unknown(no_clock()) };
    let (mut examined, mut findings) = (0, Vec::new());
    for name in NAMES {
        let mut places = NAMESPACES.iter().filter_map(|namespace| {
            let secret: Secret<'_> = case.find(namespace, name)?;
            let held = held(secret.resource(), TLS_CRT)?;
            Some((secret, held, held.bundle.first()?))
        });
        let Some((secret, held, signer)) = places.next() else { continue };
        examined += 1;
        let left = Span::between(now, signer.not_after);
        let severity = match left {
            _ if signer.is_expired(now) || secret.resource().annotation(REFRESH).is_some() => {
                continue;
            }
            left if left < Span::days(90) => Severity::Error,
            left if left < Span::days(365) => Severity::Warning,
            left if left < Span::days(730) => Severity::Info,
            _ => continue,
        };
        findings.push(finding(secret, held, signer, now).severity(severity));
    }
    Verdict::over(examined, findings, "the authorities of etcd were not collected")
}

fn finding(secret: Secret<'_>, held: &Held, signer: &Certificate, now: Time) -> Finding {
    let resource = secret.resource();
    let (namespace, name) = (resource.namespace(), resource.name());
    let left = Span::between(now, signer.not_after);
    let summary = format!(
        "the authority {} of etcd ends {left} after the collection and is not renewed by itself",
        signer.subject.label
    );
    let note = format!("it ends {}", seconds(signer.not_after));
    Finding::new(Subject::view(secret), summary, held_evidence(resource, held, note))
        .why(
            "Every member and every client of etcd rests on it. Replacing it takes several \
             rollouts; when it ends, etcd and the API are down.",
        )
        .saying(format!("certificate etcd {name}"))
        .remedy(
            Remedy::new(
                "Replace the authority as the runbook of etcdSignerCAExpirationCritical says.",
            )
            .command(format!(
                "oc get secret {name} -n {namespace} -o jsonpath='{{.data.tls\\.crt}}' \
                     | base64 -d | openssl x509 -noout -enddate"
            ))
            .before(
                "every member of etcd is healthy and a backup was taken",
                Proof::ByHand(
                    "oc rsh -n openshift-etcd etcd-<node> etcdctl endpoint health --cluster"
                        .to_owned(),
                ),
            ),
        )
}
