//! Bundles of authorities of which every one has expired.
//!
//! # Why it matters
//!
//! Whoever reads the bundle believes nobody any more: every connection that rests on it fails with
//! `x509: certificate signed by unknown authority` or `has expired`.
//!
//! # What to do
//!
//! Find out who fills the bundle. Where an operator does, see why it no longer does; where a person
//! does, put the present authority in.
//!
//! # Blind spots
//!
//! Whether anybody still reads the bundle cannot be told from it. Bundles in which one authority
//! is still valid are normal, since old ones stay for a while; those of an authority whose own
//! Secret has expired are left to certificates/expired. Copies of static pod revisions and
//! tokens of service accounts are left out.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/certrotation/cabundle.go` (expired authorities are removed)

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use mustknow_gather::certificate::{Held, Id, Part};
use mustknow_gather::kinds::{CONFIG_MAP, ConfigMap, SECRET, Secret};
use mustknow_gather::resource::Resource;
use mustknow_gather::time::Time;

use crate::catalog::prelude::*;
use crate::evidence::seconds;
use crate::facts::{
    enumerate, held_evidence, is_of_revision, leaves, no_clock, severity_in, weigh_clock,
};

/// What a Secret's authorities are called.
const SECRET_KEYS: [&str; 2] = ["ca.crt", "service-ca.crt"];
const TOKEN: &str = "kubernetes.io/service-account-token";

pub(super) static META: Meta = Meta {
    id: "certificates/ca-bundle-expired",
    title: "bundles of authorities of which every one has expired",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Certificates(&CONFIG_MAP)],
    uses: &[Need::Certificates(&SECRET)],
};

type Places<'s> = Vec<(&'s Resource, &'s Held)>;

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(now) = case.now() else { return Verdict::Unknown(no_clock()) };
    let in_maps = case
        .all::<ConfigMap<'_>>()
        .map(View::resource)
        .flat_map(|map| map.certificates().iter().map(move |held| (map, held)));
    let in_secrets = case
        .all::<Secret<'_>>()
        .filter(|secret| secret.of_type() != TOKEN)
        .map(View::resource)
        .flat_map(|secret| secret.certificates().iter().map(move |held| (secret, held)))
        .filter(|(_, held)| SECRET_KEYS.contains(&&*held.key));
    // An authority whose own Secret has expired is certificates/expired, and this follows from it.
    let told: LazyCell<BTreeSet<_>, _> =
        LazyCell::new(|| leaves(case).map(|(_, _, leaf)| leaf.id).collect());
    let mut examined = 0;
    let mut expired: BTreeMap<Vec<Id>, Places<'_>> = BTreeMap::new();
    for (resource, held) in in_maps.chain(in_secrets) {
        if matches!(held.part, Part::KubeconfigClient) || !held.bundle.is_whole() {
            continue;
        }
        examined += 1;
        let is_of_authorities = held.bundle.iter().any(|one| one.is_ca);
        if is_of_authorities
            && held.bundle.iter().all(|one| one.is_expired(now))
            && !held.bundle.iter().any(|one| told.contains(&one.id))
            && !is_of_revision(case, resource)
        {
            let ids = held.bundle.iter().map(|one| one.id).collect();
            expired.entry(ids).or_default().push((resource, held));
        }
    }
    let findings = expired.values().filter_map(|places| finding(case, places, now)).collect();
    Verdict::over(examined, findings, "no bundle of authorities was collected")
}

fn finding(case: &Case<'_>, places: &[(&Resource, &Held)], now: Time) -> Option<Finding> {
    let (first, held) = *places.first()?;
    let last = held.bundle.iter().max_by_key(|one| one.not_after)?;
    let age = Span::between(last.not_after, now);
    let names: Vec<_> = places.iter().map(|(one, _)| one.key().to_string()).collect();
    let count = held.bundle.certificates.len();
    let what = match count {
        1 => format!("the only authority of {}", enumerate(&names, 3)),
        _ => format!("every one of the {count} authorities of {}", enumerate(&names, 3)),
    };
    let summary = format!(
        "{what} has expired, the last ({}) {age} before the collection",
        last.subject.label
    );
    let note = format!("the last one, {}, expired {}", last.subject.label, seconds(last.not_after));
    let mut evidence = places.iter().map(|(one, held)| held_evidence(one, held, note.clone()));
    let worst = places
        .iter()
        .map(|(one, _)| match one.namespace() {
            // Administrators put authorities there, and leave old ones behind.
            "openshift-config" => Severity::Warning,
            namespace => severity_in(case, namespace, Severity::Error),
        })
        .max()?;
    let found = Finding::new(Subject::of(first), summary, evidence.next()?)
        .severity(worst)
        .since(Some(last.not_after))
        .likely("whether the bundle is still read cannot be told from it")
        .why("Whoever reads the bundle believes nobody: every connection that rests on it fails.")
        .saying(format!("certificate {}", last.subject.label))
        .evidence(evidence.take(5))
        .remedy(
            Remedy::new(
                "Find out who fills the bundle: where an operator does, see why it no longer \
                 does; where a person does, put the present authority in.",
            )
            .command(format!(
                "oc get {} {} -n {} -o yaml --show-managed-fields",
                first.key().kind.plural,
                first.name(),
                first.namespace()
            )),
        );
    Some(weigh_clock(case, found))
}
