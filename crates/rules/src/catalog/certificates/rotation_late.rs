//! Overdue certificate rotation.
//!
//! Only certificates with rotation dates in their annotations and the service-ca CA are checked. A
//! cluster that was shut down and started again looks like this until it has renewed everything.
//!
//! - openshift/library-go `pkg/operator/certrotation/signer.go`, `target.go` (renewed at 80 % of the validity)
//! - openshift/service-ca-operator `pkg/operator/rotate.go`, `starter.go` (790 days, renewed with 395 left)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .certificate(|cx, leaf| {
        let now = collection_time(cx)?;
        let none = || not_applicable("no operator rotates a certificate");
        let (due, margin) = schedule(leaf).ok_or_else(none)?;
        let late = Span::between(due, now);
        if late <= margin || leaf.is_expired(now) || is_abandoned(cx, leaf.secret.resource()) {
            return Ok(None);
        }
        let remaining = Span::between(now, leaf.not_after);
        let validity = Span::between(leaf.not_before, leaf.not_after);
        let is_close = remaining.seconds() < validity.seconds() / 20;
        let summary = format!(
            "certificate in Secret {} was due for renewal {late} before the collection and expires \
             {remaining} after it",
            leaf.place()
        );
        let note = format!("due {}, expires {}", seconds(due), seconds(leaf.not_after));
        let finding = leaf.finding(summary, note).since(Some(due));
        let severity = if is_close { Error } else { Warning };
        Ok(Some(finding.severity(severity).group_by(GroupKey::Namespace, leaf.namespace())))
    })
    .reads(&[Need::Kind(&NODE)])
    .at_once("the margin of the schedule has passed")
    .why(
        "Operators renew their certificates after 80 % of the validity period, whether that \
         period is a day or ten years. A certificate past this point means that the operator is \
         not working, and the certificate will expire.",
    )
    .fix(
        "Check why the operator that owns the certificate does not renew it: its pod, its log, \
         its ClusterOperator.",
    )
    .run(&["oc describe secret {name} -n {namespace}", "oc get clusteroperators"])
    .verify(&[SHOW_DATES]);

/// When a certificate is due for renewal, and how long after that it is overdue.
fn schedule(leaf: LeafCertificate<'_>) -> Option<(Time, Span)> {
    if (leaf.namespace(), leaf.name()) == ("openshift-service-ca", "signing-key") {
        let validity = Span::between(leaf.not_before, leaf.not_after);
        let is_usual = (validity.seconds() - Span::days(790).seconds()).abs() < 86_400;
        let due = leaf.not_after.as_second() - Span::days(395).seconds();
        return is_usual.then_some((Time::from_second(due).ok()?, Span::days(14)));
    }
    let rotation = Rotation::of(leaf.secret.resource())?;
    let validity = rotation.validity().seconds();
    let due = Time::from_second(rotation.not_after.as_second() - validity / 5).ok()?;
    (validity > 0).then_some((due, Span::minutes((validity / 50 / 60).max(120))))
}
