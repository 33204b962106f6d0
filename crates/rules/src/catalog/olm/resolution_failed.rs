//! Subscriptions that cannot be resolved.
//!
//! # Why it matters
//!
//! All Subscriptions of a namespace are resolved together. While that fails, no operator there is
//! installed or updated; those that run go on running, and the cluster's own update does not wait.
//!
//! # What to do
//!
//! Mend what the message names: a catalog that does not answer, a channel or package that the catalog
//! does not have, a dependency that nobody provides, or a ClusterServiceVersion that no Subscription
//! owns.
//!
//! # Blind spots
//!
//! The message is of the last attempt. Of several things that do not fit it names some.
//!
//! # References
//!
//! - operator-framework/operator-lifecycle-manager `pkg/controller/operators/catalog/operator.go`
//!   (`ConstraintsNotSatisfiable`, `ErrorPreventedResolution`),
//!   `pkg/controller/registry/resolver/cache/cache.go` (`failed to populate resolver cache from source`)

use mustknow_gather::kinds::{SUBSCRIPTION, Subscription};

use crate::catalog::prelude::*;
use crate::facts::{Complaints, Patience, count, excerpt, few, severity_in};

/// How long a catalog may be away while its pod is replaced.
const GRACE: Span = Span::minutes(15);

pub(super) static META: Meta = Meta {
    id: "olm/resolution-failed",
    title: "Subscriptions that cannot be resolved",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&SUBSCRIPTION)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let examined = case.all::<Subscription<'_>>().count();
    let alike = |subscription: Subscription<'_>, message: &str| match source(message) {
        Some((namespace, name)) => format!("{namespace}/{name}"),
        None => subscription.resource().namespace().to_owned(),
    };
    let findings = Complaints::all(case, "ResolutionFailed", alike)
        .iter()
        .filter_map(|complaints| finding(case, complaints))
        .collect();
    Verdict::over(examined, findings, "no Subscription in the archive")
}

/// Namespace and name of the catalog that could not be read.
fn source(message: &str) -> Option<(&str, &str)> {
    let (_, rest) = message.split_once("resolver cache from source ")?;
    let (name, namespace) = rest.split([':', ' ', ',']).next()?.split_once('/')?;
    Some((namespace, name))
}

fn finding(case: &Case<'_>, complaints: &Complaints<'_>) -> Option<Finding> {
    let (reason, message) = complaints.words();
    let mut evidence = complaints.evidence().into_iter();
    let names = complaints.names();
    let namespaces = complaints.namespaces();
    let source = source(&message);
    let subject = complaints.subject(|| match source {
        Some((namespace, name)) => Subject::namespaced("CatalogSource", namespace, name),
        None => Subject::cluster("ClusterOperator", "operator-lifecycle-manager-catalog"),
    });
    let severity = namespaces.iter().map(|it| severity_in(case, it, META.severity)).max()?;
    let patience = complaints.patience(case, GRACE);
    if patience == Patience::Young {
        return None;
    }
    let summary = match source {
        Some((namespace, name)) => format!(
            "{} cannot be resolved, as CatalogSource/{namespace}/{name} does not answer: {}",
            count(names.len(), "Subscription"),
            excerpt(&message)
        ),
        None => format!(
            "{} in {} cannot be resolved, {reason}: {}",
            count(names.len(), "Subscription"),
            few(&namespaces),
            excerpt(&message)
        ),
    };
    let advice = match source {
        Some(_) => "Bring the catalog back, or delete its CatalogSource where nobody needs it.",
        None if message.contains("not referenced by a subscription") => {
            "Delete the ClusterServiceVersion that no Subscription owns, or create its Subscription."
        }
        None => "Name a channel, package and catalog that exist, and provide what is depended on.",
    };
    let namespace = namespaces.first()?;
    let finding = Finding::new(subject, summary, evidence.next()?)
        .since(complaints.since())
        .saying(format!("{reason}: {message}"))
        .saying(names.join(" "))
        .evidence(evidence)
        .why(
            "No operator of the namespace is installed or updated while one cannot be resolved. What \
             runs goes on running.",
        )
        .remedy(
            Remedy::new(advice)
                .command(format!("oc get subscriptions,clusterserviceversions -n {namespace}"))
                .command("oc get catalogsources --all-namespaces")
                .verify(format!("oc get subscriptions -n {namespace} -o yaml")),
        );
    Some(patience.weigh(finding, severity))
}
