//! Installation that has not completed.
//!
//! The logs of the bootstrap host are not part of a must-gather.
//!
//! - openshift/installer `docs/user/troubleshooting.md`
//! - openshift/oc `pkg/cli/admin/upgrade/status/controlplane.go`, `isTargetInstall`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .each(&[&CLUSTER_VERSION], |cx, object| {
        let version = ClusterVersion::of(object);
        match UpdatePhase::of(version).ok_or_else(|| cluster_version_gap("no history"))? {
            UpdatePhase::Installing(entry) => Ok(Some(finding(cx, version, entry))),
            UpdatePhase::Updating { .. } | UpdatePhase::Completed(_) => Ok(None),
        }
    })
    .note_until(Span::minutes(90))
    .why(
        "No version was ever completed. An installation takes 30 to 60 minutes, in which \
         operators are missing, not available or degraded until they are deployed; \
         PreconditionNotReady only means that they wait for the bootstrap. One that runs for more \
         than 90 minutes does not complete without intervention.",
    )
    .fix(
        "If the installation started recently, wait. Later check the operators that are not \
         available, and gather the bootstrap logs while the bootstrap host still exists.",
    )
    .run(&[
        "oc get clusteroperators",
        "openshift-install gather bootstrap --dir <installation directory>",
    ])
    .verify(&["openshift-install wait-for install-complete --dir <installation directory>"]);

fn finding<'s>(
    cx: &RuleContext<'s>,
    version: ClusterVersion<'s>,
    entry: HistoryEntry<'s>,
) -> Finding {
    let unavailable: Vec<_> = cx
        .all::<ClusterOperator<'s>>()
        .filter(|operator| operator.condition("Available").is_none_or(|it| !it.is_true()))
        .collect();
    let names: Vec<_> = unavailable.iter().map(|operator| operator.name()).collect();
    let age = cx.age(entry.started()).map(|age| format!(" for {age}")).unwrap_or_default();
    let rest = match name_list(&names) {
        none if none.is_empty() => none,
        names => format!("; not available: {names}"),
    };
    let waits_for_bootstrap = unavailable.iter().filter_map(|operator| {
        let condition = operator.condition("Available")?;
        let is_waiting = condition.message().contains("PreconditionNotReady");
        let note = "waits for bootstrap completion";
        is_waiting.then(|| Evidence::condition(operator.resource(), condition, note))
    });
    let finding = Finding::new(
        Subject::view(version),
        format!("installation of {} has been running{age}{rest}", entry.version()),
        Evidence::seen(version.resource(), entry.span(), "no history entry is Completed"),
    )
    .lasts_since(entry.started())
    .keywords(names.join("\n"))
    .evidence(version.condition("Progressing").map(|condition| {
        Evidence::condition(version.resource(), condition, excerpt(&condition.message()))
    }))
    .evidence(waits_for_bootstrap);
    let conditions =
        ["Progressing", "Failing"].into_iter().filter_map(|name| version.condition(name));
    conditions.map(Condition::message).fold(finding, Finding::keywords)
}
