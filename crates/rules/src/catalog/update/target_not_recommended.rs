//! Requested release with a known risk for this cluster.
//!
//! Once the update runs, the new release lists the releases that follow it and no longer its own
//! risks. These risks are visible only while the request is pending.
//!
//! - openshift/cluster-version-operator `pkg/cvo/availableupdates.go`
//! - openshift/api `config/v1/types_cluster_version.go`, `ConditionalUpdate`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Info, Context, OpenShift)
    .each(&[&CLUSTER_VERSION], |_, object| {
        let is_requested = |update: &Value<'_>, field: &str| {
            let requested = object.text(&["spec", "desiredUpdate", field]);
            requested
                .is_some_and(|it| !it.is_empty() && update.text_at(&["release", field]) == Some(it))
        };
        if object.at(&["spec", "desiredUpdate"]).is_none() {
            return Err(not_applicable("no release is requested"));
        }
        let updates = object.at(&["status", "conditionalUpdates"]);
        let requested = updates
            .into_iter()
            .flat_map(Value::items)
            .find(|it| is_requested(it, "version") || is_requested(it, "image"));
        Ok(requested.and_then(|update| finding(object, update)))
    })
    .at_once("the request is what an administrator decides")
    .why(
        "The update service publishes known problems of releases and how to determine whether a \
         cluster is affected. The requested release is recommended only under conditions, and \
         these conditions are not met on this cluster or could not be evaluated.",
    )
    .fix("Read about the risk. Choose a recommended release, or accept the risk deliberately.")
    .run(&["oc adm upgrade --include-not-recommended"]);

fn finding(version: &Resource, update: Value<'_>) -> Option<Finding> {
    let recommended = Condition::list(update.get("conditions"))
        .find(|it| it.name() == "Recommended" && !it.is_true())?;
    let target = update.text_at(&["release", "version"]).unwrap_or_default();
    let risks = update.get("risks").into_iter().flat_map(Value::items);
    let risks: Vec<_> = risks.filter_map(|risk| risk.text_at(&["name"])).collect();
    let state = if recommended.is_false() {
        "is not recommended for this cluster"
    } else {
        "has a known risk that could not be evaluated for this cluster"
    };
    let names = if risks.is_empty() { String::new() } else { format!(" ({})", risks.join(", ")) };
    Some(
        Finding::new(
            Subject::of(version),
            format!("the requested release {target} {state}{names}"),
            Evidence::seen(version, recommended.span(), excerpt(&recommended.message())),
        )
        .since(recommended.since())
        .keywords(recommended.reason())
        .keywords(recommended.message()),
    )
}
