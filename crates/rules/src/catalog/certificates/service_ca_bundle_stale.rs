//! Objects with an outdated service-ca bundle.
//!
//! A bundle whose newest CA is less than an hour old may still be propagating. The certificates
//! that pods have loaded into memory are not visible.
//!
//! - openshift/service-ca-operator `pkg/controller/cabundleinjector/` (annotation `inject-cabundle`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Certificates(&CONFIG_MAP)])
    .reads(&[
        Need::Certificates(&API_SERVICE),
        Need::Certificates(&VALIDATING_WEBHOOK),
        Need::Certificates(&MUTATING_WEBHOOK),
        Need::Certificates(&CUSTOM_RESOURCE_DEFINITION),
    ])
    .check(check)
    .why(
        "Components that use the object do not trust serving certificates that the current \
         service-ca CA issued: calls to webhooks, APIServices and metrics endpoints fail with \
         x509: certificate signed by unknown authority.",
    )
    .fix(
        "Check why the service-ca pod does not inject the bundle. Afterwards, restart the pods \
         that read the bundle only once.",
    )
    .run(&[
        "oc logs -n openshift-service-ca deployment/service-ca",
        "oc get clusteroperator service-ca -o yaml",
    ]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let wanting = wanting(cx);
    if wanting.is_empty() {
        return Err(not_applicable("no object requests the service-ca bundle"));
    }
    let source = ca_certificates(cx, "openshift-service-ca", "signing-cabundle", "ca-bundle.crt");
    let Some((map, signing)) = source else {
        let gap = Gap::new(
            GapKind::NotCollected,
            "ConfigMap openshift-service-ca/signing-cabundle: not collected",
        );
        return Err(NotJudged::from(gap.command("oc adm inspect ns/openshift-service-ca")));
    };
    let newest = signing.bundle.iter().map(|one| one.not_before).max();
    let examined = wanting.len();
    if !signing.bundle.is_whole() || !cx.is_older(newest, PROPAGATION) {
        return Ok(Checked::over(examined, None));
    }
    let stale: Vec<_> = wanting
        .into_iter()
        .filter(|(resource, certificate_ref)| {
            let is_old = cx.is_older(resource.created(), PROPAGATION);
            is_old
                && certificate_ref
                    .is_none_or(|certificate_ref| lacks(&certificate_ref.bundle, &signing.bundle))
        })
        .collect();
    let findings = finding(map, signing, &stale).into_iter();
    Ok(Checked::over(examined, findings))
}

/// Every place into which service-ca should inject its bundle, and the current content.
fn wanting<'s>(cx: &RuleContext<'s>) -> Vec<(&'s Resource, Option<&'s CertificateRef>)> {
    let maps = cx.all::<ConfigMap<'s>>().map(View::resource).map(|map| {
        (
            map,
            map.certificates()
                .iter()
                .find(|certificate_ref| &*certificate_ref.key == "service-ca.crt"),
        )
    });
    let with_certificates = |one: &'s Resource| {
        one.certificates().iter().map(move |certificate_ref| (one, Some(certificate_ref)))
    };
    let others = cx
        .all::<ApiService<'s>>()
        .map(View::resource)
        .chain(cx.all::<WebhookConfiguration<'s>>().map(View::resource))
        .chain(cx.all::<CustomResourceDefinition<'s>>().map(View::resource))
        .flat_map(with_certificates);
    maps.chain(others)
        .filter(|(resource, _)| is_ca_injected(resource) && !is_revision_copy(cx, resource))
        .collect()
}

/// Whether a readable bundle is missing a CA of `signing`.
fn lacks(bundle: &Bundle, signing: &Bundle) -> bool {
    let is_readable = bundle.unreadable == 0 && !bundle.is_cut;
    is_readable && !signing.iter().all(|one| bundle.iter().any(|other| other.id == one.id))
}

fn finding(
    map: ConfigMap<'_>,
    signing: &CertificateRef,
    stale: &[(&Resource, Option<&CertificateRef>)],
) -> Option<Finding> {
    let (first, _) = stale.first()?;
    let mut names: Vec<_> = stale.iter().map(|(resource, _)| resource.key().to_string()).collect();
    names.dedup();
    let newest = signing.bundle.iter().max_by_key(|one| one.not_before)?;
    let summary = format!(
        "{} {} the service-ca CA that has been in use since {}",
        name_list_up_to(&names, 4),
        if names.len() == 1 { "is missing" } else { "are missing" },
        seconds(newest.not_before)
    );
    let note = format!("service-ca issues certificates with {}", newest.subject.label);
    let shown = stale.iter().take(5).map(|(resource, certificate_ref)| match certificate_ref {
        Some(certificate_ref) => {
            let holds = certificate_ref.bundle.first().map_or("nothing", |one| &one.subject.label);
            certificate_evidence(resource, certificate_ref, format!("it contains {holds}"))
        }
        None => Evidence::seen(resource, resource.head_span(), "it contains no service-ca.crt"),
    });
    let subject = if names.len() == 1 { Subject::of(first) } else { Subject::view(map) };
    Some(
        Finding::new(subject, summary, certificate_evidence(map.resource(), signing, note))
            .since(Some(newest.not_before))
            .keywords(format!("certificate x509: service-ca {}", names.join(" ")))
            .evidence(shown),
    )
}
