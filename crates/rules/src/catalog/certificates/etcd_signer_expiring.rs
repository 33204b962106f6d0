//! Etcd CA that expires within two years and is not renewed automatically.
//!
//! CAs with a refresh period annotation are renewed by the etcd operator and are covered by
//! certificates/rotation-late. A CA that has already expired is covered by certificates/expired.
//!
//! - openshift/cluster-etcd-operator `manifests/0000_90_etcd-operator_03_prometheusrule.yaml`
//!   (etcdSignerCAExpirationWarning below 730 days, etcdSignerCAExpirationCritical below 365)
//! - openshift/runbooks `alerts/cluster-etcd-operator/etcdSignerCAExpirationCritical.md`

use crate::catalog::prelude::*;

/// The namespaces of the CA, depending on the release.
const NAMESPACES: [&str; 2] = ["openshift-etcd", "openshift-config"];
const NAMES: [&str; 2] = ["etcd-signer", "etcd-metric-signer"];
/// The annotation of certificates that are renewed automatically.
const REFRESH: &str = "certificates.openshift.io/refresh-period";

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Certificates(&SECRET)])
    .check(check)
    .why(
        "Every etcd member and every etcd client depends on this CA. Replacing it takes time, \
         because every member must trust the new CA before the old CA expires. When it expires, \
         etcd and therefore the API are down.",
    )
    .fix("Replace the CA as described in the runbook of the alert, well before it expires.");

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(now) = cx.now() else { return Err(NotJudged::from(clock_gap())) };
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
            remaining if remaining < Span::days(90) => Error,
            remaining if remaining < Span::days(365) => Warning,
            remaining if remaining < Span::days(730) => Info,
            _ => continue,
        };
        findings.push(finding(secret, certificate_ref, signer, now).severity(severity));
    }
    Ok(Checked::over(examined, findings))
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
    .keywords(format!("certificate etcd {name}"))
    .run(format!(
        "oc get secret {name} -n {namespace} -o jsonpath='{{.data.tls\\.crt}}' \
                     | base64 -d | openssl x509 -noout -enddate"
    ))
    .before(
        "every etcd member is healthy and a backup was taken",
        Proof::ByHand(
            "oc rsh -n openshift-etcd etcd-<node> etcdctl endpoint health --cluster".to_owned(),
        ),
    )
}
