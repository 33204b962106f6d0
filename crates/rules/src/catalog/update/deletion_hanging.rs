//! A deletion of the cluster-version operator that does not end, and blocks updates.
//!
//! # Why it matters
//!
//! A release can tell the cluster-version operator to delete what older releases left behind. While
//! such a deletion hangs, mostly at a finalizer that nobody removes, the cluster may not be updated
//! to another minor version.
//!
//! # What to do
//!
//! Look at the finalizers of the objects the message names and mend whoever should remove them.
//!
//! # Blind spots
//!
//! A deletion younger than an hour is normal and no finding. Releases from 4.21 on say the same in
//! other words, of which the beginning is known.
//!
//! # References
//!
//! - openshift/cluster-version-operator `pkg/cvo/upgradeable.go` (up to 4.20),
//!   `pkg/risk/deletion/deletion.go`, `lib/resourcedelete/helper.go`

use mustknow_gather::kinds::{CLUSTER_VERSION, ClusterVersion, Condition};

use crate::catalog::prelude::*;
use crate::facts::{count, few, is_plain};

/// How long a deletion may take.
const USUAL: Span = Span::hours(1);

pub(super) static META: Meta = Meta {
    id: "update/deletion-hanging",
    title: "a deletion of the cluster-version operator that does not end",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(version) = case.cluster_version() else {
        return Verdict::NotApplicable("there is no ClusterVersion/version".to_owned());
    };
    let findings: Vec<_> = version
        .condition("Upgradeable")
        .filter(|condition| condition.is_false() && case.is_older(condition.since(), USUAL))
        .and_then(|condition| Some(finding(version, condition, &resources(condition)?)))
        .into_iter()
        .collect();
    Verdict::over(1, findings, "")
}

/// The objects in `... while resource deletions are in progress; resources=<a>,<b>`; None when the
/// condition is about something else.
fn resources(condition: Condition<'_>) -> Option<Vec<String>> {
    let message = condition.message();
    let (_, rest) = message
        .split_once("resource deletions are in progress; resources=")
        .or_else(|| message.split_once("resource deletions are in progress"))?;
    let list = rest.lines().next().unwrap_or_default();
    Some(list.split(',').map(str::trim).filter(|it| is_plain(it)).map(str::to_owned).collect())
}

fn finding(version: ClusterVersion<'_>, condition: Condition<'_>, resources: &[String]) -> Finding {
    let what = match resources {
        [] => "an object of an older release".to_owned(),
        [one] => one.clone(),
        many => format!("{}: {}", count(many.len(), "object"), few(many)),
    };
    Finding::new(
        Subject::view(version),
        format!("the deletion of {what} does not end, so the next minor version is blocked"),
        Evidence::condition(version.resource(), condition, "the deletions it waits for"),
    )
    .why(
        "The release asked for the deletion, and the object is still there: a finalizer waits for \
         a controller that does not run any more, or for something that cannot be removed.",
    )
    .likely("that a finalizer holds it up is what such deletions mostly wait for")
    .since(condition.since())
    .saying("ResourceDeletesInProgress")
    .saying(condition.message())
    .explains(Subject::view(version), "resource deletions are in progress")
    .remedy(
        Remedy::new(
            "Read metadata.finalizers of the object and mend the controller that should remove \
             them; take a finalizer away by hand only when nothing is left to clean up.",
        )
        .command("oc get <kind> <name> -o yaml")
        .verify("oc adm upgrade"),
    )
}
