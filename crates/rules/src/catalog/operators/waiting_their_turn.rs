//! ClusterOperators waiting for a lower run level of the update.
//!
//! # Why it matters
//!
//! A release is applied run level by run level. An operator at a level that the update has not
//! reached is still at its old version. This is expected and does not need to be investigated.
//!
//! # What to do
//!
//! No action needed for these operators. Check the operators at the run level where the update
//! waits.
//!
//! # Blind spots
//!
//! The run levels are taken from the manifests of recent releases.
//!
//! # References
//!
//! - openshift/enhancements `dev-guide/cluster-version-operator/dev/operators.md`

use mustknow_cluster::model::kinds::{CLUSTER_OPERATOR, CLUSTER_VERSION};
use mustknow_cluster::views::{ClusterOperator, UpdatePhase};

use crate::catalog::prelude::*;
use crate::domain::{
    OperatorState, RunLevel, blocking_level, current_operation, operator_state, run_level,
};
use crate::engine::name_list;

pub(super) static META: Meta = Meta {
    id: "operators/waiting-their-turn",
    title: "ClusterOperators waiting for a lower run level of the update",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION), Need::Kind(&CLUSTER_OPERATOR)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let is_updating =
        cx.cluster_version().and_then(UpdatePhase::of).is_some_and(UpdatePhase::is_updating);
    if !is_updating {
        return Verdict::NotApplicable("no update is in progress".to_owned());
    }
    let platform: Vec<_> =
        cx.all::<ClusterOperator<'_>>().filter(|operator| operator.is_platform()).collect();
    let Some(level) = blocking_level(cx) else {
        return Verdict::over(platform.len(), Vec::new(), "no ClusterOperator of the release");
    };
    let waiting: Vec<_> = platform
        .iter()
        .copied()
        .filter(|operator| run_level(operator.name()) > level)
        .filter(|operator| {
            matches!(operator_state(cx, *operator, Some(level)), OperatorState::Waiting)
        })
        .collect();
    let findings = finding(cx, &waiting, level);
    Verdict::over(
        platform.len(),
        findings.into_iter().collect(),
        "no ClusterOperator of the release",
    )
}

fn finding<'s>(
    cx: &RuleContext<'s>,
    waiting: &[ClusterOperator<'s>],
    level: RunLevel,
) -> Option<Finding> {
    let version = cx.cluster_version()?;
    let (first, rest) = waiting.split_first()?;
    let names: Vec<_> = waiting.iter().map(|operator| operator.name()).collect();
    let place = |operator: ClusterOperator<'s>| {
        let note = format!("{}, run level {}", operator.name(), run_level(operator.name()).0);
        Evidence::field(operator.resource(), &["status", "versions"], note)
    };
    let verb = if names.len() == 1 { "waits" } else { "wait" };
    let summary = format!(
        "{} {verb} until {} has completed run level {}",
        name_list(&names),
        current_operation(version),
        level.0
    );
    Some(
        Finding::new(Subject::view(version), summary, place(*first))
            .why(
                "A release is applied run level by run level. These operators have their old \
                 version because the update has not reached their level. This is expected.",
            )
            .evidence(rest.iter().copied().take(4).map(place)),
    )
}
