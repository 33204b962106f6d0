//! Update started before the previous one completed.
//!
//! - openshift/oc `pkg/cli/admin/upgrade/status/controlplane.go`, `versionsFromHistory`
//! - openshift/cluster-version-operator `pkg/cvo/status.go`, `mergeOperatorHistory`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Context, OpenShift)
    .each(&[&CLUSTER_VERSION], |cx, object| {
        let history: Vec<_> = ClusterVersion::of(object).history().collect();
        let [present, before, older @ ..] = history.as_slice() else {
            return Err(not_applicable("the cluster has not been updated yet"));
        };
        // An entry that was abandoned also has a completionTime: only its state shows it.
        let completed = older
            .iter()
            .find(|entry| entry.state() == UpdateState::Completed)
            .filter(|_| before.state() == UpdateState::Partial);
        let severity = if is_updating(cx) { Warning } else { Info };
        Ok(completed.map(|it| finding(object, *present, *before, *it).severity(severity)))
    })
    .at_once("the history does not change afterwards")
    .why(
        "The previous update was abandoned before it completed, so parts of the cluster may \
         still run the version before that. The version change of these parts is larger than \
         the history of the two releases shows.",
    )
    .fix(
        "Let the current update complete and do not roll back. The last completed version shows \
         what the oldest parts run.",
    )
    .run(&["oc adm upgrade"]);

fn finding(
    version: &Resource,
    present: HistoryEntry<'_>,
    before: HistoryEntry<'_>,
    completed: HistoryEntry<'_>,
) -> Finding {
    Finding::new(
        Subject::of(version),
        format!(
            "the update to {} was started before the update to {} completed (last completed \
             version before them: {})",
            present.version(),
            before.version(),
            completed.version()
        ),
        Evidence::seen(version, before.span(), "this update never completed"),
    )
    .since(present.started())
    .evidence([Evidence::seen(version, completed.span(), "the last completed version")])
}
