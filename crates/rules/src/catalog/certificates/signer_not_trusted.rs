//! Platform certificates issued by an untrusted CA.
//!
//! Signatures are not verified: issuer names and key identifiers are compared. Only pairs of
//! certificate and bundle that are known for certain are checked.
//!
//! - openshift/service-ca-operator `pkg/operator/rotate.go` (the bundle bridges old and new by intermediates)
//! - openshift/cluster-etcd-operator `pkg/operator/etcdcertsigner/etcdcertsignercontroller.go`
//! - openshift/cluster-kube-apiserver-operator `pkg/operator/certrotationcontroller/certrotationcontroller.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .check(|cx| Ok(check(cx)))
    .needs(&[Need::Certificates(&SECRET), Need::Certificates(&CONFIG_MAP)])
    .reads(&[Need::Kind(&NODE)])
    .grace(PROPAGATION)
    .why(
        "Each of these certificates is verified with one known bundle. If the issuing CA is not \
         in that bundle, every connection fails with x509: certificate signed by unknown \
         authority.",
    )
    .fix(
        "Check when the CA changed: the bundle or the certificate was not renewed with it. \
         Serving certificates of service-ca are issued again when their Secret is deleted.",
    )
    .run(&[
        "oc get configmap {bundle} -n {bundle_namespace} -o yaml",
        "oc describe secret {secret} -n {secret_namespace}",
    ])
    .verify(&["oc get secret {secret} -n {secret_namespace} -o yaml"])
    .before(&[("before a Secret is deleted so that it is issued again: an operator owns it", "")]);

/// Namespace and name of a bundle, the issuing CA, and its key.
type BundleAndIssuer<'s> = (&'static str, &'static str, &'s str, Option<Fingerprint>);

fn check(cx: &RuleContext<'_>) -> Checked {
    let (mut examined, mut gaps) = (0, Vec::new());
    let mut groups: BTreeMap<BundleAndIssuer<'_>, Vec<LeafCertificate<'_>>> = BTreeMap::new();
    for leaf in LeafCertificate::all(cx) {
        let Some((namespace, name)) = checked_with(leaf) else { continue };
        let trusted = match CaBundle::find(cx, namespace, name) {
            Ok(trusted) => trusted,
            Err(gap) => {
                gaps.push(gap);
                continue;
            }
        };
        examined += 1;
        if chains_to(&leaf, &leaf.chain.bundle, &[&trusted.authorities.bundle]) {
            continue;
        }
        let unread = certificates_gap(leaf.secret.resource(), leaf.chain);
        if let Some(gap) = trusted.gap().or(unread) {
            gaps.push(gap);
            continue;
        }
        let begun = Some(leaf.not_before).max(trusted.newest());
        if !is_abandoned(cx, leaf.secret.resource())
            && Persistence::of(cx, begun, PROPAGATION).counts()
        {
            let certificate = leaf.certificate();
            let key = certificate.authority_key;
            let group = (namespace, name, &*certificate.issuer.label, key);
            groups.entry(group).or_default().push(leaf);
        }
    }
    let findings = groups.iter().filter_map(|(group, refused)| finding(cx, *group, refused));
    Checked::over(examined, findings).or_unknown(gaps)
}

/// The bundle with which a certificate is verified.
fn checked_with(leaf: LeafCertificate<'_>) -> Option<(&'static str, &'static str)> {
    if service_of(leaf.secret).is_some() {
        return Some(("openshift-service-ca", "signing-cabundle"));
    }
    let is_of_member =
        |name: &str| name.starts_with("etcd-peer-") || name.starts_with("etcd-serving-");
    match (leaf.namespace(), leaf.name()) {
        ("openshift-etcd", name) if name.starts_with("etcd-serving-metrics-") => None,
        ("openshift-etcd", name) if is_of_member(name) => {
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
    (namespace, name, signer, _): BundleAndIssuer<'_>,
    refused: &[LeafCertificate<'_>],
) -> Option<Finding> {
    let trusted = CaBundle::find(cx, namespace, name).ok()?;
    let first = refused.first()?;
    let names: Vec<_> = refused.iter().map(|leaf| leaf.place()).collect();
    let is_named = trusted.authorities.bundle.iter().any(|one| one.subject.id == first.issuer.id);
    let list = name_list_up_to(&names, 4);
    let (subject, what) = match refused {
        [one] => (Subject::view(one.secret), format!("certificate in Secret {list} is")),
        _ => (
            Subject::cluster("signer", signer),
            format!("{} certificates ({list}) are", refused.len()),
        ),
    };
    let which = if is_named { " with a key that" } else { ", which" };
    let summary = format!(
        "{what} issued by {signer}{which} is not in ConfigMap {namespace}/{name}, the bundle that \
         verifies it"
    );
    let note = format!("issued by {signer}");
    let finding = Finding::new(subject, summary, trusted.contents())
        .since(refused.iter().map(|leaf| leaf.not_before).min())
        .keywords(format!("certificate x509: {}", names.join(" ")))
        .evidence(refused.iter().take(5).map(|leaf| leaf.evidence(note.as_str())))
        .with("bundle", name)
        .with("bundle_namespace", namespace)
        .with("secret", first.name())
        .with("secret_namespace", first.namespace());
    let compared = "keys are compared by their identifiers; signatures were not verified";
    Some(if is_named { finding.likely(compared) } else { finding })
}
