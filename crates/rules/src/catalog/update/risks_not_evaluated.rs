//! Conditional update risks that cannot be evaluated.
//!
//! - openshift/cluster-version-operator `pkg/cvo/availableupdates.go`,
//!   `install/0000_90_cluster-version-operator_02_servicemonitor.yaml`,
//!   `CannotEvaluateConditionalUpdates`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Info, Symptom, OpenShift)
    .each(&[&CLUSTER_VERSION], |_, object| {
        let updates = object.at(&["status", "conditionalUpdates"]).filter(|it| !it.is_empty());
        let updates = updates.ok_or_else(|| not_applicable("no release has a known risk"))?;
        Ok(finding(object, updates))
    })
    // The evaluation takes some time after a restart.
    .grace(Span::hours(1))
    .why(
        "The update service describes with a Prometheus query which clusters a risk applies to. \
         While the cluster-version operator cannot run the query, releases with a risk are \
         neither recommended nor rejected, and an administrator who updates does not know \
         whether the risk applies.",
    )
    .fix("Fix monitoring: the cluster-version operator queries thanos-querier.")
    .run(&["oc get clusteroperator monitoring"])
    .verify(&["oc adm upgrade --include-not-recommended"]);

fn finding(version: &Resource, updates: Value<'_>) -> Option<Finding> {
    let not_evaluated: Vec<_> = updates
        .items()
        .filter_map(|update| {
            let recommended = Condition::list(update.get("conditions")).find(|it| {
                it.name() == "Recommended" && it.reason().contains("EvaluationFailed")
            })?;
            Some((update.text_at(&["release", "version"])?, recommended))
        })
        .collect();
    let (_, first) = not_evaluated.first()?;
    let releases: Vec<_> = not_evaluated.iter().map(|(release, _)| release).collect();
    let of = match releases.as_slice() {
        [_] => "a release".to_owned(),
        several => pluralize(several.len(), "release"),
    };
    let names = name_list(&releases);
    Some(
        Finding::new(
            Subject::of(version),
            format!("known risks of {of} cannot be evaluated for this cluster: {names}"),
            Evidence::seen(version, first.span(), excerpt(&first.message())),
        )
        .since(not_evaluated.iter().filter_map(|(_, condition)| condition.since()).min())
        .keywords("EvaluationFailed monitoring")
        .keywords(first.message()),
    )
}
