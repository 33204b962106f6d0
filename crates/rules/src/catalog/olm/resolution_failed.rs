//! Failed Subscription dependency resolution.
//!
//! The message is from the last attempt. If there are several conflicts, it may not list all of
//! them.
//!
//! - operator-framework/operator-lifecycle-manager `pkg/controller/operators/catalog/operator.go`
//!   (`ConstraintsNotSatisfiable`, `ErrorPreventedResolution`),
//!   `pkg/controller/registry/resolver/cache/cache.go` (`failed to populate resolver cache from source`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&SUBSCRIPTION)])
    .check(|cx| {
        let alike = |subscription: Subscription<'_>, message: &str| match source(message) {
            Some((namespace, name)) => format!("{namespace}/{name}"),
            None => subscription.resource().namespace().to_owned(),
        };
        SubscriptionConditions::judge(cx, "ResolutionFailed", alike, finding)
    })
    // A catalog may be down that long while its pod is replaced.
    .grace(Span::minutes(15))
    .why(
        "All Subscriptions of a namespace are resolved together. While the resolution fails, no \
         operator in the namespace is installed or updated. Running operators continue to run, \
         and the cluster update is not blocked.",
    )
    .fix("Use an existing channel, package and catalog, and provide the dependencies.")
    .run(&[
        "oc get subscriptions,clusterserviceversions -n {namespace}",
        "oc get catalogsources --all-namespaces",
    ])
    .verify(&["oc get subscriptions -n {namespace} -o yaml"]);

/// Namespace and name of the catalog that could not be read.
fn source(message: &str) -> Option<(&str, &str)> {
    let (_, rest) = message.split_once("resolver cache from source ")?;
    let (name, namespace) = rest.split([':', ' ', ',']).next()?.split_once('/')?;
    Some((namespace, name))
}

fn finding(failed: &SubscriptionConditions<'_>) -> Option<Finding> {
    let (reason, message) = failed.reason_and_message();
    let count = pluralize(failed.members.len(), "Subscription");
    let (summary, action) = match source(&message) {
        Some((namespace, name)) => (
            format!(
                "{count} cannot be resolved because CatalogSource/{namespace}/{name} does not \
                 respond: {}",
                excerpt(&message)
            ),
            "Restore the catalog, or delete its CatalogSource if it is not needed.",
        ),
        None => (
            format!(
                "{count} in {} cannot be resolved, {reason}: {}",
                name_list(&failed.namespaces()),
                excerpt(&message)
            ),
            if message.contains("not referenced by a subscription") {
                "Delete the ClusterServiceVersion without a Subscription, or create its \
                 Subscription."
            } else {
                ""
            },
        ),
    };
    // Only a catalog is what Subscriptions of several namespaces wait for.
    let (namespace, name) = source(&message).unwrap_or_default();
    let catalog = || Subject::namespaced("CatalogSource", namespace, name);
    Some(failed.finding(failed.subject(catalog), summary)?.action(action))
}
