//! Operators that only wait for lower run levels of the update.
//!
//! # Why it matters
//!
//! A release is applied level by level. An operator whose level was not reached has its old
//! version and does nothing: that is how it should be, and no reason to look at it.
//!
//! # What to do
//!
//! Nothing; look at the operators of the level the update waits at.
//!
//! # Blind spots
//!
//! Run levels are those of the manifests of recent releases.
//!
//! # References
//!
//! - openshift/enhancements `dev-guide/cluster-version-operator/dev/operators.md`

use mustknow_gather::kinds::{CLUSTER_OPERATOR, CLUSTER_VERSION, ClusterOperator};

use crate::catalog::prelude::*;
use crate::facts::{
    OperatorState, RunLevel, Update, blocking_level, few, run_level, state_of, undertaking,
};

pub(super) static META: Meta = Meta {
    id: "operators/waiting-their-turn",
    title: "operators that only wait for lower run levels of the update",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION), Need::Kind(&CLUSTER_OPERATOR)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let is_updating = case.cluster_version().and_then(Update::of).is_some_and(Update::is_updating);
    if !is_updating {
        return Verdict::NotApplicable("no update runs".to_owned());
    }
    let platform: Vec<_> =
        case.all::<ClusterOperator<'_>>().filter(|operator| operator.is_platform()).collect();
    let Some(level) = blocking_level(case) else {
        return Verdict::over(platform.len(), Vec::new(), "no ClusterOperator of the release");
    };
    let waiting: Vec<_> = platform
        .iter()
        .copied()
        .filter(|operator| run_level(operator.name()) > level)
        .filter(|operator| matches!(state_of(case, *operator, Some(level)), OperatorState::Waiting))
        .collect();
    let findings = finding(case, &waiting, level);
    Verdict::over(
        platform.len(),
        findings.into_iter().collect(),
        "no ClusterOperator of the \
         release",
    )
}

fn finding<'s>(
    case: &Case<'s>,
    waiting: &[ClusterOperator<'s>],
    level: RunLevel,
) -> Option<Finding> {
    let version = case.cluster_version()?;
    let (first, rest) = waiting.split_first()?;
    let names: Vec<_> = waiting.iter().map(|operator| operator.name()).collect();
    let place = |operator: ClusterOperator<'s>| {
        let note = format!("{}, run level {}", operator.name(), run_level(operator.name()).0);
        Evidence::field(operator.resource(), &["status", "versions"], note)
    };
    let verb = if names.len() == 1 { "waits" } else { "wait" };
    let summary = format!(
        "{} {verb} until {} has passed run level {}",
        few(&names),
        undertaking(version),
        level.0
    );
    Some(
        Finding::new(Subject::view(version), summary, place(*first))
            .why(
                "A release is applied level by level. These operators have their old version \
                 because their level was not reached; nothing is wrong with them.",
            )
            .evidence(rest.iter().copied().take(4).map(place)),
    )
}
