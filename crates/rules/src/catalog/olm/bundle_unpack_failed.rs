//! A bundle of an operator that cannot be unpacked.
//!
//! # Why it matters
//!
//! A Job unpacks the image of the bundle before the operator is installed or updated. While it fails,
//! nothing of its namespace is; what runs goes on running.
//!
//! # What to do
//!
//! Make the image of the bundle reachable (registry, mirror, pull secret, proxy), then delete the
//! failed Job with the ConfigMap of the same name, so that it is tried again.
//!
//! # Blind spots
//!
//! Newer versions try again by themselves; a condition may stand for a short time after the cause is
//! mended.
//!
//! # References
//!
//! - operator-framework/operator-lifecycle-manager `pkg/controller/bundle/bundle_unpacker.go`
//!   (`JobFailed`, `DeadlineExceeded`), `pkg/controller/operators/catalog/operator.go`
//!   (`BundleUnpackFailed`, `ErrorPreventedUnpacking`)

use mustknow_gather::kinds::{SUBSCRIPTION, Subscription};

use crate::catalog::prelude::*;
use crate::facts::{Complaints, Patience, excerpt, few, severity_in};

/// How long an attempt may take.
const GRACE: Span = Span::minutes(15);

pub(super) static META: Meta = Meta {
    id: "olm/bundle-unpack-failed",
    title: "a bundle of an operator that cannot be unpacked",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&SUBSCRIPTION)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let examined = case.all::<Subscription<'_>>().count();
    let alike = |subscription: Subscription<'_>, message: &str| {
        format!("{} {message}", subscription.resource().namespace())
    };
    let findings = Complaints::all(case, "BundleUnpackFailed", alike)
        .iter()
        .filter_map(|complaints| finding(case, complaints))
        .collect();
    Verdict::over(examined, findings, "no Subscription in the archive")
}

fn finding(case: &Case<'_>, complaints: &Complaints<'_>) -> Option<Finding> {
    let patience = complaints.patience(case, GRACE);
    let (reason, message) = complaints.words();
    let namespaces = complaints.namespaces();
    let namespace = namespaces.first().filter(|_| patience != Patience::Young)?;
    let names = complaints.names();
    let mut evidence = complaints.evidence().into_iter();
    let what = format!("for Subscription {} in {namespace}", few(&names));
    let finding = Finding::new(
        complaints.subject(|| Subject::cluster("Namespace", *namespace)),
        format!("the bundle {what} cannot be unpacked: {}", excerpt(&message)),
        evidence.next()?,
    )
    .since(complaints.since())
    .saying(format!("{reason}: {message}"))
    .evidence(evidence)
    .why("Without its bundle the operator is neither installed nor updated.")
    .remedy(
        Remedy::new(
            "Make the image of the bundle reachable, then delete the failed Job and the ConfigMap of \
             the same name in the catalog's namespace.",
        )
        .command("oc get jobs,pods -n openshift-marketplace")
        .before("the image can be pulled", Proof::ByHand(String::new()))
        .verify(format!("oc get subscriptions -n {namespace} -o yaml")),
    );
    Some(patience.weigh(finding, severity_in(case, namespace, META.severity)))
}
