//! Namespace with more than one OperatorGroup.
//!
//! If Subscriptions were collected, a namespace without a Subscription is ignored, because several
//! OperatorGroups do no harm there.
//!
//! - operator-framework/operator-lifecycle-manager `pkg/controller/operators/olm/operatorgroup.go`,
//!   `pkg/controller/operators/olm/operator.go` (`TooManyOperatorGroups`)
//! - operator-framework/api `pkg/operators/v1/operatorgroup_types.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&OPERATOR_GROUP)])
    .reads(&[Need::Kind(&SUBSCRIPTION)])
    .check(check)
    .why(
        "The OperatorGroup defines which namespaces the operators of its namespace watch. With \
         more than one, no operator is installed or updated: their ClusterServiceVersions fail \
         with TooManyOperatorGroups.",
    )
    .fix(
        "Keep only one OperatorGroup in the namespace: the one with the target namespaces that \
         the operators must watch.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
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
        .filter_map(|(namespace, members)| finding(cx, namespace, &members));
    Ok(Checked::over(examined, findings))
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
        .severity(severity_in(cx, namespace, RULE.meta.severity))
        .since(youngest)
        .keywords(names.join(" "))
        .evidence(evidence)
        .run(format!("oc get operatorgroups -n {namespace} -o yaml"))
        .before(
            "the remaining one targets every namespace that the operators watch",
            Proof::ByHand(format!("oc get operatorgroups -n {namespace} -o yaml")),
        )
        .verify(format!("oc get clusterserviceversions -n {namespace}")),
    )
}
