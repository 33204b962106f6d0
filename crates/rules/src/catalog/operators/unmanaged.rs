//! An operator that is told not to act.
//!
//! # Why it matters
//!
//! `managementState: Unmanaged` stops an operator from changing anything. What it runs stays as it
//! is, its conditions tell of the past or say Unknown, and an update waits for it for ever.
//!
//! # What to do
//!
//! Set the operator to `Managed` when whoever stopped it is done.
//!
//! # Blind spots
//!
//! Only the operators whose own objects are in `operator.openshift.io` and known here are looked
//! at, and those whose ClusterOperator says so. `Removed` is a normal choice and no finding.
//!
//! # References
//!
//! - openshift/api `operator/v1/types.go`, `ManagementState`
//! - openshift/library-go `pkg/operator/status/status_controller.go`

use mustknow_gather::kinds::{CLUSTER_OPERATOR, ClusterOperator, Condition, Operator};

use crate::catalog::prelude::*;
use crate::facts::OPERATOR_USES;

pub(super) static META: Meta = Meta {
    id: "operators/unmanaged",
    title: "an operator that is told not to act",
    severity: Severity::Warning,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_OPERATOR)],
    uses: OPERATOR_USES,
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let operators: Vec<_> = case.all::<Operator<'_>>().collect();
    let mut findings: Vec<_> = operators
        .iter()
        .filter(|operator| operator.management_state() == "Unmanaged")
        .map(|operator| by_own_object(case, *operator))
        .collect();
    let mut examined = operators.len();
    for summary in case.all::<ClusterOperator<'_>>() {
        examined += 1;
        let known = operators.iter().any(|o| o.cluster_operator() == Some(summary.name()));
        let says_so = ["Available", "Degraded", "Progressing"]
            .into_iter()
            .filter_map(|name| summary.condition(name))
            .find(|condition| condition.reason() == "Unmanaged");
        if let Some(condition) = says_so.filter(|_| !known) {
            findings.push(by_summary(summary, condition));
        }
    }
    Verdict::over(examined, findings, "no operator in the archive")
}

fn by_own_object<'s>(case: &Case<'s>, operator: Operator<'s>) -> Finding {
    let key = operator.resource().key();
    let place = format!("{}/{}", key.kind.qualified(), key.name);
    let summary = operator
        .cluster_operator()
        .and_then(|name| case.find::<ClusterOperator<'s>>("", name))
        .and_then(|summary| Some((summary, summary.condition("Available")?)));
    dressed(
        Finding::new(
            Subject::view(operator),
            format!("{place} is Unmanaged, so its operator changes nothing"),
            Evidence::field(operator.resource(), &["spec", "managementState"], "the state"),
        )
        .evidence(summary.map(|(summary, condition)| {
            Evidence::condition(summary.resource(), condition, "what its ClusterOperator says")
        })),
        &place,
    )
    .saying(operator.cluster_operator().unwrap_or_default())
}

fn by_summary(summary: ClusterOperator<'_>, condition: Condition<'_>) -> Finding {
    let name = summary.name();
    dressed(
        Finding::new(
            Subject::view(summary),
            format!("ClusterOperator/{name} says that its operator is Unmanaged"),
            Evidence::condition(summary.resource(), condition, "it says so"),
        ),
        "<resource>.operator.openshift.io/cluster",
    )
    .since(condition.since())
    .saying(condition.reason())
    .saying(condition.message())
}

fn dressed(finding: Finding, place: &str) -> Finding {
    finding
        .why(
            "The operator leaves everything as it is: no repair, no new version, no fresh \
             conditions. An update waits at its run level until it is managed again.",
        )
        .remedy(
            Remedy::new("Set the operator to Managed.")
                .command(format!(
                    "oc patch {place} --type=merge -p \
                     '{{\"spec\":{{\"managementState\":\"Managed\"}}}}'"
                ))
                .before("whoever stopped the operator is done", Proof::ByHand(String::new()))
                .side_effect("the operator undoes what was changed by hand meanwhile"),
        )
}
