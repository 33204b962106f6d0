//! Platform certificates issued by an untrusted CA.
//!
//! Signatures are not verified: issuer names and key identifiers are compared. Only pairs of
//! certificate and bundle that are known for certain are checked. Certificates and bundles that are
//! less than an hour old are ignored, because they may still be propagating.
//!
//! - openshift/service-ca-operator `pkg/operator/rotate.go` (the bundle bridges old and new by intermediates)
//! - openshift/cluster-etcd-operator `pkg/operator/etcdcertsigner/etcdcertsignercontroller.go`
//! - openshift/cluster-kube-apiserver-operator `pkg/operator/certrotationcontroller/certrotationcontroller.go`

use crate::catalog::prelude::*;

const BUNDLE: &str = "ca-bundle.crt";

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Certificates(&SECRET), Need::Certificates(&CONFIG_MAP)])
    .reads(&[Need::Kind(&NODE)])
    .check(check)
    .why(
        "Each of these certificates is verified with one known bundle. If the issuing CA is not \
         in that bundle, every connection fails with x509: certificate signed by unknown \
         authority.",
    )
    .fix(
        "Check when the CA changed: the bundle or the certificate was not renewed with it. \
         Serving certificates of service-ca are issued again when their Secret is deleted.",
    );

/// A certificate that is not trusted.
#[derive(Clone, Copy)]
struct UntrustedCertificate<'s> {
    secret: Secret<'s>,
    certificate_ref: &'s CertificateRef,
    leaf: &'s Certificate,
}

/// Namespace and name of a bundle, the issuing CA, and its key.
type BundleAndIssuer<'s> = (&'static str, &'static str, &'s str, Option<Fingerprint>);

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut examined = 0;
    let mut groups: BTreeMap<BundleAndIssuer<'_>, Vec<UntrustedCertificate<'_>>> = BTreeMap::new();
    for (secret, certificate_ref, leaf) in leaf_certificates(cx) {
        let resource = secret.resource();
        let Some((namespace, name)) = checked_with(secret) else { continue };
        let Some((_, trusted)) = ca_certificates(cx, namespace, name, BUNDLE) else { continue };
        if !trusted.bundle.is_whole() || !certificate_ref.bundle.is_whole() {
            continue;
        }
        examined += 1;
        let newest = trusted.bundle.iter().map(|one| one.not_before).max();
        let is_propagated = cx.is_older(Some(leaf.not_before).max(newest), PROPAGATION);
        if is_propagated
            && !chains_to(leaf, &certificate_ref.bundle, &[&trusted.bundle])
            && !is_revision_copy(cx, resource)
            && !belongs_to_removed_member(cx, resource.namespace(), resource.name())
        {
            let key = leaf.authority_key;
            let group = (namespace, name, &*leaf.issuer.label, key);
            groups.entry(group).or_default().push(UntrustedCertificate {
                secret,
                certificate_ref,
                leaf,
            });
        }
    }
    let findings = groups.iter().filter_map(|(group, refused)| finding(cx, *group, refused));
    Ok(Checked::over(examined, findings))
}

/// The bundle with which a certificate is verified.
fn checked_with(secret: Secret<'_>) -> Option<(&'static str, &'static str)> {
    let resource = secret.resource();
    let name = resource.name();
    if service_of(secret).is_some() {
        return Some(("openshift-service-ca", "signing-cabundle"));
    }
    match (resource.namespace(), name) {
        ("openshift-etcd", _) if name.starts_with("etcd-serving-metrics-") => None,
        ("openshift-etcd", _)
            if name.starts_with("etcd-peer-") || name.starts_with("etcd-serving-") =>
        {
            Some(("openshift-etcd", "etcd-ca-bundle"))
        }
        ("openshift-kube-apiserver", "aggregator-client") => {
            Some(("openshift-kube-apiserver", "aggregator-client-ca"))
        }
        (
            "openshift-kube-apiserver",
            "localhost-serving-cert-certkey" | "service-network-serving-certkey",
        ) => Some(("openshift-config-managed", "kube-apiserver-server-ca")),
        (
            "openshift-config-managed",
            "kube-controller-manager-client-cert-key" | "kube-scheduler-client-cert-key",
        ) => Some(("openshift-kube-apiserver", "client-ca")),
        _ => None,
    }
}

fn finding(
    cx: &RuleContext<'_>,
    group: BundleAndIssuer<'_>,
    refused: &[UntrustedCertificate<'_>],
) -> Option<Finding> {
    let (namespace, name, signer, _) = group;
    let (map, trusted) = ca_certificates(cx, namespace, name, BUNDLE)?;
    let names: Vec<_> = refused
        .iter()
        .map(|one| one.secret.resource())
        .map(|secret| format!("{}/{}", secret.namespace(), secret.name()))
        .collect();
    let trusts: Vec<_> = trusted.bundle.iter().map(|one| &*one.subject.label).collect();
    let issuer = &refused.first()?.leaf.issuer;
    let is_named = trusted.bundle.iter().any(|one| one.subject.id == issuer.id);
    let what = if refused.len() == 1 {
        format!("certificate in Secret {} is", names.join(""))
    } else {
        format!("{} certificates ({}) are", refused.len(), name_list_up_to(&names, 4))
    };
    let which = if is_named { " with a key that" } else { ", which" };
    let summary = format!(
        "{what} issued by {signer}{which} is not in ConfigMap {namespace}/{name}, the bundle that \
         verifies it"
    );
    let note = format!("it contains {}", name_list_up_to(&trusts, 4));
    let evidence = refused.iter().take(5).map(|one| {
        certificate_evidence(
            one.secret.resource(),
            one.certificate_ref,
            format!("issued by {signer}"),
        )
    });
    let subject = match refused {
        [one] => Subject::view(one.secret),
        _ => Subject::cluster("signer", signer),
    };
    let finding =
        Finding::new(subject, summary, certificate_evidence(map.resource(), trusted, note))
            .since(refused.iter().map(|one| one.leaf.not_before).min())
            .keywords(format!("certificate x509: {}", names.join(" ")))
            .evidence(evidence)
            .run(format!("oc get configmap {name} -n {namespace} -o yaml"))
            .run(format!("oc describe secret -n {}", names.first()?.replace('/', " ")))
            .before(
                "before a Secret is deleted so that it is issued again: an operator owns it",
                Proof::ByHand(String::new()),
            );
    Some(if is_named {
        finding.likely("keys are compared by their identifiers; signatures were not verified")
    } else {
        finding
    })
}
