//! CA bundle in which every CA has expired.
//!
//! # Why it matters
//!
//! Components that use the bundle no longer trust any certificate: every connection that depends on
//! the bundle fails with `x509: certificate signed by unknown authority` or `has expired`.
//!
//! # What to do
//!
//! Find out what populates the bundle. If it is an operator, check why it no longer updates the
//! bundle. If it is an administrator, add the current CA.
//!
//! # Blind spots
//!
//! The bundle does not show whether it is still used. Bundles with at least one valid CA are
//! normal, because old CAs stay for some time. Bundles with a CA whose own Secret has expired are
//! covered by certificates/expired. Copies for static pod revisions and service account tokens are
//! ignored.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/certrotation/cabundle.go` (expired authorities are removed)

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use mustknow_cluster::model::certificate::{CertificateField, CertificateRef, Fingerprint};
use mustknow_cluster::model::kinds::{CONFIG_MAP, SECRET};
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time::Time;
use mustknow_cluster::views::{ConfigMap, Secret};

use crate::catalog::prelude::*;
use crate::domain::{certificate_evidence, is_of_revision, leaves, no_clock, weigh_clock};
use crate::engine::evidence::seconds;
use crate::engine::{enumerate, severity_in};

/// The keys of a Secret that contain CAs.
const SECRET_KEYS: [&str; 2] = ["ca.crt", "service-ca.crt"];
const TOKEN: &str = "kubernetes.io/service-account-token";

pub(super) static META: Meta = Meta {
    id: "certificates/ca-bundle-expired",
    title: "CA bundle in which every CA has expired",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Certificates(&CONFIG_MAP)],
    uses: &[Need::Certificates(&SECRET)],
};

type Places<'s> = Vec<(&'s Resource, &'s CertificateRef)>;

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let Some(now) = cx.now() else { return Verdict::Unknown(no_clock()) };
    let in_maps = cx
        .all::<ConfigMap<'_>>()
        .map(View::resource)
        .flat_map(|map| map.certificates().iter().map(move |held| (map, held)));
    let in_secrets = cx
        .all::<Secret<'_>>()
        .filter(|secret| secret.of_type() != TOKEN)
        .map(View::resource)
        .flat_map(|secret| secret.certificates().iter().map(move |held| (secret, held)))
        .filter(|(_, held)| SECRET_KEYS.contains(&&*held.key));
    // A CA whose own Secret has expired is covered by certificates/expired; this is a consequence.
    let told: LazyCell<BTreeSet<_>, _> =
        LazyCell::new(|| leaves(cx).map(|(_, _, leaf)| leaf.id).collect());
    let mut examined = 0;
    let mut expired: BTreeMap<Vec<Fingerprint>, Places<'_>> = BTreeMap::new();
    for (resource, held) in in_maps.chain(in_secrets) {
        if matches!(held.field, CertificateField::KubeconfigClient) || !held.bundle.is_whole() {
            continue;
        }
        examined += 1;
        let is_of_authorities = held.bundle.iter().any(|one| one.is_ca);
        if is_of_authorities
            && held.bundle.iter().all(|one| one.is_expired(now))
            && !held.bundle.iter().any(|one| told.contains(&one.id))
            && !is_of_revision(cx, resource)
        {
            let ids = held.bundle.iter().map(|one| one.id).collect();
            expired.entry(ids).or_default().push((resource, held));
        }
    }
    let findings = expired.values().filter_map(|places| finding(cx, places, now)).collect();
    Verdict::over(examined, findings, "no CA bundle was collected")
}

fn finding(
    cx: &RuleContext<'_>,
    places: &[(&Resource, &CertificateRef)],
    now: Time,
) -> Option<Finding> {
    let (first, held) = *places.first()?;
    let last = held.bundle.iter().max_by_key(|one| one.not_after)?;
    let age = Span::between(last.not_after, now);
    let names: Vec<_> = places.iter().map(|(one, _)| one.key().to_string()).collect();
    let count = held.bundle.certificates.len();
    let what = match count {
        1 => format!("the only CA in {}", enumerate(&names, 3)),
        _ => format!("all {count} CAs in {}", enumerate(&names, 3)),
    };
    let summary =
        format!("{what} expired, the last ({}) {age} before the collection", last.subject.label);
    let note = format!("the last CA, {}, expired {}", last.subject.label, seconds(last.not_after));
    let mut evidence =
        places.iter().map(|(one, held)| certificate_evidence(one, held, note.clone()));
    let worst = places
        .iter()
        .map(|(one, _)| match one.namespace() {
            // Administrators add CAs there and leave old ones behind.
            "openshift-config" => Severity::Warning,
            namespace => severity_in(cx, namespace, Severity::Error),
        })
        .max()?;
    let found = Finding::new(Subject::of(first), summary, evidence.next()?)
        .severity(worst)
        .since(Some(last.not_after))
        .likely("the bundle does not show whether it is still used")
        .why(
            "Components that use the bundle trust no certificate: every connection that depends on \
             it fails.",
        )
        .keywords(format!("certificate {}", last.subject.label))
        .evidence(evidence.take(5))
        .remedy(
            Remedy::new(
                "Find out what populates the bundle. If it is an operator, check why it no longer \
                 updates the bundle. If it is an administrator, add the current CA.",
            )
            .command(format!(
                "oc get {} {} -n {} -o yaml --show-managed-fields",
                first.key().kind.plural,
                first.name(),
                first.namespace()
            )),
        );
    Some(weigh_clock(cx, found))
}
