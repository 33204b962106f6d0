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

use mustknow_gather::kinds::{
    ClusterOperator, ClusterVersion, Condition, SAMPLES_CONFIG, SamplesConfig,
};
use mustknow_gather::resource::Resource;

use crate::catalog::prelude::*;
use crate::facts::{Patience, Report, excerpt};

/// How long a registry may be away.
const GRACE: Span = Span::hours(2);

pub(super) static META: Meta = Meta {
    id: "samples/import-failing",
    title: "sample image streams whose images are not imported",
    severity: Severity::Warning,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&SAMPLES_CONFIG)],
};

type Said<'s> = (&'s Resource, Condition<'s>);

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let own = case.find::<SamplesConfig<'_>>("", "cluster");
    let state = own.and_then(|own| own.resource().text(&["spec", "managementState"]));
    if !matches!(state.as_deref(), None | Some("" | "Managed")) {
        return Verdict::NotApplicable("the samples are not managed".to_owned());
    }
    let summary = case.find::<ClusterOperator<'_>>("", "openshift-samples");
    // It names the image streams, and it is not bad for it.
    let told = summary
        .and_then(|summary| Some((summary.resource(), summary.condition("Progressing")?)))
        .filter(|(_, progressing)| progressing.reason() == "FailedImageImports");
    let failing = match own {
        Some(own) => own
            .condition("ImportImageErrorsExist")
            .filter(|condition| condition.is_true())
            .map(|condition| (own.resource(), condition)),
        None if summary.is_none() => {
            return Verdict::Unknown(Report::gap(&SAMPLES_CONFIG, "openshift-samples"));
        }
        None => told,
    };
    let finding = failing.map(|failing| finding(case, failing, told));
    Verdict::over(1, finding.into_iter().collect(), "")
}

fn finding<'s>(case: &Case<'s>, failing: Said<'s>, told: Option<Said<'s>>) -> Finding {
    let (said_by, condition) = failing;
    let streams = told.map(|(_, progressing)| streams(&progressing.message())).unwrap_or_default();
    let of = if streams.is_empty() { String::new() } else { format!(": {streams}") };
    // Most samples come from a registry that OKD has no credentials for.
    let is_okd = case
        .cluster_version()
        .and_then(ClusterVersion::desired_version)
        .is_some_and(|version| version.contains("okd"));
    let full = if is_okd { Severity::Info } else { META.severity };
    let more = told.filter(|(summary, _)| summary.key() != said_by.key());
    Finding::new(
        Subject::cluster("configs.samples.operator.openshift.io", "cluster"),
        format!("images of sample image streams are not imported{of}"),
        Evidence::condition(said_by, condition, excerpt(&condition.message())),
    )
    .severity(Patience::of(case, condition.since(), GRACE).severity(full))
    .since(condition.since())
    .evidence(more.map(|(summary, progressing)| {
        Evidence::condition(summary, progressing, excerpt(&progressing.message()))
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
            "before the samples are removed: no build uses an image stream of namespace openshift",
            Proof::ByHand("oc get buildconfigs --all-namespaces -o yaml".to_owned()),
        ),
    )
}

/// The names in `... failures for these imagestreams: a,b; last import attempt ...`.
fn streams(message: &str) -> String {
    let names = message.split_once("these imagestreams: ").map_or("", |(_, rest)| rest);
    excerpt(&names.split(';').next().unwrap_or_default().replace(',', ", "))
}
