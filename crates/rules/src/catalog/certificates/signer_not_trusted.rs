//! Certificates of the platform that those who check them do not believe.
//!
//! # Why it matters
//!
//! Each of these certificates is checked with one known bundle. When its signer is not in that
//! bundle, every connection fails with `x509: certificate signed by unknown authority`.
//!
//! # What to do
//!
//! See when the signer changed: the bundle, or the certificate, was not renewed with it. Serving
//! certificates of service-ca are issued anew when their Secret is deleted.
//!
//! # Blind spots
//!
//! Signatures are not computed: the name of the issuer and the identifiers of the keys are
//! compared. Only pairs of which both sides are known for sure are looked at, and nothing younger
//! than an hour, which may be on its way.
//!
//! # References
//!
//! - openshift/service-ca-operator `pkg/operator/rotate.go` (the bundle bridges old and new by intermediates)
//! - openshift/cluster-etcd-operator `pkg/operator/etcdcertsigner/etcdcertsignercontroller.go`
//! - openshift/cluster-kube-apiserver-operator `pkg/operator/certrotationcontroller/certrotationcontroller.go`

use std::collections::BTreeMap;

use mustknow_gather::certificate::{Certificate, Held, Id};
use mustknow_gather::kinds::{CONFIG_MAP, NODE, SECRET, Secret};

use crate::catalog::prelude::*;
use crate::facts::{
    SPREADING, authorities, enumerate, held_evidence, is_of_removed_member, is_of_revision,
    leads_to, leaves, service_of,
};

const BUNDLE: &str = "ca-bundle.crt";

pub(super) static META: Meta = Meta {
    id: "certificates/signer-not-trusted",
    title: "certificates of the platform that those who check them do not believe",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Certificates(&SECRET), Need::Certificates(&CONFIG_MAP)],
    uses: &[Need::Kind(&NODE)],
};

/// A certificate that is not believed.
#[derive(Clone, Copy)]
struct Refused<'s> {
    secret: Secret<'s>,
    held: &'s Held,
    leaf: &'s Certificate,
}

/// Namespace and name of a bundle, the signer, and its key.
type Group<'s> = (&'static str, &'static str, &'s str, Option<Id>);

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut examined = 0;
    let mut groups: BTreeMap<Group<'_>, Vec<Refused<'_>>> = BTreeMap::new();
    for (secret, held, leaf) in leaves(case) {
        let resource = secret.resource();
        let Some((namespace, name)) = checked_with(secret) else { continue };
        let Some((_, trusted)) = authorities(case, namespace, name, BUNDLE) else { continue };
        if !trusted.bundle.is_whole() || !held.bundle.is_whole() {
            continue;
        }
        examined += 1;
        let newest = trusted.bundle.iter().map(|one| one.not_before).max();
        let is_settled = case.is_older(Some(leaf.not_before).max(newest), SPREADING);
        if is_settled
            && !leads_to(leaf, &held.bundle, &[&trusted.bundle])
            && !is_of_revision(case, resource)
            && !is_of_removed_member(case, resource.namespace(), resource.name())
        {
            let key = leaf.authority_key;
            let group = (namespace, name, &*leaf.issuer.label, key);
            groups.entry(group).or_default().push(Refused { secret, held, leaf });
        }
    }
    let findings =
        groups.iter().filter_map(|(group, refused)| finding(case, *group, refused)).collect();
    Verdict::over(
        examined,
        findings,
        "no certificate was collected with the bundle it is checked with",
    )
}

/// The bundle with which a certificate is checked.
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

fn finding(case: &Case<'_>, group: Group<'_>, refused: &[Refused<'_>]) -> Option<Finding> {
    let (namespace, name, signer, _) = group;
    let (map, trusted) = authorities(case, namespace, name, BUNDLE)?;
    let names: Vec<_> = refused
        .iter()
        .map(|one| one.secret.resource())
        .map(|secret| format!("{}/{}", secret.namespace(), secret.name()))
        .collect();
    let trusts: Vec<_> = trusted.bundle.iter().map(|one| &*one.subject.label).collect();
    let issuer = &refused.first()?.leaf.issuer;
    let is_named = trusted.bundle.iter().any(|one| one.subject.id == issuer.id);
    let what = if refused.len() == 1 {
        format!("the certificate of Secret {} is", names.join(""))
    } else {
        format!("{} certificates ({}) are", refused.len(), enumerate(&names, 4))
    };
    let which = if is_named { " with a key that" } else { ", which" };
    let summary = format!(
        "{what} signed by {signer}{which} is not among the authorities of ConfigMap \
         {namespace}/{name}, with which that is checked"
    );
    let note = format!("it holds {}", enumerate(&trusts, 4));
    let evidence = refused
        .iter()
        .take(5)
        .map(|one| held_evidence(one.secret.resource(), one.held, format!("signed by {signer}")));
    let subject = match refused {
        [one] => Subject::view(one.secret),
        _ => Subject::cluster("signer", signer),
    };
    let finding = Finding::new(subject, summary, held_evidence(map.resource(), trusted, note))
        .since(refused.iter().map(|one| one.leaf.not_before).min())
        .why("Whoever checks these certificates with that bundle refuses the connection.")
        .saying(format!("certificate x509: {}", names.join(" ")))
        .evidence(evidence)
        .remedy(
            Remedy::new(
                "See when the signer changed, and why certificate or bundle did not follow.",
            )
            .command(format!("oc get configmap {name} -n {namespace} -o yaml"))
            .command(format!("oc describe secret -n {}", names.first()?.replace('/', " ")))
            .before(
                "before a Secret is deleted so that it is issued anew: an operator owns it",
                Proof::ByHand(String::new()),
            ),
        );
    Some(if is_named {
        finding.likely("keys are told apart by their identifiers; no signature was computed")
    } else {
        finding
    })
}
