//! Update started before the previous one completed.
//!
//! A superseded entry also has a `completionTime`: the time when it was abandoned. Only its state
//! shows that it did not complete.
//!
//! - openshift/oc `pkg/cli/admin/upgrade/status/controlplane.go`, `versionsFromHistory`
//! - openshift/cluster-version-operator `pkg/cvo/status.go`, `mergeOperatorHistory`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Context, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .check(check)
    .why(
        "The previous update was abandoned before it completed, so parts of the cluster may \
         still run the version before that. The version change of these parts is larger than \
         the history of the two releases shows.",
    )
    .fix(
        "Let the current update complete and do not roll back. The last completed version shows \
         what the oldest parts run.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(version) = cx.cluster_version() else {
        return Err(not_applicable("no ClusterVersion/version in the archive"));
    };
    let history: Vec<_> = version.history().collect();
    let (Some(update), [present, before, older @ ..]) =
        (UpdatePhase::of(version), history.as_slice())
    else {
        return Err(not_applicable("the cluster has not been updated yet"));
    };
    let complete = older.iter().find(|entry| entry.state() == UpdateState::Completed);
    let findings = match complete {
        Some(complete) if before.state() == UpdateState::Partial => {
            vec![finding(version, update, [*present, *before, *complete])]
        }
        _ => Vec::new(),
    };
    Ok(Checked::over(1, findings))
}

fn finding(
    version: ClusterVersion<'_>,
    update: UpdatePhase<'_>,
    [present, before, complete]: [HistoryEntry<'_>; 3],
) -> Finding {
    let severity = if update.is_updating() { Warning } else { Info };
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
    .since(present.started())
    .evidence([Evidence::seen(
        version.resource(),
        complete.span(),
        "the last completed version",
    )])
}
