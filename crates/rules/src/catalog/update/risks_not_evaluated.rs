//! Conditional update risks that cannot be evaluated.
//!
//! The evaluation takes some time after a restart. A failure that has lasted for less than an hour
//! is not reported.
//!
//! - openshift/cluster-version-operator `pkg/cvo/availableupdates.go`,
//!   `install/0000_90_cluster-version-operator_02_servicemonitor.yaml`,
//!   `CannotEvaluateConditionalUpdates`

use crate::catalog::prelude::*;

/// How long an evaluation may take.
const JUDGING: Span = Span::hours(1);

pub(super) const RULE: Rule = rule(Info, Symptom, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .check(check)
    .why(
        "The update service describes with a Prometheus query which clusters a risk applies to. \
         While the cluster-version operator cannot run the query, releases with a risk are \
         neither recommended nor rejected, and an administrator who updates does not know \
         whether the risk applies.",
    )
    .fix("Fix monitoring: the cluster-version operator queries thanos-querier.")
    .run(&["oc get clusteroperator monitoring"])
    .verify(&["oc adm upgrade --include-not-recommended"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(version) = cx.cluster_version() else {
        return Err(not_applicable("no ClusterVersion/version in the archive"));
    };
    let updates: Vec<_> = version
        .resource()
        .at(&["status", "conditionalUpdates"])
        .into_iter()
        .flat_map(Value::items)
        .collect();
    let unjudged: Vec<_> = updates
        .iter()
        .filter_map(|update| {
            let recommended = Condition::list(update.get("conditions"))
                .find(|condition| condition.name() == "Recommended")?;
            let is_open = recommended.reason().contains("EvaluationFailed")
                && cx.is_older(recommended.since(), JUDGING);
            let release = update.text_at(&["release", "version"])?.into_owned();
            is_open.then_some((release, recommended))
        })
        .collect();
    let findings = finding(version, &unjudged).into_iter();
    Ok(Checked::over(updates.len(), findings))
}

fn finding(version: ClusterVersion<'_>, unjudged: &[(String, Condition<'_>)]) -> Option<Finding> {
    let (_, first) = unjudged.first()?;
    let releases: Vec<_> = unjudged.iter().map(|(release, _)| release.as_str()).collect();
    let finding = Finding::new(
        Subject::view(version),
        format!(
            "known risks of {} cannot be evaluated for this cluster: {}",
            match unjudged.len() {
                1 => "a release".to_owned(),
                several => pluralize(several, "release"),
            },
            name_list(&releases)
        ),
        Evidence::seen(version.resource(), first.span(), excerpt(&first.message())),
    )
    .since(unjudged.iter().filter_map(|(_, condition)| condition.since()).min())
    .keywords("EvaluationFailed monitoring")
    .keywords(first.message());
    Some(finding)
}
