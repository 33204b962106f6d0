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
    .check(check)
    .why(
        "managementState: Unmanaged stops an operator from changing anything. Its operand stays \
         as it is, its conditions are outdated or Unknown, and an update waits for it \
         indefinitely.",
    )
    .fix("Set the operator to Managed when the manual work on it is finished.");

fn check(cx: &RuleContext<'_>) -> Judged {
    let operators: Vec<_> = cx.all::<Operator<'_>>().collect();
    let mut findings: Vec<_> = operators
        .iter()
        .filter(|operator| operator.management_state() == "Unmanaged")
        .map(|operator| by_own_object(cx, *operator))
        .collect();
    let mut examined = operators.len();
    for summary in cx.all::<ClusterOperator<'_>>() {
        examined += 1;
        let known = operators.iter().any(|o| o.cluster_operator() == Some(summary.name()));
        let reports_it = ["Available", "Degraded", "Progressing"]
            .into_iter()
            .filter_map(|name| summary.condition(name))
            .find(|condition| condition.reason() == "Unmanaged");
        if let Some(condition) = reports_it.filter(|_| !known) {
            findings.push(by_summary(summary, condition));
        }
    }
    Ok(Checked::over(examined, findings))
}

fn by_own_object<'s>(cx: &RuleContext<'s>, operator: Operator<'s>) -> Finding {
    let key = operator.resource().key();
    let place = format!("{}/{}", key.kind.qualified(), key.name);
    let summary = operator
        .cluster_operator()
        .and_then(|name| cx.find::<ClusterOperator<'s>>("", name))
        .and_then(|summary| Some((summary, summary.condition("Available")?)));
    dressed(
        Finding::new(
            Subject::view(operator),
            format!("{place} is Unmanaged, so its operator changes nothing"),
            Evidence::field(operator.resource(), &["spec", "managementState"], "managementState"),
        )
        .evidence(summary.map(|(summary, condition)| {
            Evidence::condition(summary.resource(), condition, "status of its ClusterOperator")
        })),
        &place,
    )
    .keywords(operator.cluster_operator().unwrap_or_default())
}

fn by_summary(summary: ClusterOperator<'_>, condition: Condition<'_>) -> Finding {
    let name = summary.name();
    dressed(
        Finding::new(
            Subject::view(summary),
            format!("ClusterOperator/{name} reports that its operator is Unmanaged"),
            Evidence::condition(summary.resource(), condition, "reason Unmanaged"),
        ),
        "<resource>.operator.openshift.io/cluster",
    )
    .since(condition.since())
    .keywords(condition.reason())
    .keywords(condition.message())
}

fn dressed(finding: Finding, place: &str) -> Finding {
    finding
        .run(format!(
            "oc patch {place} --type=merge -p \
                     '{{\"spec\":{{\"managementState\":\"Managed\"}}}}'"
        ))
        .before("the manual work on the operator is finished", Proof::ByHand(String::new()))
        .side_effect("the operator reverts changes that were made manually meanwhile")
}
