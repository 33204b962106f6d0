//! `CustomResourceDefinition` older than the operator that writes its objects.
//!
//! Server-side apply refuses a field that the schema does not have.
//!
//! - kubernetes-sigs/structured-merge-diff `typed/helpers.go` (`field not declared in schema`)
//! - openshift/cluster-network-operator `pkg/apply/apply.go`

use crate::catalog::prelude::*;

/// What the API server answers.
const SIGN: &str = ": field not declared in schema";

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .check(|cx| Ok(check(cx)))
    .needs(&[Need::Kind(&CLUSTER_OPERATOR)])
    .grace(Span::minutes(10))
    .why(
        "The operator writes a field that the CustomResourceDefinition in the cluster does not \
         have. The definition belongs to an older release, or was changed, so the \
         API server rejects the object as a whole.",
    )
    .fix(
        "Find out why the definition was not updated: during an update the cluster-version \
         operator applies it before the operator, unless it is overridden or another tool writes \
         it back. Then let the cluster-version operator apply that of the release.",
    )
    .run(&[
        "oc get crd {name} -o yaml --show-managed-fields",
        "oc adm release extract --to=<directory>",
    ])
    .verify(&["oc get clusteroperator {operator}"]);

fn check(cx: &RuleContext<'_>) -> Checked {
    let operators: Vec<_> = cx.all::<ClusterOperator<'_>>().collect();
    let findings = operators.iter().filter_map(|operator| finding(*operator));
    Checked::over(operators.len(), findings)
}

fn finding(operator: ClusterOperator<'_>) -> Option<Finding> {
    let degraded = operator.condition("Degraded").filter(|it| it.is_true())?;
    let message = degraded.message().into_owned();
    let (before, _) = message.split_once(SIGN)?;
    let field = before.rsplit(' ').next()?.trim_start_matches('.');
    // `failed to create typed patch object (/cluster; operator.openshift.io/v1, Kind=Network): .spec`
    let (written, object) = before.rsplit_once("; ")?;
    let (_, written) = written.rsplit_once('/')?;
    let (api_version, rest) = object.split_once(", Kind=")?;
    let kind = rest.split(')').next()?;
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let plural = by_manifest(api_version, kind)
        .map_or_else(|| format!("{}s", kind.to_lowercase()), |kind| kind.plural.to_owned());
    let name = format!("{plural}.{group}");
    let summary = format!(
        "CustomResourceDefinition {name} is older than operator {}: it does not have the field \
         {field}",
        operator.name()
    );
    let subject = Subject::cluster("CustomResourceDefinition", name);
    let evidence = Evidence::condition(operator.resource(), degraded, excerpt(&message));
    Some(
        Finding::new(subject, summary, evidence)
            .since(degraded.since())
            .with("operator", operator.name())
            .keywords(&message)
            .explains(Subject::of(operator.resource()), SIGN)
            .explains(
                Subject { kind: kind.to_owned().into(), ..Subject::cluster("", written) },
                SIGN,
            ),
    )
}
