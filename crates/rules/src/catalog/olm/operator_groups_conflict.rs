//! Namespace with more than one OperatorGroup.
//!
//! # Why it matters
//!
//! The OperatorGroup defines which namespaces the operators of its namespace watch. With more than
//! one, no operator is installed or updated: their ClusterServiceVersions fail with
//! `TooManyOperatorGroups`.
//!
//! # What to do
//!
//! Keep only one OperatorGroup in the namespace: the one with the target namespaces that the
//! operators must watch.
//!
//! # Blind spots
//!
//! If Subscriptions were collected, a namespace without a Subscription is ignored, because several
//! OperatorGroups do no harm there.
//!
//! # References
//!
//! - operator-framework/operator-lifecycle-manager `pkg/controller/operators/olm/operatorgroup.go`,
//!   `pkg/controller/operators/olm/operator.go` (`TooManyOperatorGroups`)
//! - operator-framework/api `pkg/operators/v1/operatorgroup_types.go`

use std::collections::BTreeMap;

use mustknow_cluster::model::kinds::{OPERATOR_GROUP, SUBSCRIPTION};
use mustknow_cluster::views::{OperatorGroup, Subscription};

use crate::catalog::prelude::*;
use crate::domain::deletion_requested_at;
use crate::engine::{name_list, pluralize, severity_in};

pub(super) static META: Meta = Meta {
    id: "olm/operator-groups-conflict",
    title: "namespace with more than one OperatorGroup",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&OPERATOR_GROUP)],
    uses: &[Need::Kind(&SUBSCRIPTION)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let mut groups: BTreeMap<&str, Vec<OperatorGroup<'_>>> = BTreeMap::new();
    for group in cx.all::<OperatorGroup<'_>>() {
        if deletion_requested_at(group.resource()).is_none() {
            groups.entry(group.resource().namespace()).or_default().push(group);
        }
    }
    let examined = groups.values().map(Vec::len).sum();
    let findings = groups
        .into_iter()
        .filter(|(namespace, members)| members.len() > 1 && is_used(cx, namespace))
        .filter_map(|(namespace, members)| finding(cx, namespace, &members))
        .collect();
    Verdict::over(examined, findings, "no OperatorGroup in the archive")
}

/// Whether operators are installed in the namespace, as far as the archive shows. A collection with
/// Subscriptions has those of every namespace.
fn is_used(cx: &RuleContext<'_>, namespace: &str) -> bool {
    cx.within::<Subscription<'_>>(namespace).next().is_some()
        || cx.all::<Subscription<'_>>().next().is_none()
}

fn finding(
    cx: &RuleContext<'_>,
    namespace: &str,
    members: &[OperatorGroup<'_>],
) -> Option<Finding> {
    let names: Vec<_> = members.iter().map(|it| it.resource().name()).collect();
    let mut evidence = members.iter().map(|it| {
        let resource = it.resource();
        Evidence::seen(resource, resource.head_span(), "one of the OperatorGroups")
    });
    let youngest = members.iter().filter_map(|it| it.resource().created()).max();
    Some(
        Finding::new(
            Subject::cluster("Namespace", namespace),
            format!(
                "namespace {namespace} has {}: {}",
                pluralize(members.len(), "OperatorGroup"),
                name_list(&names)
            ),
            evidence.next()?,
        )
        .severity(severity_in(cx, namespace, META.severity))
        .since(youngest)
        .keywords(names.join(" "))
        .evidence(evidence)
        .why("No operator of the namespace is installed or updated while there is more than one.")
        .remedy(
            Remedy::new("Keep only the OperatorGroup with the operators' target namespaces.")
                .command(format!("oc get operatorgroups -n {namespace} -o yaml"))
                .precondition(
                    "the remaining one targets every namespace that the operators watch",
                    Proof::ByHand(format!("oc get operatorgroups -n {namespace} -o yaml")),
                )
                .verify(format!("oc get clusterserviceversions -n {namespace}")),
        ),
    )
}
