//! Certificates that an operator should have renewed by now.
//!
//! # Why it matters
//!
//! Operators renew their certificates when four fifths of the time have passed, whether that is a
//! day or ten years. One that is older than that means that the operator does not do its work, and
//! the certificate will expire.
//!
//! # What to do
//!
//! See why the operator that owns the certificate does not renew it: its pod, its log, its
//! ClusterOperator.
//!
//! # Blind spots
//!
//! Only certificates that carry the dates of the rotation in their annotations are judged, and the
//! authority of service-ca. How many days are left never counts. A cluster that was switched off
//! and on again renews everything within some minutes, which looks like this in between. Copies of
//! static pod revisions are left out.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/certrotation/signer.go`, `target.go` (renewed at 80 % of the validity)
//! - openshift/service-ca-operator `pkg/operator/rotate.go`, `starter.go` (790 days, renewed with 395 left)

use mustknow_gather::certificate::{Certificate, Held};
use mustknow_gather::kinds::{NODE, SECRET, Secret};
use mustknow_gather::time::Time;

use crate::catalog::prelude::*;
use crate::evidence::seconds;
use crate::facts::{
    Rotation, held_evidence, is_of_removed_member, is_of_revision, leaves, no_clock,
};

/// How long the authority of service-ca lasts.
const SERVICE_CA: Span = Span::days(790);
/// With how much of it left it is renewed.
const SERVICE_CA_LEFT: Span = Span::days(395);
/// How much later than that is late.
const SERVICE_CA_MARGIN: Span = Span::days(14);

pub(super) static META: Meta = Meta {
    id: "certificates/rotation-late",
    title: "certificates that an operator should have renewed by now",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Certificates(&SECRET)],
    uses: &[Need::Kind(&NODE)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(now) = case.now() else { return Verdict::Unknown(no_clock()) };
    let (mut examined, mut findings) = (0, Vec::new());
    for (secret, held, leaf) in leaves(case) {
        let resource = secret.resource();
        let Some((due, margin)) = schedule(secret, leaf) else { continue };
        examined += 1;
        let is_late = Span::between(due, now) > margin && !leaf.is_expired(now);
        if is_late
            && !is_of_revision(case, resource)
            && !is_of_removed_member(case, resource.namespace(), resource.name())
        {
            findings.push(finding(secret, held, leaf, due, now));
        }
    }
    Verdict::over(examined, findings, "no Secret says when its certificate is to be renewed")
}

/// When a certificate is due, and how much later it is late.
fn schedule(secret: Secret<'_>, leaf: &Certificate) -> Option<(Time, Span)> {
    let resource = secret.resource();
    if (resource.namespace(), resource.name()) == ("openshift-service-ca", "signing-key") {
        let validity = Span::between(leaf.not_before, leaf.not_after);
        let is_usual = (validity.seconds() - SERVICE_CA.seconds()).abs() < 86_400;
        let due = leaf.not_after.as_second() - SERVICE_CA_LEFT.seconds();
        return is_usual.then_some((Time::from_second(due).ok()?, SERVICE_CA_MARGIN));
    }
    let rotation = Rotation::of(resource)?;
    let validity = rotation.validity().seconds();
    let due = Time::from_second(rotation.not_after.as_second() - validity / 5).ok()?;
    let margin = Span::minutes((validity / 50 / 60).max(120));
    (validity > 0).then_some((due, margin))
}

fn finding(secret: Secret<'_>, held: &Held, leaf: &Certificate, due: Time, now: Time) -> Finding {
    let resource = secret.resource();
    let (namespace, name) = (resource.namespace(), resource.name());
    let late = Span::between(due, now);
    let left = Span::between(now, leaf.not_after);
    let validity = Span::between(leaf.not_before, leaf.not_after);
    let is_close = left.seconds() < validity.seconds() / 20;
    let note = format!("due {}, expires {}", seconds(due), seconds(leaf.not_after));
    let summary = format!(
        "the certificate of Secret {namespace}/{name} should have been renewed {late} before the \
         collection and expires {left} after it"
    );
    Finding::new(Subject::view(secret), summary, held_evidence(resource, held, note))
        .severity(if is_close { Severity::Error } else { Severity::Warning })
        .shares(Common::Namespace, namespace)
        .since(Some(due))
        .why(
            "Its operator renews it at a fixed share of its time. That it has not means that the \
             operator does not do its work; when the certificate expires, connections fail.",
        )
        .saying(format!("certificate {namespace} {name}"))
        .remedy(
            Remedy::new("See why the operator that owns the certificate does not renew it.")
                .command(format!("oc describe secret {name} -n {namespace}"))
                .command("oc get clusteroperators")
                .verify(format!(
                    "oc get secret {name} -n {namespace} -o jsonpath='{{.data.tls\\.crt}}' \
                     | base64 -d | openssl x509 -noout -dates"
                )),
        )
}
