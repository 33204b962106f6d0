//! Objects with an outdated service-ca bundle.
//!
//! The certificates that pods have loaded into memory are not visible.
//!
//! - openshift/service-ca-operator `pkg/controller/cabundleinjector/` (annotation `inject-cabundle`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .check(check)
    .needs(&[Need::Certificates(&CONFIG_MAP)])
    .reads(&[
        Need::Certificates(&API_SERVICE),
        Need::Certificates(&VALIDATING_WEBHOOK),
        Need::Certificates(&MUTATING_WEBHOOK),
        Need::Certificates(&CUSTOM_RESOURCE_DEFINITION),
    ])
    .grace(PROPAGATION)
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
    ])
    .verify(&["oc get configmap signing-cabundle -n openshift-service-ca -o yaml"]);

/// An object into which service-ca injects its bundle, and its current content.
type Target<'s> = (&'s Resource, Option<&'s CertificateRef>);

fn check(cx: &RuleContext<'_>) -> Judged {
    let targets = targets(cx);
    if targets.is_empty() {
        return Err(not_applicable("no object requests the service-ca bundle"));
    }
    let signing = CaBundle::find(cx, "openshift-service-ca", "signing-cabundle")?;
    if let Some(gap) = signing.gap() {
        return Err(gap.into());
    }
    let current = &signing.authorities.bundle;
    // The age of a bundle counts from the newest CA, or from the object if that is newer.
    let is_stale = |(resource, content): &&Target<'_>| {
        let since = signing.newest().max(resource.created());
        content.is_none_or(|content| lacks(&content.bundle, current))
            && Persistence::of(cx, since, PROPAGATION).counts()
    };
    let (mut stale, mut gaps) = (Vec::new(), Vec::new());
    for target in targets.iter().filter(is_stale) {
        match target.1.and_then(|content| certificates_gap(target.0, content)) {
            Some(gap) => gaps.push(gap),
            None => stale.push(*target),
        }
    }
    Ok(Checked::over(targets.len(), finding(signing, &stale)).or_unknown(gaps))
}

/// Every place into which service-ca should inject its bundle.
fn targets<'s>(cx: &RuleContext<'s>) -> Vec<Target<'s>> {
    let maps = cx.all::<ConfigMap<'s>>().map(|map| {
        let mut all = map.resource().certificates().iter();
        (map.resource(), all.find(|content| &*content.key == "service-ca.crt"))
    });
    let apis = cx.all::<ApiService<'s>>().map(View::resource);
    let webhooks = cx.all::<WebhookConfiguration<'s>>().map(View::resource);
    let definitions = cx.all::<CustomResourceDefinition<'s>>().map(View::resource);
    let others = apis
        .chain(webhooks)
        .chain(definitions)
        .flat_map(|one| one.certificates().iter().map(move |content| (one, Some(content))));
    maps.chain(others)
        .filter(|(resource, _)| is_ca_injected(resource) && !is_revision_copy(cx, resource))
        .collect()
}

/// Whether a CA of `signing` is missing from what was read of a bundle.
fn lacks(bundle: &Bundle, signing: &Bundle) -> bool {
    !signing.iter().all(|one| bundle.iter().any(|other| other.id == one.id))
}

fn finding(signing: CaBundle<'_>, stale: &[Target<'_>]) -> Option<Finding> {
    let mut names: Vec<_> = stale.iter().map(|(resource, _)| resource.key().to_string()).collect();
    names.dedup();
    let newest = signing.authorities.bundle.iter().max_by_key(|one| one.not_before)?;
    let summary = format!(
        "{} {} the service-ca CA that has been in use since {}",
        name_list_up_to(&names, 4),
        if names.len() == 1 { "is missing" } else { "are missing" },
        seconds(newest.not_before)
    );
    let shown = stale.iter().take(5).map(|(resource, content)| match content {
        Some(content) => {
            let holds = content.bundle.first().map_or("nothing", |one| &one.subject.label);
            certificate_evidence(resource, content, format!("it contains {holds}"))
        }
        None => Evidence::seen(resource, resource.head_span(), "it contains no service-ca.crt"),
    });
    let (first, _) = stale.first()?;
    let subject = if names.len() == 1 { Subject::of(first) } else { Subject::view(signing.map) };
    let note = format!("service-ca issues certificates with {}", newest.subject.label);
    Some(
        Finding::new(subject, summary, signing.evidence(note))
            .since(Some(newest.not_before))
            .keywords(format!("certificate x509: service-ca {}", names.join(" ")))
            .evidence(shown),
    )
}
