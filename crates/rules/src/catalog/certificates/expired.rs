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

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mustknow_gather::clock::ClockSource;
use mustknow_gather::kinds::{INGRESS_CONTROLLER, IngressController, Node, SECRET, Secret};
use mustknow_gather::time::Time;
use x509_parser::pem::Pem;

use crate::catalog::prelude::*;
use crate::evidence::seconds;
use crate::facts::enumerate;

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
    needs: &[Need::Kind(&SECRET)],
    uses: &[Need::Kind(&INGRESS_CONTROLLER)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(now) = case.now() else {
        let gap = Gap::new(GapKind::FieldAbsent, "the archive does not say when it was collected");
        return Verdict::Unknown(gap);
    };
    let (mut examined, mut readable) = (0, 0);
    let mut expired: BTreeMap<&str, Vec<(Secret<'_>, Time)>> = BTreeMap::new();
    for secret in case.all::<Secret<'_>>() {
        let Some(text) = secret.certificate() else { continue };
        examined += 1;
        let Some(until) = not_after(&text) else { continue };
        readable += 1;
        let resource = secret.resource();
        let (namespace, name) = (resource.namespace(), resource.name());
        if until < now
            && !is_superseded(case, namespace, name)
            && !is_of_removed_member(case, namespace, name)
        {
            expired.entry(resource.namespace()).or_default().push((secret, until));
        }
    }
    if examined > 0 && readable == 0 {
        let gap = Gap::new(GapKind::Redacted, "no certificate in the Secrets can be read");
        return Verdict::Unknown(gap.ask("oc adm inspect secrets --all-namespaces"));
    }
    let findings = expired
        .iter()
        .filter_map(|(namespace, secrets)| finding(case, namespace, secrets, now))
        .collect();
    Verdict::over(readable, findings, "no Secret in the archive holds a certificate")
}

/// The end of the first certificate's time. Nothing else of it is kept or shown.
fn not_after(base64: &str) -> Option<Time> {
    let packed: String = base64.split_whitespace().collect();
    let text = STANDARD.decode(packed).ok()?;
    let pem = Pem::iter_from_buffer(&text).next()?.ok()?;
    let until = pem.parse_x509().ok()?.validity().not_after.timestamp();
    Time::from_second(until).ok()
}

/// Whether the Secret is the copy of one revision of a static pod: `serving-cert-7`. Old copies
/// are kept and never renewed.
fn is_superseded(case: &Case<'_>, namespace: &str, name: &str) -> bool {
    let Some(original) = revision_of(name) else { return false };
    namespace.starts_with("openshift-kube-")
        // Here names also end with those of nodes, which may end with a number.
        || (namespace.starts_with("openshift-etcd")
            && case.find::<Secret<'_>>(namespace, original).is_some())
}

/// The name without the number of a revision at its end.
fn revision_of(name: &str) -> Option<&str> {
    let (original, revision) = name.rsplit_once('-')?;
    let is_number = !revision.is_empty() && revision.chars().all(|c| c.is_ascii_digit());
    is_number.then_some(original)
}

/// Whether the Secret belongs to an etcd member whose node is gone: nobody removes or renews it.
fn is_of_removed_member(case: &Case<'_>, namespace: &str, name: &str) -> bool {
    let member = ["etcd-serving-metrics-", "etcd-serving-", "etcd-peer-"]
        .into_iter()
        .find_map(|prefix| name.strip_prefix(prefix));
    let mut nodes = case.all::<Node<'_>>().peekable();
    namespace.starts_with("openshift-etcd")
        && nodes.peek().is_some()
        && member.is_some_and(|member| !nodes.any(|node| node.name() == member))
}

fn finding(
    case: &Case<'_>,
    namespace: &str,
    secrets: &[(Secret<'_>, Time)],
    now: Time,
) -> Option<Finding> {
    let (first, _) = secrets.first()?;
    let names: Vec<_> = secrets.iter().map(|(secret, _)| secret.resource().name()).collect();
    let mut evidence = secrets.iter().map(|(secret, until)| {
        let resource = secret.resource();
        let age = Span::between(*until, now);
        let note = format!("tls.crt expired {}, {age} before the collection", seconds(*until));
        Evidence::seen(resource, resource.head_span(), note)
    });
    let subject = match secrets.len() {
        1 => Subject::view(*first),
        _ => Subject::cluster("Namespace", namespace),
    };
    let what = match secrets.len() {
        1 => format!("the certificate of Secret {namespace}/{}", names.join("")),
        n => format!("{n} certificates of namespace {namespace} ({})", enumerate(&names, 4)),
    };
    let verb = if secrets.len() == 1 { "has" } else { "have" };
    let summary = format!("{what} {verb} expired");
    let certainty = match case.snapshot().clock().map(|clock| clock.source) {
        Some(ClockSource::GatherPod | ClockSource::Leases) => Certainty::Certain,
        _ => Certainty::Likely,
    };
    let worst = secrets
        .iter()
        .map(|(secret, _)| severity(case, *secret))
        .max()
        .unwrap_or(Severity::Warning);
    let earliest = secrets.iter().map(|(_, until)| *until).min();
    Some(
        Finding::new(subject, summary, evidence.next()?)
            .severity(worst)
            .certainty(certainty)
            .since(earliest)
            .why(
                "Whoever checks the certificate refuses the connection. Operators renew theirs \
                 long before the end, so the renewal has stopped, or nobody renews it.",
            )
            .saying(format!("certificate {namespace} {}", names.join(" ")))
            .evidence(evidence.take(5))
            .remedy(
                Remedy::new(
                    "Find out who issues the certificate and why it is not renewed; replace it \
                     where a person does.",
                )
                .command(format!("oc describe secret {} -n {namespace}", first.resource().name()))
                .verify(format!(
                    "oc get secret {} -n {namespace} -o jsonpath='{{.data.tls\\.crt}}' | base64 -d \
                     | openssl x509 -noout -enddate",
                    first.resource().name()
                ))
                .before(
                    "before a Secret is deleted so that it is issued anew: an operator owns it \
                     (annotation openshift.io/owning-component or auth.openshift.io/certificate-issuer)",
                    Proof::ByHand(String::new()),
                ),
            ),
    )
}

fn severity(case: &Case<'_>, secret: Secret<'_>) -> Severity {
    let (namespace, name) = (secret.resource().namespace(), secret.resource().name());
    if !case.snapshot().is_openshift() {
        return Severity::Error;
    }
    match namespace {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_of_a_revision_is_told_by_its_number() {
        assert_eq!(revision_of("etcd-client-12"), Some("etcd-client"));
        assert_eq!(revision_of("etcd-client"), None);
    }

    #[test]
    fn what_is_no_certificate_is_not_judged() {
        assert_eq!(not_after("MTIzIGJ5dGVzIGxvbmc="), None);
        assert_eq!(not_after("%%%"), None);
        assert_eq!(not_after(""), None);
    }
}
