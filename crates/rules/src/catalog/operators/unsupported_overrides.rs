//! Settings of an operator that no support covers.
//!
//! # Why it matters
//!
//! `spec.unsupportedConfigOverrides` is merged into an operator's configuration as it is. It is
//! meant for development: no release promises to keep it working, it can explain odd behaviour,
//! and operators block minor updates while it is set.
//!
//! # What to do
//!
//! Remove the overrides, or know why they are there.
//!
//! # Blind spots
//!
//! Installations that are not meant for production set some of their own, as etcd without a
//! quorum on small clusters.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/unsupportedconfigoverridescontroller`
//! - <https://github.com/okd-project/okd/issues/2325>

use mustknow_gather::kinds::{CLUSTER_OPERATOR, ClusterOperator, Condition, Operator};
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::{OPERATOR_USES, excerpt, few};

pub(super) static META: Meta = Meta {
    id: "operators/unsupported-overrides",
    title: "settings of an operator that no support covers",
    severity: Severity::Warning,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_OPERATOR)],
    uses: OPERATOR_USES,
};

const WHY: &str = "The overrides are merged into the operator's configuration as they are. No \
                   release promises to keep them working, and minor updates are blocked while they \
                   are set.";

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let operators: Vec<_> = case.all::<Operator<'_>>().collect();
    let mut findings: Vec<_> = operators
        .iter()
        .filter_map(|operator| Some(finding(case, *operator, operator.unsupported_overrides()?)))
        .collect();
    findings.extend(
        case.all::<ClusterOperator<'_>>()
            .filter(|summary| {
                !operators.iter().any(|own| own.cluster_operator() == Some(summary.name()))
            })
            .filter_map(by_summary),
    );
    if operators.is_empty() && findings.is_empty() {
        let what = "the operators' own objects in operator.openshift.io were not collected";
        let ask = "oc adm inspect clusteroperators";
        return Verdict::Unknown(Gap::new(GapKind::NotCollected, what).ask(ask));
    }
    Verdict::over(operators.len(), findings, "no operator in the archive")
}

/// What a ClusterOperator says of overrides when the operator's own object was not collected.
fn by_summary(summary: ClusterOperator<'_>) -> Option<Finding> {
    let condition = blocks(summary)?;
    let name = summary.name();
    let words = excerpt(&condition.message());
    let finding = Finding::new(
        Subject::view(summary),
        format!("ClusterOperator/{name} says that its operator has unsupported overrides: {words}"),
        Evidence::condition(summary.resource(), condition, "it says so"),
    );
    let remedy = Remedy::new("Remove the overrides from the operator's own object.")
        .before("nobody relies on what they set", Proof::ByHand(String::new()));
    let finding = finding.why(WHY).since(condition.since()).saying(condition.message());
    Some(finding.remedy(remedy))
}

/// The condition by which overrides block the next minor version.
fn blocks(summary: ClusterOperator<'_>) -> Option<Condition<'_>> {
    summary
        .condition("Upgradeable")
        .filter(|c| c.is_false() && c.reason().contains("UnsupportedConfigOverrides"))
}

fn finding<'s>(case: &Case<'s>, operator: Operator<'s>, overrides: Value<'s>) -> Finding {
    let key = operator.resource().key();
    let place = format!("{}/{}", key.kind.qualified(), key.name);
    let names: Vec<_> = overrides.entries().map(|(name, _)| name.to_string()).collect();
    let blocked = operator
        .cluster_operator()
        .and_then(|name| case.find::<ClusterOperator<'s>>("", name))
        .and_then(|summary| {
            let condition = summary.condition("Upgradeable").filter(|c| c.is_false())?;
            condition
                .reason()
                .contains("UnsupportedConfigOverrides")
                .then_some((summary, condition))
        });
    Finding::new(
        Subject::view(operator),
        format!("{place} has unsupported overrides: {}", few(&names)),
        Evidence::field(
            operator.resource(),
            &["spec", "unsupportedConfigOverrides"],
            "the \
             overrides",
        ),
    )
    .why(WHY)
    .saying(names.join("\n"))
    .evidence(blocked.map(|(summary, condition)| {
        Evidence::condition(summary.resource(), condition, "the next minor version is blocked")
    }))
    .remedy(
        Remedy::new("Remove the overrides.")
            .command(format!("oc edit {place}"))
            .before("nobody relies on what they set", Proof::ByHand(String::new()))
            .side_effect("the operator rolls out what it runs anew"),
    )
}
