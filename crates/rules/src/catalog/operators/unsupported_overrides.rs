//! Operator with unsupportedConfigOverrides.
//!
//! Non-production installations set some overrides themselves, for example etcd without a quorum on
//! small clusters.
//!
//! - openshift/library-go `pkg/operator/unsupportedconfigoverridescontroller`
//! - <https://github.com/okd-project/okd/issues/2325>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Context, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_OPERATOR)])
    .reads(OPERATOR_USES)
    .check(check)
    .why(
        "spec.unsupportedConfigOverrides is merged into an operator's configuration as is. It \
         is intended for development and not supported: it may stop working in any release, can \
         cause unexpected behavior, and blocks minor version updates while it is set.",
    )
    .fix("Remove the overrides, or find out why they were set.");

const WHY: &str = "The overrides are merged into the operator's configuration as is. They may \
                   stop working in any release, and minor version updates are blocked while they \
                   are set.";

fn check(cx: &RuleContext<'_>) -> Judged {
    let operators: Vec<_> = cx.all::<Operator<'_>>().collect();
    let mut findings: Vec<_> = operators
        .iter()
        .filter_map(|operator| Some(finding(cx, *operator, operator.unsupported_overrides()?)))
        .collect();
    findings.extend(
        cx.all::<ClusterOperator<'_>>()
            .filter(|summary| {
                !operators.iter().any(|own| own.cluster_operator() == Some(summary.name()))
            })
            .filter_map(by_summary),
    );
    if operators.is_empty() && findings.is_empty() {
        let what = "the operator resources in operator.openshift.io were not collected";
        let command = "oc adm inspect clusteroperators";
        return Err(NotJudged::from(Gap::new(GapKind::NotCollected, what).command(command)));
    }
    Ok(Checked::over(operators.len(), findings))
}

/// What a ClusterOperator reports about overrides if the operator's own resource was not collected.
fn by_summary(summary: ClusterOperator<'_>) -> Option<Finding> {
    let condition = blocks(summary)?;
    let name = summary.name();
    let detail = excerpt(&condition.message());
    let finding = Finding::new(
        Subject::view(summary),
        format!("ClusterOperator/{name} reports unsupportedConfigOverrides: {detail}"),
        Evidence::condition(summary.resource(), condition, "minor version updates are blocked"),
    );
    let remedy = Remedy::new("Remove the overrides from the operator's own resource.")
        .precondition("the overrides are no longer needed", Proof::ByHand(String::new()));
    let finding = finding.why(WHY).since(condition.since()).keywords(condition.message());
    Some(finding.remedy(remedy))
}

/// The condition by which overrides block the next minor version.
fn blocks(summary: ClusterOperator<'_>) -> Option<Condition<'_>> {
    summary
        .condition("Upgradeable")
        .filter(|c| c.is_false() && c.reason().contains("UnsupportedConfigOverrides"))
}

fn finding<'s>(cx: &RuleContext<'s>, operator: Operator<'s>, overrides: Value<'s>) -> Finding {
    let key = operator.resource().key();
    let place = format!("{}/{}", key.kind.qualified(), key.name);
    let names: Vec<_> = overrides.entries().map(|(name, _)| name.to_string()).collect();
    let blocked = operator
        .cluster_operator()
        .and_then(|name| cx.find::<ClusterOperator<'s>>("", name))
        .and_then(|summary| {
            let condition = summary.condition("Upgradeable").filter(|c| c.is_false())?;
            condition
                .reason()
                .contains("UnsupportedConfigOverrides")
                .then_some((summary, condition))
        });
    Finding::new(
        Subject::view(operator),
        format!("{place} has unsupportedConfigOverrides: {}", name_list(&names)),
        Evidence::field(
            operator.resource(),
            &["spec", "unsupportedConfigOverrides"],
            "the overrides",
        ),
    )
    .why(WHY)
    .keywords(names.join("\n"))
    .evidence(blocked.map(|(summary, condition)| {
        Evidence::condition(summary.resource(), condition, "minor version updates are blocked")
    }))
    .fix("Remove the overrides.")
    .run(format!("oc edit {place}"))
    .before("the overrides are no longer needed", Proof::ByHand(String::new()))
    .side_effect("the operator rolls out its operand again")
}
