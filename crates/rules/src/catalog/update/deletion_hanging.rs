//! Stuck resource deletion that blocks minor version updates.
//!
//! A deletion that has run for less than an hour is normal and is not reported. Releases from 4.21
//! on use a different message, of which only the beginning is known.
//!
//! - openshift/cluster-version-operator `pkg/cvo/upgradeable.go` (up to 4.20),
//!   `pkg/risk/deletion/deletion.go`, `lib/resourcedelete/helper.go`

use crate::catalog::prelude::*;

/// How long a deletion may normally take.
const USUAL: Span = Span::hours(1);

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .check(check)
    .why(
        "A release can make the cluster-version operator delete resources of older releases. \
         While such a deletion is stuck, usually because a finalizer is not removed, the \
         cluster cannot be updated to another minor version.",
    )
    .fix(
        "Check the finalizers of the objects listed in the message and fix the controllers that \
         should remove them.",
    )
    .run(&["oc get <kind> <name> -o yaml"])
    .verify(&["oc adm upgrade"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(version) = cx.cluster_version() else {
        return Err(not_applicable("no ClusterVersion/version in the archive"));
    };
    let findings: Vec<_> = version
        .condition("Upgradeable")
        .filter(|condition| condition.is_false() && cx.is_older(condition.since(), USUAL))
        .and_then(|condition| Some(finding(version, condition, &resources(condition)?)))
        .into_iter()
        .collect();
    Ok(Checked::over(1, findings))
}

/// The objects in `... while resource deletions are in progress; resources=<a>,<b>`; None when the
/// condition is about something else.
fn resources(condition: Condition<'_>) -> Option<Vec<String>> {
    let message = condition.message();
    let (_, rest) = message
        .split_once("resource deletions are in progress; resources=")
        .or_else(|| message.split_once("resource deletions are in progress"))?;
    let list = rest.lines().next().unwrap_or_default();
    Some(list.split(',').map(str::trim).filter(|it| is_shell_safe(it)).map(str::to_owned).collect())
}

fn finding(version: ClusterVersion<'_>, condition: Condition<'_>, resources: &[String]) -> Finding {
    let what = match resources {
        [] => "an object of an older release".to_owned(),
        [one] => one.clone(),
        many => format!("{}: {}", pluralize(many.len(), "object"), name_list(many)),
    };
    Finding::new(
        Subject::view(version),
        format!("deletion of {what} is stuck and blocks updates to the next minor version"),
        Evidence::condition(version.resource(), condition, "the pending deletions"),
    )
    .likely("a finalizer is the usual cause, but the object itself was not checked")
    .since(condition.since())
    .keywords("ResourceDeletesInProgress")
    .keywords(condition.message())
    .explains(Subject::view(version), "resource deletions are in progress")
}
