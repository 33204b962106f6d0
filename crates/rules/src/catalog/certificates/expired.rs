//! Expired certificates.
//!
//! Only certificates that the collection leaves readable (`tls.crt`) are checked, and only the
//! first certificate of a chain. An expired Secret may no longer be in use, but the Secret does not
//! show this, so the expired Secret of an administrator is a warning unless an ingress uses it.
//! Copies for old static pod revisions and certificates of removed etcd members are ignored. The
//! dates are compared with the time of the collection, never with the current date.
//!
//! - openshift/oc `pkg/cli/admin/inspect/secret.go` (which data stays readable)
//! - openshift/library-go `pkg/operator/certrotation/annotations.go`

use crate::catalog::prelude::*;

/// Namespaces with operator-managed certificates of the control plane and of authentication.
const VITAL: [&str; 12] = [
    "kube-system",
    "openshift-apiserver",
    "openshift-authentication",
    "openshift-config-managed",
    "openshift-etcd",
    "openshift-kube-apiserver",
    "openshift-kube-apiserver-operator",
    "openshift-kube-controller-manager",
    "openshift-kube-controller-manager-operator",
    "openshift-kube-scheduler",
    "openshift-oauth-apiserver",
    "openshift-service-ca",
];

pub(super) const RULE: Rule = rule(Critical, Cause, Any)
    .needs(&[Need::Certificates(&SECRET)])
    .reads(&[Need::Kind(&INGRESS_CONTROLLER)])
    .check(check)
    .why(
        "Clients and servers that verify the certificate reject the connection. Operators renew \
         their own certificates long before they expire, so an expired certificate means that \
         the renewal stopped, or that nothing renews it.",
    )
    .fix(
        "Find out what issues the certificate. If it is an operator, check why it no longer \
         renews the certificate. If it is an administrator, replace the certificate.",
    );

/// A certificate that has expired.
#[derive(Clone, Copy)]
struct ExpiredCertificate<'s> {
    secret: Secret<'s>,
    certificate_ref: &'s CertificateRef,
    leaf: &'s Certificate,
}

/// What expired certificates have in common.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum IssuerGroup<'s> {
    /// The CA that issued them has also expired.
    ExpiredIssuer(&'s str, Fingerprint),
    /// The CA that issued them is still valid, but none of them was renewed.
    Issuer(&'s str, Fingerprint),
    Namespace(&'s str),
}

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(now) = cx.now() else { return Err(NotJudged::from(clock_gap())) };
    let is_elided = |secret: Secret<'_>| {
        certificate_ref(secret.resource(), TLS_CRT)
            .is_some_and(|certificate_ref| certificate_ref.bundle.first().is_none())
    };
    let readable = leaf_certificates(cx).count();
    if readable == 0 && cx.all::<Secret<'_>>().any(is_elided) {
        let gap = Gap::new(GapKind::Redacted, "no certificate in the Secrets can be read");
        return Err(NotJudged::from(gap.command("oc adm inspect secrets --all-namespaces")));
    }
    let expired: Vec<_> = leaf_certificates(cx)
        .map(|(secret, certificate_ref, leaf)| ExpiredCertificate { secret, certificate_ref, leaf })
        .filter(|one| one.leaf.is_expired(now) && is_in_use(cx, one.secret))
        .collect();
    if expired.is_empty() {
        return Ok(Checked::over(readable, Vec::new()));
    }
    let groups = group_by_issuer(&expired, &expired_issuers(cx, now));
    let findings = groups.iter().filter_map(|(group, expired)| finding(cx, *group, expired, now));
    Ok(Checked::over(readable, findings))
}

/// Whether the Secret belongs neither to a static pod revision nor to a removed etcd member.
fn is_in_use(cx: &RuleContext<'_>, secret: Secret<'_>) -> bool {
    let resource = secret.resource();
    !is_revision_copy(cx, resource)
        && !belongs_to_removed_member(cx, resource.namespace(), resource.name())
}

/// Groups the certificates that have the same cause.
fn group_by_issuer<'s>(
    expired: &[ExpiredCertificate<'s>],
    dead: &BTreeSet<Fingerprint>,
) -> BTreeMap<IssuerGroup<'s>, Vec<ExpiredCertificate<'s>>> {
    let mut spaces: BTreeMap<Fingerprint, BTreeSet<&str>> = BTreeMap::new();
    for one in expired {
        let namespace = one.secret.resource().namespace();
        spaces.entry(one.leaf.issuer.id).or_default().insert(namespace);
    }
    let mut groups: BTreeMap<IssuerGroup<'s>, Vec<ExpiredCertificate<'s>>> = BTreeMap::new();
    for one in expired {
        let (issuer, namespace) = (&one.leaf.issuer, one.secret.resource().namespace());
        let is_spread = spaces.get(&issuer.id).is_some_and(|spaces| spaces.len() > 1);
        let group = if dead.contains(&issuer.id) {
            IssuerGroup::ExpiredIssuer(&issuer.label, issuer.id)
        } else if is_spread {
            IssuerGroup::Issuer(&issuer.label, issuer.id)
        } else {
            IssuerGroup::Namespace(namespace)
        };
        groups.entry(group).or_default().push(*one);
    }
    groups
}

/// The CAs of which every certificate in the Secrets has expired.
fn expired_issuers(cx: &RuleContext<'_>, now: Time) -> BTreeSet<Fingerprint> {
    let (mut dead, mut alive) = (BTreeSet::new(), BTreeSet::new());
    for secret in cx.all::<Secret<'_>>() {
        let signers = secret
            .resource()
            .certificates()
            .iter()
            .flat_map(|certificate_ref| certificate_ref.bundle.iter());
        for signer in signers.filter(|one| one.is_ca) {
            let set = if signer.is_expired(now) { &mut dead } else { &mut alive };
            set.insert(signer.subject.id);
        }
    }
    dead.difference(&alive).copied().collect()
}

fn finding(
    cx: &RuleContext<'_>,
    group: IssuerGroup<'_>,
    expired: &[ExpiredCertificate<'_>],
    now: Time,
) -> Option<Finding> {
    let first = expired.first()?;
    let resource = first.secret.resource();
    let namespace = resource.namespace();
    let names: Vec<_> = expired.iter().map(|one| one.secret.resource().name()).collect();
    let mut evidence = expired.iter().map(|one| {
        let until = one.leaf.not_after;
        let age = Span::between(until, now);
        let note = format!("tls.crt expired at {}, {age} before the collection", seconds(until));
        certificate_evidence(one.secret.resource(), one.certificate_ref, note)
    });
    let (subject, summary) = match (expired.len(), group) {
        (1, IssuerGroup::Namespace(_)) => (
            Subject::view(first.secret),
            format!("certificate in Secret {namespace}/{} has expired", names.join("")),
        ),
        (n, IssuerGroup::Namespace(namespace)) => (
            Subject::cluster("Namespace", namespace),
            format!(
                "{n} certificates in namespace {namespace} ({}) have expired",
                name_list_up_to(&names, 4)
            ),
        ),
        (n, IssuerGroup::ExpiredIssuer(signer, _) | IssuerGroup::Issuer(signer, _)) => {
            let of: Vec<_> = expired
                .iter()
                .map(|one| one.secret.resource())
                .map(|secret| format!("{}/{}", secret.namespace(), secret.name()))
                .collect();
            let what = if n == 1 { "certificate" } else { "certificates" };
            let names = name_list_up_to(&of, 4);
            let summary = if matches!(group, IssuerGroup::ExpiredIssuer(..)) {
                format!("CA {signer} has expired, and with it {n} {what} that it issued ({names})")
            } else {
                format!("{n} {what} issued by CA {signer} have expired ({names})")
            };
            (Subject::cluster("signer", signer), summary)
        }
    };
    let worst = expired.iter().map(|one| severity(cx, one.secret)).max();
    let spaces: BTreeSet<_> = expired.iter().map(|one| one.secret.resource().namespace()).collect();
    let listed: Vec<_> = spaces.into_iter().chain(names.iter().copied()).collect();
    let found = Finding::new(subject, summary, evidence.next()?)
        .severity(worst.unwrap_or(Warning))
        .since(expired.iter().map(|one| one.leaf.not_after).min())
        .keywords(format!("certificate {}", listed.join(" ")))
        .evidence(evidence.take(5))
        .remedy(remedy(namespace, resource.name()));
    Some(likely_if_clock_uncertain(cx, found))
}

fn remedy(namespace: &str, name: &str) -> Remedy {
    Remedy::new(
        "Find out what issues the certificate and why it is not renewed. If an administrator \
         issues it, replace it.",
    )
    .command(format!("oc describe secret {name} -n {namespace}"))
    .verify(format!(
        "oc get secret {name} -n {namespace} -o jsonpath='{{.data.tls\\.crt}}' | base64 -d \
         | openssl x509 -noout -enddate"
    ))
    .precondition(
        "before a Secret is deleted so that it is issued again: an operator owns it (annotation \
         openshift.io/owning-component or auth.openshift.io/certificate-issuer)",
        Proof::ByHand(String::new()),
    )
}

fn severity(cx: &RuleContext<'_>, secret: Secret<'_>) -> Severity {
    let (namespace, name) = (secret.resource().namespace(), secret.resource().name());
    if !cx.snapshot().is_openshift() {
        return Error;
    }
    match namespace {
        _ if service_of(secret).is_some() && !VITAL.contains(&namespace) => Error,
        "openshift-ingress" if serves_ingress(cx, name) => Critical,
        // Administrators add certificates there and leave old ones behind.
        "openshift-ingress" | "openshift-config" => Warning,
        _ if VITAL.contains(&namespace) => Critical,
        _ if namespace.starts_with("openshift-") => Error,
        _ => Warning,
    }
}

/// Whether the certificate is the default certificate of a router.
fn serves_ingress(cx: &RuleContext<'_>, name: &str) -> bool {
    let mut controllers = cx.all::<IngressController<'_>>().peekable();
    if controllers.peek().is_none() {
        return name == "router-certs-default";
    }
    controllers.any(|controller| {
        let resource = controller.resource();
        match resource.text(&["spec", "defaultCertificate", "name"]) {
            Some(own) => own == name,
            None => name.strip_prefix("router-certs-") == Some(resource.name()),
        }
    })
}
