//! CA bundle in which every CA has expired.
//!
//! Bundles with at least one valid CA are normal: old CAs stay for some time. Bundles with a CA whose
//! own Secret has expired are covered by certificates/expired. Service account tokens are ignored.
//!
//! - openshift/library-go `pkg/operator/certrotation/cabundle.go` (expired CAs are removed)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .check(check)
    .needs(&[Need::Certificates(&CONFIG_MAP)])
    .reads(&[Need::Certificates(&SECRET)])
    .at_once("an expired CA does not become valid again")
    .even_while_installing("nothing replaces a CA that has expired")
    .why(
        "Components that use the bundle no longer trust any certificate: every connection that \
         depends on the bundle fails with x509: certificate signed by unknown authority or has \
         expired.",
    )
    .fix(
        "Find out what populates the bundle. If it is an operator, check why it no longer \
         updates the bundle. If it is an administrator, add the current CA.",
    )
    .run(&["oc get {resource} {name} -n {namespace} -o yaml --show-managed-fields"])
    .verify(&["oc get {resource} {name} -n {namespace} -o yaml"]);

type BundleInObject<'s> = (&'s Resource, &'s CertificateRef);

fn check(cx: &RuleContext<'_>) -> Judged {
    let now = collection_time(cx)?;
    let leaf_ids: BTreeSet<_> = LeafCertificate::all(cx).map(|leaf| leaf.id).collect();
    let (mut examined, mut gaps) = (0, Vec::new());
    let mut expired = BTreeMap::<_, Vec<BundleInObject<'_>>>::new();
    for (resource, certificates) in bundles(cx) {
        let bundle = &certificates.bundle;
        examined += 1;
        if bundle.iter().any(|one| one.is_ca)
            && bundle.iter().all(|one| one.is_expired(now))
            && !bundle.iter().any(|one| leaf_ids.contains(&one.id))
            && !is_revision_copy(cx, resource)
        {
            // One that was not read can still be valid.
            if let Some(gap) = certificates_gap(resource, certificates) {
                gaps.push(gap);
                continue;
            }
            let ids: Vec<_> = bundle.iter().map(|one| one.id).collect();
            expired.entry(ids).or_default().push((resource, certificates));
        }
    }
    let findings = expired.values().filter_map(|places| finding(cx, places, now));
    Ok(Checked::over(examined, findings).or_unknown(gaps))
}

/// Every bundle of which certificates were read.
fn bundles<'s>(cx: &RuleContext<'s>) -> impl Iterator<Item = BundleInObject<'s>> {
    let is_token = |secret: &Secret<'_>| secret.of_type() == "kubernetes.io/service-account-token";
    let maps = cx.all::<ConfigMap<'s>>().map(View::resource);
    let secrets = cx.all::<Secret<'s>>().filter(move |one| !is_token(one)).map(View::resource);
    maps.chain(secrets)
        .flat_map(|one| one.certificates().iter().map(move |certificates| (one, certificates)))
        .filter(|(one, CertificateRef { field, key, bundle, .. })| {
            let holds_authorities =
                *one.key().kind == CONFIG_MAP || matches!(&**key, "ca.crt" | "service-ca.crt");
            let is_client = *field == CertificateField::KubeconfigClient;
            holds_authorities && !is_client && !bundle.certificates.is_empty()
        })
}

fn finding(cx: &RuleContext<'_>, places: &[BundleInObject<'_>], now: Time) -> Option<Finding> {
    let (first, certificates) = *places.first()?;
    let last = certificates.bundle.iter().max_by_key(|one| one.not_after)?;
    let (name, age) = (&last.subject.label, Span::between(last.not_after, now));
    let objects: Vec<_> = places.iter().map(|(one, _)| one.key().to_string()).collect();
    let what = match certificates.bundle.certificates.len() {
        1 => "the only CA in".to_owned(),
        count => format!("all {count} CAs in"),
    };
    let summary = format!(
        "{what} {} expired, the last ({name}) {age} before the collection",
        name_list_up_to(&objects, 3)
    );
    let note = format!("the last CA, {name}, expired {}", seconds(last.not_after));
    let mut evidence = places.iter().map(|(one, at)| certificate_evidence(one, at, note.clone()));
    let namespaces = places.iter().map(|(one, _)| one.namespace());
    // Administrators add CAs there and leave old ones behind.
    let used: Vec<_> = namespaces.filter(|it| *it != "openshift-config").collect();
    let finding = Finding::new(Subject::of(first), summary, evidence.next()?)
        .severity(if used.is_empty() { Warning } else { Error })
        .affects(used)
        .since(Some(last.not_after))
        .likely("the bundle does not show whether it is still used")
        .keywords(format!("certificate {name}"))
        .evidence(evidence.take(5))
        .with("resource", first.key().kind.plural);
    Some(likely_if_clock_uncertain(cx, finding))
}
