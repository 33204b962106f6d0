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
    .check(|cx| Ok(check(cx)))
    .at_once("it stays until an administrator removes it")
    .why(
        "spec.unsupportedConfigOverrides is merged into an operator's configuration as is. It \
         is intended for development and not supported: it may stop working in any release, can \
         cause unexpected behavior, and blocks minor version updates while it is set.",
    )
    .fix("Remove the overrides from the operator's own resource, or find out why they were set.")
    .run(&["oc edit {resource}"])
    .verify(&["oc adm upgrade"])
    .side_effects(&["the operator rolls out its operand again"])
    .before(&[("the overrides are no longer needed", "")]);

fn check(cx: &RuleContext<'_>) -> Checked {
    let operators: Vec<_> = cx.all::<Operator<'_>>().collect();
    let is_known = |summary: &ClusterOperator<'_>| {
        operators.iter().any(|it| it.cluster_operator() == Some(summary.name()))
    };
    let own = operators.iter().filter_map(|it| by_own_object(cx, *it));
    let others = cx.all::<ClusterOperator<'_>>().filter(|it| !is_known(it)).filter_map(by_summary);
    let checked = Checked::over(operators.len(), own.chain(others));
    // A ClusterOperator that does not report overrides does not prove that there are none.
    let gap = operators.is_empty().then(|| {
        let what = "the operator resources in operator.openshift.io were not collected";
        Gap::new(GapKind::NotCollected, what).command("oc adm inspect clusteroperators")
    });
    checked.or_unknown(gap)
}

/// The condition by which overrides block the next minor version.
fn blocks(summary: ClusterOperator<'_>) -> Option<Condition<'_>> {
    summary
        .condition("Upgradeable")
        .filter(|it| it.is_false() && it.reason().contains("UnsupportedConfigOverrides"))
}

fn evidence(summary: ClusterOperator<'_>, condition: Condition<'_>) -> Evidence {
    Evidence::condition(summary.resource(), condition, "minor version updates are blocked")
}

fn by_own_object<'s>(cx: &RuleContext<'s>, operator: Operator<'s>) -> Option<Finding> {
    let overrides = operator.unsupported_overrides()?;
    let key = operator.resource().key();
    let resource = format!("{}/{}", key.kind.qualified(), key.name);
    let names: Vec<_> = overrides.entries().map(|(name, _)| name).collect();
    let reported = operator
        .cluster_operator()
        .and_then(|name| cx.find::<ClusterOperator<'s>>("", name))
        .and_then(|summary| Some(evidence(summary, blocks(summary)?)));
    let field = &["spec", "unsupportedConfigOverrides"];
    let finding = Finding::new(
        Subject::view(operator),
        format!("{resource} has unsupportedConfigOverrides: {}", name_list(&names)),
        Evidence::field(operator.resource(), field, "the overrides"),
    );
    Some(finding.evidence(reported).with("resource", resource).keywords(names.join("\n")))
}

/// What a ClusterOperator reports about overrides if the operator's own resource was not collected.
fn by_summary(summary: ClusterOperator<'_>) -> Option<Finding> {
    let condition = blocks(summary)?;
    let (name, detail) = (summary.name(), excerpt(&condition.message()));
    let finding = Finding::new(
        Subject::view(summary),
        format!("ClusterOperator/{name} reports unsupportedConfigOverrides: {detail}"),
        evidence(summary, condition),
    );
    Some(finding.since(condition.since()).keywords(condition.message()))
}
