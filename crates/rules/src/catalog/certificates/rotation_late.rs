//! Overdue certificate rotation.
//!
//! Only certificates with rotation dates in their annotations and the service-ca CA are checked.
//! The number of remaining days is not a criterion. A cluster that was shut down and started again
//! renews everything within some minutes, and looks like this until then. Copies for static pod
//! revisions are ignored.
//!
//! - openshift/library-go `pkg/operator/certrotation/signer.go`, `target.go` (renewed at 80 % of the validity)
//! - openshift/service-ca-operator `pkg/operator/rotate.go`, `starter.go` (790 days, renewed with 395 left)

use crate::catalog::prelude::*;

/// The validity period of the service-ca CA.
const SERVICE_CA: Span = Span::days(790);
/// The remaining validity at which it is renewed.
const SERVICE_CA_REMAINING: Span = Span::days(395);
/// How long after that the renewal is overdue.
const SERVICE_CA_MARGIN: Span = Span::days(14);

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Certificates(&SECRET)])
    .reads(&[Need::Kind(&NODE)])
    .check(check)
    .why(
        "Operators renew their certificates after 80 % of the validity period, whether that \
         period is a day or ten years. A certificate past this point means that the operator is \
         not working, and the certificate will expire.",
    )
    .fix(
        "Check why the operator that owns the certificate does not renew it: its pod, its log, \
         its ClusterOperator.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(now) = cx.now() else { return Err(NotJudged::from(clock_gap())) };
    let (mut examined, mut findings) = (0, Vec::new());
    for (secret, certificate_ref, leaf) in leaf_certificates(cx) {
        let resource = secret.resource();
        let Some((due, margin)) = schedule(secret, leaf) else { continue };
        examined += 1;
        let is_late = Span::between(due, now) > margin && !leaf.is_expired(now);
        if is_late
            && !is_revision_copy(cx, resource)
            && !belongs_to_removed_member(cx, resource.namespace(), resource.name())
        {
            findings.push(finding(secret, certificate_ref, leaf, due, now));
        }
    }
    Ok(Checked::over(examined, findings))
}

/// When a certificate is due for renewal, and how long after that it is overdue.
fn schedule(secret: Secret<'_>, leaf: &Certificate) -> Option<(Time, Span)> {
    let resource = secret.resource();
    if (resource.namespace(), resource.name()) == ("openshift-service-ca", "signing-key") {
        let validity = Span::between(leaf.not_before, leaf.not_after);
        let is_usual = (validity.seconds() - SERVICE_CA.seconds()).abs() < 86_400;
        let due = leaf.not_after.as_second() - SERVICE_CA_REMAINING.seconds();
        return is_usual.then_some((Time::from_second(due).ok()?, SERVICE_CA_MARGIN));
    }
    let rotation = Rotation::of(resource)?;
    let validity = rotation.validity().seconds();
    let due = Time::from_second(rotation.not_after.as_second() - validity / 5).ok()?;
    let margin = Span::minutes((validity / 50 / 60).max(120));
    (validity > 0).then_some((due, margin))
}

fn finding(
    secret: Secret<'_>,
    certificate_ref: &CertificateRef,
    leaf: &Certificate,
    due: Time,
    now: Time,
) -> Finding {
    let resource = secret.resource();
    let (namespace, name) = (resource.namespace(), resource.name());
    let late = Span::between(due, now);
    let remaining = Span::between(now, leaf.not_after);
    let validity = Span::between(leaf.not_before, leaf.not_after);
    let is_close = remaining.seconds() < validity.seconds() / 20;
    let note = format!("due {}, expires {}", seconds(due), seconds(leaf.not_after));
    let summary = format!(
        "certificate in Secret {namespace}/{name} was due for renewal {late} before the collection \
         and expires {remaining} after it"
    );
    Finding::new(
        Subject::view(secret),
        summary,
        certificate_evidence(resource, certificate_ref, note),
    )
    .severity(if is_close { Error } else { Warning })
    .group_by(GroupKey::Namespace, namespace)
    .since(Some(due))
    .keywords(format!("certificate {namespace} {name}"))
    .run(format!("oc describe secret {name} -n {namespace}"))
    .run("oc get clusteroperators")
    .verify(format!(
        "oc get secret {name} -n {namespace} -o jsonpath='{{.data.tls\\.crt}}' \
                     | base64 -d | openssl x509 -noout -dates"
    ))
}
