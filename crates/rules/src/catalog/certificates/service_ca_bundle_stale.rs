//! Objects that want the authorities of service-ca and hold others.
//!
//! # Why it matters
//!
//! Whoever reads the object does not believe serving certificates that the present authority
//! signed: calls to webhooks, APIServices and metrics fail with `x509: certificate signed by
//! unknown authority`.
//!
//! # What to do
//!
//! See why the pod of service-ca does not fill in the bundle; pods that read it once must be
//! restarted after.
//!
//! # Blind spots
//!
//! A bundle whose newest authority is younger than an hour may be on its way. What pods have read
//! into memory is not seen.
//!
//! # References
//!
//! - openshift/service-ca-operator `pkg/controller/cabundleinjector/` (annotation `inject-cabundle`)

use mustknow_gather::certificate::{Bundle, Held};
use mustknow_gather::kinds::{
    API_SERVICE, ApiService, CONFIG_MAP, CUSTOM_RESOURCE_DEFINITION, ConfigMap,
    CustomResourceDefinition, MUTATING_WEBHOOK, VALIDATING_WEBHOOK, WebhookConfiguration,
};
use mustknow_gather::resource::Resource;

use crate::catalog::prelude::*;
use crate::facts::{SPREADING, authorities, enumerate, held_evidence, is_injected, is_of_revision};

pub(super) static META: Meta = Meta {
    id: "certificates/service-ca-bundle-stale",
    title: "objects that want the authorities of service-ca and hold others",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Certificates(&CONFIG_MAP)],
    uses: &[
        Need::Certificates(&API_SERVICE),
        Need::Certificates(&VALIDATING_WEBHOOK),
        Need::Certificates(&MUTATING_WEBHOOK),
        Need::Certificates(&CUSTOM_RESOURCE_DEFINITION),
    ],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let wanting = wanting(case);
    if wanting.is_empty() {
        return Verdict::NotApplicable("no object wants the authorities of service-ca".to_owned());
    }
    let source = authorities(case, "openshift-service-ca", "signing-cabundle", "ca-bundle.crt");
    let Some((map, signing)) = source else {
        let gap = Gap::new(
            GapKind::NotCollected,
            "ConfigMap openshift-service-ca/signing-cabundle: not collected",
        );
        return Verdict::Unknown(gap.ask("oc adm inspect ns/openshift-service-ca"));
    };
    let newest = signing.bundle.iter().map(|one| one.not_before).max();
    let examined = wanting.len();
    if !signing.bundle.is_whole() || !case.is_older(newest, SPREADING) {
        return Verdict::Healthy { examined };
    }
    let stale: Vec<_> = wanting
        .into_iter()
        .filter(|(resource, held)| {
            let is_old = case.is_older(resource.created(), SPREADING);
            is_old && held.is_none_or(|held| lacks(&held.bundle, &signing.bundle))
        })
        .collect();
    let findings = finding(map, signing, &stale).into_iter().collect();
    Verdict::over(examined, findings, "no object wants the authorities of service-ca")
}

/// Every place that service-ca should fill, and what stands there.
fn wanting<'s>(case: &Case<'s>) -> Vec<(&'s Resource, Option<&'s Held>)> {
    let maps = case
        .all::<ConfigMap<'s>>()
        .map(View::resource)
        .map(|map| (map, map.certificates().iter().find(|held| &*held.key == "service-ca.crt")));
    let whole = |one: &'s Resource| one.certificates().iter().map(move |held| (one, Some(held)));
    let others = case
        .all::<ApiService<'s>>()
        .map(View::resource)
        .chain(case.all::<WebhookConfiguration<'s>>().map(View::resource))
        .chain(case.all::<CustomResourceDefinition<'s>>().map(View::resource))
        .flat_map(whole);
    maps.chain(others)
        .filter(|(resource, _)| is_injected(resource) && !is_of_revision(case, resource))
        .collect()
}

/// Whether a bundle that can be read lacks an authority of `signing`.
fn lacks(bundle: &Bundle, signing: &Bundle) -> bool {
    let is_readable = bundle.unreadable == 0 && !bundle.is_cut;
    is_readable && !signing.iter().all(|one| bundle.iter().any(|other| other.id == one.id))
}

fn finding(
    map: ConfigMap<'_>,
    signing: &Held,
    stale: &[(&Resource, Option<&Held>)],
) -> Option<Finding> {
    let (first, _) = stale.first()?;
    let mut names: Vec<_> = stale.iter().map(|(resource, _)| resource.key().to_string()).collect();
    names.dedup();
    let newest = signing.bundle.iter().max_by_key(|one| one.not_before)?;
    let summary = format!(
        "{} {} the authorities that service-ca signs with since {}",
        enumerate(&names, 4),
        if names.len() == 1 { "lacks" } else { "lack" },
        crate::evidence::seconds(newest.not_before)
    );
    let note = format!("service-ca signs with {}", newest.subject.label);
    let shown = stale.iter().take(5).map(|(resource, held)| match held {
        Some(held) => {
            let holds = held.bundle.first().map_or("nothing", |one| &one.subject.label);
            held_evidence(resource, held, format!("it holds {holds}"))
        }
        None => Evidence::seen(resource, resource.head_span(), "it holds no service-ca.crt"),
    });
    let subject = if names.len() == 1 { Subject::of(first) } else { Subject::view(map) };
    Some(
        Finding::new(subject, summary, held_evidence(map.resource(), signing, note))
            .since(Some(newest.not_before))
            .why(
                "Whoever reads the object does not believe serving certificates that the present \
                 authority signed.",
            )
            .saying(format!("certificate x509: service-ca {}", names.join(" ")))
            .evidence(shown)
            .remedy(
                Remedy::new("See why the pod of service-ca does not fill in the bundle.")
                    .command("oc logs -n openshift-service-ca deployment/service-ca")
                    .command("oc get clusteroperator service-ca -o yaml"),
            ),
    )
}
