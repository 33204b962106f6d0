//! CA bundle in which every CA has expired.
//!
//! The bundle does not show whether it is still used. Bundles with at least one valid CA are
//! normal, because old CAs stay for some time. Bundles with a CA whose own Secret has expired are
//! covered by certificates/expired. Copies for static pod revisions and service account tokens are
//! ignored.
//!
//! - openshift/library-go `pkg/operator/certrotation/cabundle.go` (expired CAs are removed)

use std::cell::LazyCell;

use crate::catalog::prelude::*;

/// The keys of a Secret that contain CAs.
const SECRET_KEYS: [&str; 2] = ["ca.crt", "service-ca.crt"];
const TOKEN: &str = "kubernetes.io/service-account-token";

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Certificates(&CONFIG_MAP)])
    .reads(&[Need::Certificates(&SECRET)])
    .check(check)
    .why(
        "Components that use the bundle no longer trust any certificate: every connection that \
         depends on the bundle fails with x509: certificate signed by unknown authority or has \
         expired.",
    )
    .fix(
        "Find out what populates the bundle. If it is an operator, check why it no longer \
         updates the bundle. If it is an administrator, add the current CA.",
    );

type ExpiredBundles<'s> = Vec<(&'s Resource, &'s CertificateRef)>;

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(now) = cx.now() else { return Err(NotJudged::from(clock_gap())) };
    let in_maps = cx.all::<ConfigMap<'_>>().map(View::resource).flat_map(|map| {
        map.certificates().iter().map(move |certificate_ref| (map, certificate_ref))
    });
    let in_secrets = cx
        .all::<Secret<'_>>()
        .filter(|secret| secret.of_type() != TOKEN)
        .map(View::resource)
        .flat_map(|secret| {
            secret.certificates().iter().map(move |certificate_ref| (secret, certificate_ref))
        })
        .filter(|(_, certificate_ref)| SECRET_KEYS.contains(&&*certificate_ref.key));
    // A CA whose own Secret has expired is covered by certificates/expired; this is a consequence.
    let leaf_ids: LazyCell<BTreeSet<_>, _> =
        LazyCell::new(|| leaf_certificates(cx).map(|(_, _, leaf)| leaf.id).collect());
    let mut examined = 0;
    let mut expired: BTreeMap<Vec<Fingerprint>, ExpiredBundles<'_>> = BTreeMap::new();
    for (resource, certificate_ref) in in_maps.chain(in_secrets) {
        if matches!(certificate_ref.field, CertificateField::KubeconfigClient)
            || !certificate_ref.bundle.is_whole()
        {
            continue;
        }
        examined += 1;
        let is_of_authorities = certificate_ref.bundle.iter().any(|one| one.is_ca);
        if is_of_authorities
            && certificate_ref.bundle.iter().all(|one| one.is_expired(now))
            && !certificate_ref.bundle.iter().any(|one| leaf_ids.contains(&one.id))
            && !is_revision_copy(cx, resource)
        {
            let ids = certificate_ref.bundle.iter().map(|one| one.id).collect();
            expired.entry(ids).or_default().push((resource, certificate_ref));
        }
    }
    let findings = expired.values().filter_map(|places| finding(cx, places, now));
    Ok(Checked::over(examined, findings))
}

fn finding(
    cx: &RuleContext<'_>,
    places: &[(&Resource, &CertificateRef)],
    now: Time,
) -> Option<Finding> {
    let (first, certificate_ref) = *places.first()?;
    let last = certificate_ref.bundle.iter().max_by_key(|one| one.not_after)?;
    let age = Span::between(last.not_after, now);
    let names: Vec<_> = places.iter().map(|(one, _)| one.key().to_string()).collect();
    let count = certificate_ref.bundle.certificates.len();
    let what = match count {
        1 => format!("the only CA in {}", name_list_up_to(&names, 3)),
        _ => format!("all {count} CAs in {}", name_list_up_to(&names, 3)),
    };
    let summary =
        format!("{what} expired, the last ({}) {age} before the collection", last.subject.label);
    let note = format!("the last CA, {}, expired {}", last.subject.label, seconds(last.not_after));
    let mut evidence = places
        .iter()
        .map(|(one, certificate_ref)| certificate_evidence(one, certificate_ref, note.clone()));
    let worst = places
        .iter()
        .map(|(one, _)| match one.namespace() {
            // Administrators add CAs there and leave old ones behind.
            "openshift-config" => Warning,
            namespace => severity_in(cx, namespace, Error),
        })
        .max()?;
    let found = Finding::new(Subject::of(first), summary, evidence.next()?)
        .severity(worst)
        .since(Some(last.not_after))
        .likely("the bundle does not show whether it is still used")
        .keywords(format!("certificate {}", last.subject.label))
        .evidence(evidence.take(5))
        .run(format!(
            "oc get {} {} -n {} -o yaml --show-managed-fields",
            first.key().kind.plural,
            first.name(),
            first.namespace()
        ));
    Some(likely_if_clock_uncertain(cx, found))
}
