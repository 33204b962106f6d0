//! ClusterOperators that take longer than expected to update.
//!
//! Releases before 4.16 do not report slow operators here: for them, `operators/rollout-stuck` and
//! `update/stalled` use the times in the archive.
//!
//! - openshift/cluster-version-operator `pkg/cvo/status.go`,
//!   `convertErrorToProgressingForUpdateEffectNone`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .check(|cx| {
        let is_slow = |failure: &UpdateFailure<'_>| {
            matches!(&*failure.reason, "SlowClusterOperator" | "ClusterOperatorUpdating")
        };
        UpdateProblem::judge(cx, is_slow, finding)
    })
    .at_once("the cluster-version operator has already waited for 30 or 90 minutes")
    .why(
        "Since release 4.16 the cluster-version operator sets Failing to Unknown with reason \
         SlowClusterOperator when an operator has been changing its version for more than 30 \
         minutes, or machine-config for more than 90 minutes. This is not necessarily a \
         failure: large clusters take longer.",
    )
    .fix(
        "Check the Progressing condition of the operator. Usually pods do not start or nodes do \
         not drain.",
    )
    .verify(&["oc adm upgrade"]);

fn finding(problem: &UpdateProblem<'_>) -> Option<Finding> {
    let target = problem.version.desired_version();
    let slow = problem.blocking_operators(|it| {
        target.is_some() && it.object.is_some_and(|it| it.version("operator") == target)
    })?;
    let limit = match slow.as_slice() {
        [only] if only.name == "machine-config" => "90 minutes",
        _ => "30 minutes",
    };
    let (operation, operators) = (problem.operation(), NamedOperator::phrase(&slow));
    let summary = format!("{operation} has been waiting for {operators} for more than {limit}");
    Some(problem.finding_of_operators(&slow, "Progressing", summary))
}
