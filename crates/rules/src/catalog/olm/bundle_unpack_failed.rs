//! Failed operator bundle unpacking.
//!
//! # Why it matters
//!
//! A Job unpacks the bundle image before the operator is installed or updated. While it fails, no
//! operator of the namespace is installed or updated. Running operators continue to run.
//!
//! # What to do
//!
//! Make sure that the bundle image can be pulled (registry, mirror, pull secret, proxy). Then
//! delete the failed Job and the ConfigMap of the same name, so that unpacking is retried.
//!
//! # Blind spots
//!
//! Newer versions retry automatically. The condition may remain for a short time after the cause is
//! fixed.
//!
//! # References
//!
//! - operator-framework/operator-lifecycle-manager `pkg/controller/bundle/bundle_unpacker.go`
//!   (`JobFailed`, `DeadlineExceeded`), `pkg/controller/operators/catalog/operator.go`
//!   (`BundleUnpackFailed`, `ErrorPreventedUnpacking`)

use mustknow_cluster::model::kinds::SUBSCRIPTION;
use mustknow_cluster::views::Subscription;

use crate::catalog::prelude::*;
use crate::domain::SubscriptionConditions;
use crate::engine::{Persistence, excerpt, few, severity_in};

/// How long one attempt may take.
const GRACE: Span = Span::minutes(15);

pub(super) static META: Meta = Meta {
    id: "olm/bundle-unpack-failed",
    title: "failed operator bundle unpacking",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&SUBSCRIPTION)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let examined = cx.all::<Subscription<'_>>().count();
    let alike = |subscription: Subscription<'_>, message: &str| {
        format!("{} {message}", subscription.resource().namespace())
    };
    let findings = SubscriptionConditions::all(cx, "BundleUnpackFailed", alike)
        .iter()
        .filter_map(|complaints| finding(cx, complaints))
        .collect();
    Verdict::over(examined, findings, "no Subscription in the archive")
}

fn finding(cx: &RuleContext<'_>, complaints: &SubscriptionConditions<'_>) -> Option<Finding> {
    let persistence = complaints.persistence(cx, GRACE);
    let (reason, message) = complaints.words();
    let namespaces = complaints.namespaces();
    let namespace = namespaces.first().filter(|_| persistence != Persistence::WithinGrace)?;
    let names = complaints.names();
    let mut evidence = complaints.evidence().into_iter();
    let what = format!("for Subscription {} in {namespace}", few(&names));
    let finding = Finding::new(
        complaints.subject(|| Subject::cluster("Namespace", *namespace)),
        format!("the bundle {what} cannot be unpacked: {}", excerpt(&message)),
        evidence.next()?,
    )
    .since(complaints.since())
    .keywords(format!("{reason}: {message}"))
    .evidence(evidence)
    .why("Without its bundle the operator cannot be installed or updated.")
    .remedy(
        Remedy::new(
            "Make sure that the bundle image can be pulled, then delete the failed Job and the \
             ConfigMap of the same name in the catalog's namespace.",
        )
        .command("oc get jobs,pods -n openshift-marketplace")
        .before("the bundle image can be pulled", Proof::ByHand(String::new()))
        .verify(format!("oc get subscriptions -n {namespace} -o yaml")),
    );
    Some(persistence.weigh(finding, severity_in(cx, namespace, META.severity)))
}
