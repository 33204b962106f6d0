//! An update that was begun over one that never completed.
//!
//! # Why it matters
//!
//! The version before was abandoned half-way, so parts of the cluster may still run the version
//! before that, and the step they take now is larger than the history of the two releases says.
//!
//! # What to do
//!
//! Let the present update complete; do not turn back. The last version that was complete says
//! what the oldest parts run.
//!
//! # Blind spots
//!
//! A superseded entry has a `completionTime` all the same: the time it was given up. Only its
//! state tells.
//!
//! # References
//!
//! - openshift/oc `pkg/cli/admin/upgrade/status/controlplane.go`, `versionsFromHistory`
//! - openshift/cluster-version-operator `pkg/cvo/status.go`, `mergeOperatorHistory`

use mustknow_gather::kinds::{CLUSTER_VERSION, ClusterVersion, HistoryEntry, UpdateState};

use crate::catalog::prelude::*;
use crate::facts::Update;

pub(super) static META: Meta = Meta {
    id: "update/superseded-partial",
    title: "an update that was begun over one that never completed",
    severity: Severity::Warning,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(version) = case.cluster_version() else {
        return Verdict::NotApplicable("there is no ClusterVersion/version".to_owned());
    };
    let history: Vec<_> = version.history().collect();
    let (Some(update), [present, before, older @ ..]) = (Update::of(version), history.as_slice())
    else {
        return Verdict::NotApplicable("there was no update yet".to_owned());
    };
    let complete = older.iter().find(|entry| entry.state() == UpdateState::Completed);
    let findings = match complete {
        Some(complete) if before.state() == UpdateState::Partial => {
            vec![finding(version, update, [*present, *before, *complete])]
        }
        _ => Vec::new(),
    };
    Verdict::over(1, findings, "")
}

fn finding(
    version: ClusterVersion<'_>,
    update: Update<'_>,
    [present, before, complete]: [HistoryEntry<'_>; 3],
) -> Finding {
    let severity = if update.is_updating() { Severity::Warning } else { Severity::Info };
    Finding::new(
        Subject::view(version),
        format!(
            "the update to {} was begun before the one to {} was complete; the last complete \
             version before is {}",
            present.version(),
            before.version(),
            complete.version()
        ),
        Evidence::seen(version.resource(), before.span(), "it never completed"),
    )
    .severity(severity)
    .why(
        "What the abandoned update did not reach still runs the last complete version, so the \
         cluster may run parts of three versions until the present update is complete.",
    )
    .since(present.started())
    .evidence([Evidence::seen(
        version.resource(),
        complete.span(),
        "the last complete version",
    )])
}
