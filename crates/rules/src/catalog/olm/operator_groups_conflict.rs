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
    .at_once("a wrong setup that stays")
    .why(
        "The OperatorGroup defines which namespaces the operators of its namespace watch. With \
         more than one, no operator is installed or updated: their ClusterServiceVersions fail \
         with TooManyOperatorGroups.",
    )
    .fix(
        "Keep only one OperatorGroup in the namespace: the one with the target namespaces that \
         the operators must watch.",
    )
    .run(&["oc get operatorgroups -n {name} -o yaml"])
    .verify(&["oc get clusterserviceversions -n {name}"])
    .before(&[(
        "the remaining one targets every namespace that the operators watch",
        "oc get operatorgroups -n {name} -o yaml",
    )]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut groups: BTreeMap<&str, Vec<&Resource>> = BTreeMap::new();
    for group in cx.of_kind(&OPERATOR_GROUP) {
        if deletion_requested_at(group).is_none() {
            groups.entry(group.namespace()).or_default().push(group);
        }
    }
    let examined = groups.values().map(Vec::len).sum();
    let conflicts = groups.into_iter().filter(|(_, members)| members.len() > 1);
    let used = conflicts.filter(|(namespace, _)| is_used(cx, namespace));
    let findings = used.filter_map(|(namespace, members)| finding(namespace, &members));
    Ok(Checked::over(examined, findings))
}

/// Whether operators are installed in the namespace, as far as the archive shows. A collection with
/// Subscriptions has those of every namespace.
fn is_used(cx: &RuleContext<'_>, namespace: &str) -> bool {
    cx.within::<Subscription<'_>>(namespace).next().is_some()
        || cx.of_kind(&SUBSCRIPTION).is_empty()
}

fn finding(namespace: &str, members: &[&Resource]) -> Option<Finding> {
    let names: Vec<_> = members.iter().map(|it| it.name()).collect();
    let count = pluralize(members.len(), "OperatorGroup");
    let summary = format!("namespace {namespace} has {count}: {}", name_list(&names));
    let mut evidence =
        members.iter().map(|it| Evidence::seen(it, it.head_span(), "one of the OperatorGroups"));
    let finding = Finding::new(Subject::cluster("Namespace", namespace), summary, evidence.next()?);
    Some(
        finding
            .since(members.iter().filter_map(|it| it.created()).max())
            .keywords(names.join(" "))
            .evidence(evidence),
    )
}
