//! ClusterOperators waiting for a lower run level of the update.
//!
//! The run levels are taken from the manifests of recent releases.
//!
//! - openshift/enhancements `dev-guide/cluster-version-operator/dev/operators.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Info, Context, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION), Need::Kind(&CLUSTER_OPERATOR)])
    .check(check)
    .why(
        "A release is applied run level by run level. An operator at a level that the update \
         has not reached is still at its old version. This is expected and does not need to be \
         investigated.",
    )
    .fix(
        "No action needed for these operators. Check the operators at the run level where the \
         update waits.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let is_updating =
        cx.cluster_version().and_then(UpdatePhase::of).is_some_and(UpdatePhase::is_updating);
    if !is_updating {
        return Err(not_applicable("no update is in progress"));
    }
    let platform: Vec<_> =
        cx.all::<ClusterOperator<'_>>().filter(|operator| operator.is_platform()).collect();
    let Some(level) = blocking_level(cx) else {
        return Ok(Checked::over(platform.len(), Vec::new()));
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
    Ok(Checked::over(platform.len(), findings.into_iter()))
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
            .evidence(rest.iter().copied().take(4).map(place)),
    )
}
