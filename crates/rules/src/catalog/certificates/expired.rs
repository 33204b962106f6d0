//! Certificates that had expired when the cluster was looked at.
//!
//! # Why it matters
//!
//! Whoever checks the certificate refuses the connection. Operators renew their own long before
//! that, so an expired one means that the renewal stopped, or that nobody renews it.
//!
//! # What to do
//!
//! Find out who issues the certificate. Where an operator does, see why it no longer renews it;
//! where a person does, replace it.
//!
//! # Blind spots
//!
//! Only certificates that the collection leaves readable are judged (`tls.crt`), and of a chain
//! only the first. A Secret may be expired because nothing uses it any more: that cannot be told
//! from the Secret, so one that an administrator put there is a warning unless an ingress uses it.
//! Copies of superseded revisions and certificates of removed etcd members are left out. The dates are compared with the
//! time of the collection, never with today.
//!
//! # References
//!
//! - openshift/oc `pkg/cli/admin/inspect/secret.go` (what is left readable)
//! - openshift/library-go `pkg/operator/certrotation/annotations.go`

use std::collections::{BTreeMap, BTreeSet};

use mustknow_gather::certificate::{Certificate, Held, Id};
use mustknow_gather::kinds::{INGRESS_CONTROLLER, IngressController, SECRET, Secret};
use mustknow_gather::time::Time;

use crate::catalog::prelude::*;
use crate::evidence::seconds;
use crate::facts::{
    TLS_CRT, enumerate, held, held_evidence, is_of_removed_member, is_of_revision, leaves,
    no_clock, service_of, weigh_clock,
};

/// Namespaces whose certificates operators make, for the control plane and the login.
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

pub(super) static META: Meta = Meta {
    id: "certificates/expired",
    title: "certificates that had expired when the cluster was looked at",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Certificates(&SECRET)],
    uses: &[Need::Kind(&INGRESS_CONTROLLER)],
};

/// A certificate that has expired.
#[derive(Clone, Copy)]
struct Expired<'s> {
    secret: Secret<'s>,
    held: &'s Held,
    leaf: &'s Certificate,
}

/// What expired certificates have in common.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group<'s> {
    /// Who signed them has expired as well.
    DeadSigner(&'s str, Id),
    /// Who signed them lives, and has renewed none of them.
    Signer(&'s str, Id),
    Namespace(&'s str),
}

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(now) = case.now() else { return Verdict::Unknown(no_clock()) };
    let is_elided = |secret: Secret<'_>| {
        held(secret.resource(), TLS_CRT).is_some_and(|held| held.bundle.first().is_none())
    };
    let readable = leaves(case).count();
    if readable == 0 && case.all::<Secret<'_>>().any(is_elided) {
        let gap = Gap::new(GapKind::Redacted, "no certificate in the Secrets can be read");
        return Verdict::Unknown(gap.ask("oc adm inspect secrets --all-namespaces"));
    }
    let expired: Vec<_> = leaves(case)
        .map(|(secret, held, leaf)| Expired { secret, held, leaf })
        .filter(|one| one.leaf.is_expired(now) && is_in_use(case, one.secret))
        .collect();
    if expired.is_empty() {
        return Verdict::over(readable, Vec::new(), "no Secret in the archive holds a certificate");
    }
    let groups = grouped(&expired, &dead_signers(case, now));
    let findings =
        groups.iter().filter_map(|(group, expired)| finding(case, *group, expired, now)).collect();
    Verdict::over(readable, findings, "no Secret in the archive holds a certificate")
}

/// Whether the Secret is neither a copy of a revision nor of a member of etcd that is gone.
fn is_in_use(case: &Case<'_>, secret: Secret<'_>) -> bool {
    let resource = secret.resource();
    !is_of_revision(case, resource)
        && !is_of_removed_member(case, resource.namespace(), resource.name())
}

/// Puts together what has one cause.
fn grouped<'s>(
    expired: &[Expired<'s>],
    dead: &BTreeSet<Id>,
) -> BTreeMap<Group<'s>, Vec<Expired<'s>>> {
    let mut spaces: BTreeMap<Id, BTreeSet<&str>> = BTreeMap::new();
    for one in expired {
        let namespace = one.secret.resource().namespace();
        spaces.entry(one.leaf.issuer.id).or_default().insert(namespace);
    }
    let mut groups: BTreeMap<Group<'s>, Vec<Expired<'s>>> = BTreeMap::new();
    for one in expired {
        let (issuer, namespace) = (&one.leaf.issuer, one.secret.resource().namespace());
        let is_spread = spaces.get(&issuer.id).is_some_and(|spaces| spaces.len() > 1);
        let group = if dead.contains(&issuer.id) {
            Group::DeadSigner(&issuer.label, issuer.id)
        } else if is_spread {
            Group::Signer(&issuer.label, issuer.id)
        } else {
            Group::Namespace(namespace)
        };
        groups.entry(group).or_default().push(*one);
    }
    groups
}

/// The signers of whom every certificate in the Secrets has expired.
fn dead_signers(case: &Case<'_>, now: Time) -> BTreeSet<Id> {
    let (mut dead, mut alive) = (BTreeSet::new(), BTreeSet::new());
    for secret in case.all::<Secret<'_>>() {
        let signers = secret.resource().certificates().iter().flat_map(|held| held.bundle.iter());
        for signer in signers.filter(|one| one.is_ca) {
            let set = if signer.is_expired(now) { &mut dead } else { &mut alive };
            set.insert(signer.subject.id);
        }
    }
    dead.difference(&alive).copied().collect()
}

fn finding(
    case: &Case<'_>,
    group: Group<'_>,
    expired: &[Expired<'_>],
    now: Time,
) -> Option<Finding> {
    let first = expired.first()?;
    let resource = first.secret.resource();
    let namespace = resource.namespace();
    let names: Vec<_> = expired.iter().map(|one| one.secret.resource().name()).collect();
    let mut evidence = expired.iter().map(|one| {
        let until = one.leaf.not_after;
        let age = Span::between(until, now);
        let note = format!("tls.crt expired {}, {age} before the collection", seconds(until));
        held_evidence(one.secret.resource(), one.held, note)
    });
    let (subject, summary) = match (expired.len(), group) {
        (1, Group::Namespace(_)) => (
            Subject::view(first.secret),
            format!("the certificate of Secret {namespace}/{} has expired", names.join("")),
        ),
        (n, Group::Namespace(namespace)) => (
            Subject::cluster("Namespace", namespace),
            format!(
                "{n} certificates of namespace {namespace} ({}) have expired",
                enumerate(&names, 4)
            ),
        ),
        (n, Group::DeadSigner(signer, _) | Group::Signer(signer, _)) => {
            let of: Vec<_> = expired
                .iter()
                .map(|one| one.secret.resource())
                .map(|secret| format!("{}/{}", secret.namespace(), secret.name()))
                .collect();
            let what = if n == 1 { "certificate" } else { "certificates" };
            let names = enumerate(&of, 4);
            let summary = if matches!(group, Group::DeadSigner(..)) {
                format!("{signer} has expired, and with it {n} {what} that it signed ({names})")
            } else {
                format!("{n} {what} that {signer} signed have expired ({names})")
            };
            (Subject::cluster("signer", signer), summary)
        }
    };
    let worst = expired.iter().map(|one| severity(case, one.secret)).max();
    let spaces: BTreeSet<_> = expired.iter().map(|one| one.secret.resource().namespace()).collect();
    let said: Vec<_> = spaces.into_iter().chain(names.iter().copied()).collect();
    let found = Finding::new(subject, summary, evidence.next()?)
        .severity(worst.unwrap_or(Severity::Warning))
        .since(expired.iter().map(|one| one.leaf.not_after).min())
        .why(
            "Whoever checks the certificate refuses the connection. Operators renew theirs long \
             before the end, so the renewal has stopped, or nobody renews it.",
        )
        .saying(format!("certificate {}", said.join(" ")))
        .evidence(evidence.take(5))
        .remedy(remedy(namespace, resource.name()));
    Some(weigh_clock(case, found))
}

fn remedy(namespace: &str, name: &str) -> Remedy {
    Remedy::new(
        "Find out who issues the certificate and why it is not renewed; replace it where a person \
         does.",
    )
    .command(format!("oc describe secret {name} -n {namespace}"))
    .verify(format!(
        "oc get secret {name} -n {namespace} -o jsonpath='{{.data.tls\\.crt}}' | base64 -d \
         | openssl x509 -noout -enddate"
    ))
    .before(
        "before a Secret is deleted so that it is issued anew: an operator owns it \
         (annotation openshift.io/owning-component or auth.openshift.io/certificate-issuer)",
        Proof::ByHand(String::new()),
    )
}

fn severity(case: &Case<'_>, secret: Secret<'_>) -> Severity {
    let (namespace, name) = (secret.resource().namespace(), secret.resource().name());
    if !case.snapshot().is_openshift() {
        return Severity::Error;
    }
    match namespace {
        _ if service_of(secret).is_some() && !VITAL.contains(&namespace) => Severity::Error,
        "openshift-ingress" if serves_ingress(case, name) => Severity::Critical,
        // Administrators put certificates there, and leave old ones behind.
        "openshift-ingress" | "openshift-config" => Severity::Warning,
        _ if VITAL.contains(&namespace) => Severity::Critical,
        _ if namespace.starts_with("openshift-") => Severity::Error,
        _ => Severity::Warning,
    }
}

/// Whether a router serves the certificate by default.
fn serves_ingress(case: &Case<'_>, name: &str) -> bool {
    let mut controllers = case.all::<IngressController<'_>>().peekable();
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
