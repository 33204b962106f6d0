//! Sample image streams whose images are not imported.
//!
//! # Why it matters
//!
//! The samples operator imports image streams for builders and databases from a registry outside.
//! Those that fail have no image or an old one; only builds and applications that use them notice.
//! OKD has no credentials for the registry of most of them, so that there it is the normal state.
//!
//! # What to do
//!
//! Where nobody needs the samples set the operator to Removed, or skip the image streams that fail.
//! Otherwise open the way to the registry, or mirror the images and name the mirror.
//!
//! # Blind spots
//!
//! Imports are tried again every few hours; a failure of less than two hours is told as information
//! only.
//!
//! # References
//!
//! - openshift/cluster-samples-operator `pkg/stub/configmap.go` (`ImportImageErrorsExist`),
//!   `pkg/util/util.go`
//! - <https://github.com/okd-project/okd/issues/58>

use mustknow_gather::kinds::{ClusterOperator, ClusterVersion, SAMPLES_CONFIG, SamplesConfig};

use crate::catalog::prelude::*;
use crate::facts::{Patience, excerpt};

/// How long a registry may be away.
const GRACE: Span = Span::hours(2);

pub(super) static META: Meta = Meta {
    id: "samples/import-failing",
    title: "sample image streams whose images are not imported",
    severity: Severity::Warning,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&SAMPLES_CONFIG)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(config) = case.find::<SamplesConfig<'_>>("", "cluster") else {
        return Verdict::NotApplicable("the cluster has no samples operator".to_owned());
    };
    let state = config.resource().text(&["spec", "managementState"]).unwrap_or_default();
    if !matches!(&*state, "" | "Managed") {
        return Verdict::NotApplicable("the samples are not managed".to_owned());
    }
    let condition =
        config.condition("ImportImageErrorsExist").filter(|condition| condition.is_true());
    let finding = condition.map(|condition| {
        let summary = case.find::<ClusterOperator<'_>>("", "openshift-samples");
        let told = summary
            .and_then(|summary| Some((summary, summary.condition("Progressing")?)))
            .filter(|(_, progressing)| progressing.reason() == "FailedImageImports");
        let streams = told.map(|(_, progressing)| streams(&progressing.message()));
        let streams = streams.unwrap_or_default();
        let of = if streams.is_empty() { String::new() } else { format!(": {streams}") };
        // Most samples come from a registry that OKD has no credentials for.
        let is_okd = case
            .cluster_version()
            .and_then(ClusterVersion::desired_version)
            .is_some_and(|version| version.contains("okd"));
        let full = if is_okd { Severity::Info } else { META.severity };
        Finding::new(
            Subject::cluster("configs.samples.operator.openshift.io", "cluster"),
            format!("images of sample image streams are not imported{of}"),
            Evidence::condition(config.resource(), condition, excerpt(&condition.message())),
        )
        .severity(Patience::of(case, condition.since(), GRACE).severity(full))
        .since(condition.since())
        .evidence(told.map(|(summary, progressing)| {
            let note = excerpt(&progressing.message());
            Evidence::condition(summary.resource(), progressing, note)
        }))
        .saying(condition.message())
        .why("Only builds and applications that use these image streams notice.")
        .remedy(
            Remedy::new(
                "Set the samples operator to Removed or skip these image streams where nobody needs \
                 them; otherwise open the way to their registry.",
            )
            .command("oc get configs.samples.operator.openshift.io cluster -o yaml")
            .command("oc get imagestreams -n openshift")
            .before(
                "before the samples are removed: no build uses an image stream of namespace \
                 openshift",
                Proof::ByHand("oc get buildconfigs --all-namespaces -o yaml".to_owned()),
            ),
        )
    });
    Verdict::over(1, finding.into_iter().collect(), "")
}

/// The names in `... failures for these imagestreams: a,b; last import attempt ...`.
fn streams(message: &str) -> String {
    let names = message.split_once("these imagestreams: ").map_or("", |(_, rest)| rest);
    excerpt(&names.split(';').next().unwrap_or_default().replace(',', ", "))
}
