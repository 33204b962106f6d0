//! Operator set to Unmanaged.
//!
//! Only operators with a known resource in `operator.openshift.io` are checked, and operators with
//! a ClusterOperator that reports `Unmanaged`. `Removed` is a normal choice and is not reported.
//!
//! - openshift/api `operator/v1/types.go`, `ManagementState`
//! - openshift/library-go `pkg/operator/status/status_controller.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Context, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_OPERATOR)])
    .reads(OPERATOR_USES)
    .check(|cx| Ok(check(cx)))
    .at_once("it stays until an administrator changes it")
    .why(
        "managementState: Unmanaged stops an operator from changing anything. Its operand stays \
         as it is, its conditions are outdated or Unknown, and an update waits for it \
         indefinitely.",
    )
    .fix("Set the operator to Managed when the manual work on it is finished.")
    .run(&["oc patch {resource} --type=merge -p '{\"spec\":{\"managementState\":\"Managed\"}}'"])
    .verify(&["oc get clusteroperators"])
    .side_effects(&["the operator reverts changes that were made manually meanwhile"])
    .before(&[("the manual work on the operator is finished", "")]);

fn check(cx: &RuleContext<'_>) -> Checked {
    let operators: Vec<_> = cx.all::<Operator<'_>>().collect();
    let summaries: Vec<_> = cx.all::<ClusterOperator<'_>>().collect();
    let unmanaged = operators.iter().filter(|it| it.management_state() == "Unmanaged");
    let others = summaries.iter().filter(|summary| {
        !operators.iter().any(|it| it.cluster_operator() == Some(summary.name()))
    });
    let findings =
        unmanaged.map(|it| by_own_object(cx, *it)).chain(others.filter_map(|it| by_summary(*it)));
    Checked::over(operators.len() + summaries.len(), findings)
}

fn by_own_object<'s>(cx: &RuleContext<'s>, operator: Operator<'s>) -> Finding {
    let key = operator.resource().key();
    let resource = format!("{}/{}", key.kind.qualified(), key.name);
    let name = operator.cluster_operator().unwrap_or_default();
    let reported = cx.find::<ClusterOperator<'s>>("", name).and_then(|summary| {
        let (condition, note) = (summary.condition("Available")?, "status of its ClusterOperator");
        Some(Evidence::condition(summary.resource(), condition, note))
    });
    let field = &["spec", "managementState"];
    Finding::new(
        Subject::view(operator),
        format!("{resource} is Unmanaged, so its operator changes nothing"),
        Evidence::field(operator.resource(), field, "managementState"),
    )
    .evidence(reported)
    .with("resource", resource)
    .keywords(name)
}

/// What a ClusterOperator reports if the operator's own resource was not collected.
fn by_summary(summary: ClusterOperator<'_>) -> Option<Finding> {
    let condition = ["Available", "Degraded", "Progressing"]
        .into_iter()
        .filter_map(|of_type| summary.condition(of_type))
        .find(|condition| condition.reason() == "Unmanaged")?;
    let finding = Finding::new(
        Subject::view(summary),
        format!("ClusterOperator/{} reports that its operator is Unmanaged", summary.name()),
        Evidence::condition(summary.resource(), condition, "reason Unmanaged"),
    );
    Some(
        finding.since(condition.since()).keywords(condition.reason()).keywords(condition.message()),
    )
}
