//! Stuck resource deletion that blocks minor version updates.
//!
//! Releases from 4.21 on use a different message, of which only the beginning is known.
//!
//! - openshift/cluster-version-operator `pkg/cvo/upgradeable.go` (up to 4.20),
//!   `pkg/risk/deletion/deletion.go`, `lib/resourcedelete/helper.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .each(&[&CLUSTER_VERSION], |_, object| {
        let upgradeable = Condition::find(object, "Upgradeable").filter(|it| it.is_false());
        Ok(upgradeable.and_then(|it| Some(finding(object, it, &resources(&it.message())?))))
    })
    // What a deletion takes normally.
    .grace(Span::hours(1))
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

/// The objects in `... while resource deletions are in progress; resources=<a>,<b>`; None when the
/// message is about something else.
fn resources(message: &str) -> Option<Vec<&str>> {
    let (_, rest) = message.split_once("resource deletions are in progress")?;
    let list = rest.strip_prefix("; resources=").unwrap_or(rest).lines().next().unwrap_or_default();
    Some(list.split(',').map(str::trim).filter(|it| is_shell_safe(it)).collect())
}

fn finding(version: &Resource, condition: Condition<'_>, resources: &[&str]) -> Finding {
    let what = match resources {
        [] => "an object of an older release".to_owned(),
        [one] => (*one).to_owned(),
        many => format!("{}: {}", pluralize(many.len(), "object"), name_list(many)),
    };
    Finding::new(
        Subject::of(version),
        format!("deletion of {what} is stuck and blocks updates to the next minor version"),
        Evidence::condition(version, condition, "the pending deletions"),
    )
    .likely("a finalizer is the usual cause, but the object itself was not checked")
    .since(condition.since())
    .keywords("ResourceDeletesInProgress")
    .keywords(condition.message())
    .explains(Subject::of(version), "resource deletions are in progress")
}
