//! A requested release with a known risk for this cluster.
//!
//! # Why it matters
//!
//! The update service knows of problems that some clusters meet in a release, and how to tell
//! whether this cluster is one of them. A release that was asked for is recommended only under
//! conditions, and they do not hold here or could not be judged.
//!
//! # What to do
//!
//! Read the risk. Choose a release that is recommended, or accept the risk knowingly.
//!
//! # Blind spots
//!
//! Once the update runs, the new release lists the releases that follow it, and no longer the
//! risks of itself; those are seen only while the request waits.
//!
//! # References
//!
//! - openshift/cluster-version-operator `pkg/cvo/availableupdates.go`
//! - openshift/api `config/v1/types_cluster_version.go`, `ConditionalUpdate`

use mustknow_gather::kinds::{CLUSTER_VERSION, ClusterVersion, Condition};
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::excerpt;

pub(super) static META: Meta = Meta {
    id: "update/target-not-recommended",
    title: "a requested release with a known risk for this cluster",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(version) = case.cluster_version() else {
        return Verdict::NotApplicable("there is no ClusterVersion/version".to_owned());
    };
    let wish = ["version", "image"].map(|field| {
        version.resource().text(&["spec", "desiredUpdate", field]).unwrap_or_default()
    });
    if wish.iter().all(|text| text.is_empty()) {
        return Verdict::NotApplicable("no release is requested".to_owned());
    }
    let findings: Vec<_> = version
        .resource()
        .at(&["status", "conditionalUpdates"])
        .into_iter()
        .flat_map(Value::items)
        .filter(|update| {
            let is = |field: &str, wanted: &str| {
                !wanted.is_empty() && update.text_at(&["release", field]).as_deref() == Some(wanted)
            };
            let [wanted_version, wanted_image] = &wish;
            is("version", wanted_version) || is("image", wanted_image)
        })
        .filter_map(|update| {
            let recommended = Condition::list(update.get("conditions"))
                .find(|condition| condition.name() == "Recommended")?;
            (!recommended.is_true()).then(|| finding(version, update, recommended))
        })
        .collect();
    Verdict::over(1, findings, "")
}

fn finding(version: ClusterVersion<'_>, update: Value<'_>, recommended: Condition<'_>) -> Finding {
    let target = update.text_at(&["release", "version"]).unwrap_or_default();
    let risks: Vec<String> = update
        .get("risks")
        .into_iter()
        .flat_map(Value::items)
        .filter_map(|risk| Some(risk.text_at(&["name"])?.into_owned()))
        .collect();
    let state = if recommended.is_false() {
        "is not recommended for this cluster"
    } else {
        "may be risky for this cluster, which could not be judged"
    };
    let names = if risks.is_empty() { String::new() } else { format!(" ({})", risks.join(", ")) };
    Finding::new(
        Subject::view(version),
        format!("the requested release {target} {state}{names}"),
        Evidence::seen(version.resource(), recommended.span(), excerpt(&recommended.message())),
    )
    .why(
        "The update service describes a problem that clusters like this one meet in the release. \
         The request stands, so the risk was accepted or was not known then.",
    )
    .since(recommended.since())
    .saying(recommended.reason())
    .saying(recommended.message())
    .remedy(
        Remedy::new("Read the risk, and choose a release that is recommended.")
            .command("oc adm upgrade --include-not-recommended"),
    )
}
