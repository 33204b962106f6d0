//! ClusterOperators waiting for a lower run level of the update.
//!
//! The run levels are taken from the manifests of recent releases.
//!
//! - openshift/enhancements `dev-guide/cluster-version-operator/dev/operators.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Info, Context, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION), Need::Kind(&CLUSTER_OPERATOR)])
    .check(check)
    .at_once("it is a note at any age")
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
    let version = cx.required::<ClusterVersion<'_>>("", "version")?;
    if !is_updating(cx) {
        return Err(not_applicable("no update is in progress"));
    }
    let platform: Vec<_> = cx.all::<ClusterOperator<'_>>().filter(|it| it.is_platform()).collect();
    let blocking = blocking_level(cx);
    let is_waiting = |operator: &&ClusterOperator<'_>| {
        blocking.is_some_and(|level| run_level(operator.name()) > level)
            && matches!(operator_state(cx, **operator, blocking), OperatorState::Waiting)
    };
    let waiting: Vec<_> = platform.iter().filter(is_waiting).copied().collect();
    let finding = blocking.and_then(|level| finding(version, &waiting, level));
    Ok(Checked::over(platform.len(), finding))
}

fn finding(
    version: ClusterVersion<'_>,
    waiting: &[ClusterOperator<'_>],
    level: RunLevel,
) -> Option<Finding> {
    let names: Vec<_> = waiting.iter().map(|operator| operator.name()).collect();
    let mut places = waiting.iter().take(5).map(|operator| {
        let note = format!("{}, run level {}", operator.name(), run_level(operator.name()).0);
        Evidence::field(operator.resource(), &["status", "versions"], note)
    });
    let verb = if names.len() == 1 { "waits" } else { "wait" };
    let summary = format!(
        "{} {verb} until {} has completed run level {}",
        name_list(&names),
        current_operation(version),
        level.0
    );
    Some(Finding::new(Subject::view(version), summary, places.next()?).evidence(places))
}
