//! Expired certificates.
//!
//! Only certificates that the collection leaves readable (`tls.crt`) are checked, and only the first
//! certificate of a chain. An expired Secret may no longer be in use, but the Secret does not show
//! this, so the expired Secret of an administrator is a warning unless an ingress uses it.
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
    .check(check)
    .needs(&[Need::Certificates(&SECRET)])
    .reads(&[Need::Kind(&INGRESS_CONTROLLER)])
    .at_once("an expired certificate does not become valid again")
    .even_while_installing("an expired certificate does not become valid again")
    .why(
        "Clients and servers that verify the certificate reject the connection. Operators renew \
         their own certificates long before they expire, so an expired certificate means that \
         the renewal stopped, or that nothing renews it.",
    )
    .fix(
        "Find out what issues the certificate. If it is an operator, check why it no longer \
         renews the certificate. If it is an administrator, replace the certificate.",
    )
    .run(&["oc describe secret {name} -n {namespace}"])
    .verify(&[SHOW_DATES])
    .before(&[(
        "before a Secret is deleted so that it is issued again: an operator owns it, as its \
         annotations show",
        "oc describe secret {name} -n {namespace}",
    )]);

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
    let now = collection_time(cx)?;
    let readable = LeafCertificate::all(cx).count();
    if readable == 0 && cx.all::<Secret<'_>>().any(LeafCertificate::is_unreadable) {
        let gap = Gap::new(GapKind::Redacted, "no certificate in the Secrets can be read");
        return Err(gap.command("oc adm inspect secrets --all-namespaces").into());
    }
    let expired: Vec<_> = LeafCertificate::all(cx)
        .filter(|leaf| leaf.is_expired(now) && !is_abandoned(cx, leaf.secret.resource()))
        .collect();
    let groups = group_by_issuer(cx, &expired, now);
    let findings = groups.iter().filter_map(|(group, expired)| finding(cx, *group, expired, now));
    Ok(Checked::over(readable, findings))
}

/// Groups the certificates that have the same cause: one CA, or one namespace.
fn group_by_issuer<'s>(
    cx: &RuleContext<'_>,
    expired: &[LeafCertificate<'s>],
    now: Time,
) -> BTreeMap<IssuerGroup<'s>, Vec<LeafCertificate<'s>>> {
    let dead = if expired.is_empty() { BTreeSet::new() } else { expired_issuers(cx, now) };
    let mut spaces: BTreeMap<Fingerprint, BTreeSet<&str>> = BTreeMap::new();
    for leaf in expired {
        spaces.entry(leaf.issuer.id).or_default().insert(leaf.namespace());
    }
    let mut groups: BTreeMap<IssuerGroup<'s>, Vec<LeafCertificate<'s>>> = BTreeMap::new();
    for leaf in expired {
        let issuer = &leaf.certificate().issuer;
        let is_spread = spaces.get(&issuer.id).is_some_and(|spaces| spaces.len() > 1);
        let group = if dead.contains(&issuer.id) {
            IssuerGroup::ExpiredIssuer(&issuer.label, issuer.id)
        } else if is_spread {
            IssuerGroup::Issuer(&issuer.label, issuer.id)
        } else {
            IssuerGroup::Namespace(leaf.namespace())
        };
        groups.entry(group).or_default().push(*leaf);
    }
    groups
}

/// The CAs of which every certificate in the Secrets has expired.
fn expired_issuers(cx: &RuleContext<'_>, now: Time) -> BTreeSet<Fingerprint> {
    let secrets = cx.all::<Secret<'_>>().flat_map(|secret| secret.resource().certificates());
    let authorities = secrets.flat_map(|at| at.bundle.iter()).filter(|one| one.is_ca);
    let (dead, alive): (Vec<_>, Vec<_>) = authorities.partition(|one| one.is_expired(now));
    let alive: BTreeSet<_> = alive.iter().map(|one| one.subject.id).collect();
    dead.iter().map(|one| one.subject.id).filter(|id| !alive.contains(id)).collect()
}

fn finding(
    cx: &RuleContext<'_>,
    group: IssuerGroup<'_>,
    expired: &[LeafCertificate<'_>],
    now: Time,
) -> Option<Finding> {
    let first = expired.first()?;
    let count = expired.len();
    let names: Vec<_> = expired.iter().map(|leaf| leaf.name()).collect();
    let places: Vec<_> = expired.iter().map(|leaf| leaf.place()).collect();
    let (list, what) = (name_list_up_to(&places, 4), pluralize(count, "certificate"));
    let (subject, summary) = match group {
        IssuerGroup::Namespace(_) if count == 1 => (
            Subject::view(first.secret),
            format!("certificate in Secret {} has expired", first.place()),
        ),
        IssuerGroup::Namespace(namespace) => {
            let list = name_list_up_to(&names, 4);
            let summary = format!("{what} in namespace {namespace} ({list}) have expired");
            (Subject::cluster("Namespace", namespace), summary)
        }
        IssuerGroup::ExpiredIssuer(signer, _) => {
            let summary =
                format!("CA {signer} has expired, and with it {what} that it issued ({list})");
            (Subject::cluster("signer", signer), summary)
        }
        IssuerGroup::Issuer(signer, _) => {
            let summary = format!("{what} issued by CA {signer} have expired ({list})");
            (Subject::cluster("signer", signer), summary)
        }
    };
    let mut evidence = expired.iter().map(|leaf| {
        let (until, age) = (seconds(leaf.not_after), Span::between(leaf.not_after, now));
        leaf.evidence(format!("tls.crt expired at {until}, {age} before the collection"))
    });
    let mut keywords: Vec<_> = expired.iter().map(|leaf| leaf.namespace()).collect();
    keywords.sort_unstable();
    keywords.dedup();
    keywords.extend(names);
    let found = Finding::new(subject, summary, evidence.next()?)
        .severity(expired.iter().map(|leaf| severity(cx, *leaf)).max()?)
        .since(expired.iter().map(|leaf| leaf.not_after).min())
        .keywords(format!("certificate {}", keywords.join(" ")))
        .evidence(evidence.take(5))
        .with("name", first.name())
        .with("namespace", first.namespace());
    Some(likely_if_clock_uncertain(cx, found))
}

fn severity(cx: &RuleContext<'_>, leaf: LeafCertificate<'_>) -> Severity {
    let is_vital = VITAL.contains(&leaf.namespace());
    match leaf.namespace() {
        _ if !cx.snapshot().is_openshift() => Error,
        _ if service_of(leaf.secret).is_some() && !is_vital => Error,
        "openshift-ingress" if serves_ingress(cx, leaf.name()) => Critical,
        // Administrators add certificates there and leave old ones behind.
        "openshift-ingress" | "openshift-config" => Warning,
        _ if is_vital => Critical,
        namespace if namespace.starts_with("openshift-") => Error,
        _ => Warning,
    }
}

/// Whether the certificate is the default certificate of a router.
fn serves_ingress(cx: &RuleContext<'_>, name: &str) -> bool {
    let mut controllers = cx.all::<IngressController<'_>>().peekable();
    match controllers.peek() {
        None => name == "router-certs-default",
        Some(_) => controllers.any(|one| default_certificate(one.resource()) == name),
    }
}
