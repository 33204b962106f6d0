//! Known risks of releases that the cluster cannot judge for itself.
//!
//! # Why it matters
//!
//! The update service says by a query to Prometheus which clusters a risk concerns. While the
//! cluster-version operator cannot ask it, releases with a risk are neither recommended nor refused,
//! and whoever updates does so blindly.
//!
//! # What to do
//!
//! Mend monitoring: the cluster-version operator asks thanos-querier.
//!
//! # Blind spots
//!
//! Judgements take a while after a restart; what is younger than an hour is no finding.
//!
//! # References
//!
//! - openshift/cluster-version-operator `pkg/cvo/availableupdates.go`,
//!   `install/0000_90_cluster-version-operator_02_servicemonitor.yaml`,
//!   `CannotEvaluateConditionalUpdates`

use mustknow_gather::kinds::{CLUSTER_VERSION, ClusterVersion, Condition};
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::{count, excerpt, few};

/// How long a judgement may take.
const JUDGING: Span = Span::hours(1);

pub(super) static META: Meta = Meta {
    id: "update/risks-not-evaluated",
    title: "known risks of releases that the cluster cannot judge",
    severity: Severity::Info,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(version) = case.cluster_version() else {
        return Verdict::NotApplicable("there is no ClusterVersion/version".to_owned());
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
                && case.is_older(recommended.since(), JUDGING);
            let release = update.text_at(&["release", "version"])?.into_owned();
            is_open.then_some((release, recommended))
        })
        .collect();
    let findings = finding(version, &unjudged).into_iter().collect();
    Verdict::over(updates.len(), findings, "no release has a known risk")
}

fn finding(version: ClusterVersion<'_>, unjudged: &[(String, Condition<'_>)]) -> Option<Finding> {
    let (_, first) = unjudged.first()?;
    let releases: Vec<_> = unjudged.iter().map(|(release, _)| release.as_str()).collect();
    let finding = Finding::new(
        Subject::view(version),
        format!(
            "whether the known risks of {} concern this cluster cannot be judged: {}",
            match unjudged.len() {
                1 => "a release".to_owned(),
                several => count(several, "release"),
            },
            few(&releases)
        ),
        Evidence::seen(version.resource(), first.span(), excerpt(&first.message())),
    )
    .why(
        "The cluster-version operator asks Prometheus, through thanos-querier, whether a risk \
         concerns the cluster, and gets no answer. The cluster itself does not need it.",
    )
    .since(unjudged.iter().filter_map(|(_, condition)| condition.since()).min())
    .saying("EvaluationFailed monitoring")
    .saying(first.message())
    .remedy(
        Remedy::new("Mend monitoring, so that thanos-querier answers.")
            .command("oc get clusteroperator monitoring")
            .verify("oc adm upgrade --include-not-recommended"),
    );
    Some(finding)
}
