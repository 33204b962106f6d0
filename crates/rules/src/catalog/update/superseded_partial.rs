//! Update started before the previous one completed.
//!
//! # Why it matters
//!
//! The previous update was abandoned before it completed, so parts of the cluster may still run the
//! version before that. The version change of these parts is larger than the history of the two
//! releases shows.
//!
//! # What to do
//!
//! Let the current update complete and do not roll back. The last completed version shows what the
//! oldest parts run.
//!
//! # Blind spots
//!
//! A superseded entry also has a `completionTime`: the time when it was abandoned. Only its state
//! shows that it did not complete.
//!
//! # References
//!
//! - openshift/oc `pkg/cli/admin/upgrade/status/controlplane.go`, `versionsFromHistory`
//! - openshift/cluster-version-operator `pkg/cvo/status.go`, `mergeOperatorHistory`

use mustknow_cluster::model::kinds::CLUSTER_VERSION;
use mustknow_cluster::views::{ClusterVersion, HistoryEntry, UpdatePhase, UpdateState};

use crate::catalog::prelude::*;

pub(super) static META: Meta = Meta {
    id: "update/superseded-partial",
    title: "update started before the previous one completed",
    severity: Severity::Warning,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let Some(version) = cx.cluster_version() else {
        return Verdict::NotApplicable("no ClusterVersion/version in the archive".to_owned());
    };
    let history: Vec<_> = version.history().collect();
    let (Some(update), [present, before, older @ ..]) =
        (UpdatePhase::of(version), history.as_slice())
    else {
        return Verdict::NotApplicable("the cluster has not been updated yet".to_owned());
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
    update: UpdatePhase<'_>,
    [present, before, complete]: [HistoryEntry<'_>; 3],
) -> Finding {
    let severity = if update.is_updating() { Severity::Warning } else { Severity::Info };
    Finding::new(
        Subject::view(version),
        format!(
            "the update to {} was started before the update to {} completed (last completed \
             version before them: {})",
            present.version(),
            before.version(),
            complete.version()
        ),
        Evidence::seen(version.resource(), before.span(), "this update never completed"),
    )
    .severity(severity)
    .why(
        "Parts that the abandoned update did not reach still run the last completed version, so \
         the cluster may run parts of three versions until the current update completes.",
    )
    .since(present.started())
    .evidence([Evidence::seen(
        version.resource(),
        complete.span(),
        "the last completed version",
    )])
}
