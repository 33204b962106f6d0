//! A namespace with more than one OperatorGroup.
//!
//! # Why it matters
//!
//! The OperatorGroup says which namespaces the operators of its namespace watch. With more than one
//! none of them is installed or updated: their ClusterServiceVersions fail with `TooManyOperatorGroups`.
//!
//! # What to do
//!
//! Leave one OperatorGroup in the namespace, the one whose target namespaces the operators are for.
//!
//! # Blind spots
//!
//! A namespace without any Subscription may hold as many as it likes, and is passed over where
//! Subscriptions were collected.
//!
//! # References
//!
//! - operator-framework/operator-lifecycle-manager `pkg/controller/operators/olm/operatorgroup.go`,
//!   `pkg/controller/operators/olm/operator.go` (`TooManyOperatorGroups`)
//! - operator-framework/api `pkg/operators/v1/operatorgroup_types.go`

use std::collections::BTreeMap;

use mustknow_gather::coverage::State;
use mustknow_gather::kinds::{OPERATOR_GROUP, OperatorGroup, SUBSCRIPTION, Subscription};

use crate::catalog::prelude::*;
use crate::facts::{asked_to_go, count, few, severity_in};

pub(super) static META: Meta = Meta {
    id: "olm/operator-groups-conflict",
    title: "a namespace with more than one OperatorGroup",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&OPERATOR_GROUP)],
    uses: &[Need::Kind(&SUBSCRIPTION)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut groups: BTreeMap<&str, Vec<OperatorGroup<'_>>> = BTreeMap::new();
    for group in case.all::<OperatorGroup<'_>>() {
        if asked_to_go(group.resource()).is_none() {
            groups.entry(group.resource().namespace()).or_default().push(group);
        }
    }
    let examined = groups.values().map(Vec::len).sum();
    let findings = groups
        .into_iter()
        .filter(|(namespace, members)| members.len() > 1 && is_used(case, namespace))
        .filter_map(|(namespace, members)| finding(case, namespace, &members))
        .collect();
    Verdict::over(examined, findings, "no OperatorGroup in the archive")
}

/// Whether operators are to be installed there, as far as the archive tells.
fn is_used(case: &Case<'_>, namespace: &str) -> bool {
    case.within::<Subscription<'_>>(namespace).next().is_some()
        || !matches!(
            case.coverage().of(&SUBSCRIPTION, namespace),
            State::Collected(_) | State::Empty
        )
}

fn finding(case: &Case<'_>, namespace: &str, members: &[OperatorGroup<'_>]) -> Option<Finding> {
    let names: Vec<_> = members.iter().map(|it| it.resource().name()).collect();
    let mut evidence = members.iter().map(|it| {
        let resource = it.resource();
        Evidence::seen(resource, resource.head_span(), "one of them")
    });
    let youngest = members.iter().filter_map(|it| it.resource().created()).max();
    Some(
        Finding::new(
            Subject::cluster("Namespace", namespace),
            format!(
                "namespace {namespace} has {}: {}",
                count(members.len(), "OperatorGroup"),
                few(&names)
            ),
            evidence.next()?,
        )
        .severity(severity_in(case, namespace, META.severity))
        .since(youngest)
        .saying(names.join(" "))
        .evidence(evidence)
        .why("No operator of the namespace is installed or updated while there is more than one.")
        .remedy(
            Remedy::new("Leave the OperatorGroup whose target namespaces the operators are for.")
                .command(format!("oc get operatorgroups -n {namespace} -o yaml"))
                .before(
                    "the one that stays targets every namespace the operators watch",
                    Proof::ByHand(format!("oc get operatorgroups -n {namespace} -o yaml")),
                )
                .verify(format!("oc get clusterserviceversions -n {namespace}")),
        ),
    )
}
