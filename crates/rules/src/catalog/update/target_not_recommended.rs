//! Requested release with a known risk for this cluster.
//!
//! Once the update runs, the new release lists the releases that follow it and no longer its own
//! risks. These risks are visible only while the request is pending.
//!
//! - openshift/cluster-version-operator `pkg/cvo/availableupdates.go`
//! - openshift/api `config/v1/types_cluster_version.go`, `ConditionalUpdate`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Info, Context, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .check(check)
    .why(
        "The update service publishes known problems of releases and how to determine whether a \
         cluster is affected. The requested release is recommended only under conditions, and \
         these conditions are not met on this cluster or could not be evaluated.",
    )
    .fix("Read about the risk. Choose a recommended release, or accept the risk deliberately.")
    .run(&["oc adm upgrade --include-not-recommended"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(version) = cx.cluster_version() else {
        return Err(not_applicable("no ClusterVersion/version in the archive"));
    };
    let wish = ["version", "image"].map(|field| {
        version.resource().text(&["spec", "desiredUpdate", field]).unwrap_or_default()
    });
    if wish.iter().all(|text| text.is_empty()) {
        return Err(not_applicable("no release is requested"));
    }
    let findings: Vec<_> = version
        .resource()
        .at(&["status", "conditionalUpdates"])
        .into_iter()
        .flat_map(Value::items)
        .filter(|update| {
            let is = |field: &str, desired: &str| {
                !desired.is_empty()
                    && update.text_at(&["release", field]).as_deref() == Some(desired)
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
    Ok(Checked::over(1, findings))
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
        "has a known risk that could not be evaluated for this cluster"
    };
    let names = if risks.is_empty() { String::new() } else { format!(" ({})", risks.join(", ")) };
    Finding::new(
        Subject::view(version),
        format!("the requested release {target} {state}{names}"),
        Evidence::seen(version.resource(), recommended.span(), excerpt(&recommended.message())),
    )
    .since(recommended.since())
    .keywords(recommended.reason())
    .keywords(recommended.message())
}
