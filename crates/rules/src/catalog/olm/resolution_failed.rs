//! Failed Subscription dependency resolution.
//!
//! The message is from the last attempt. If there are several conflicts, it may not list all of
//! them.
//!
//! - operator-framework/operator-lifecycle-manager `pkg/controller/operators/catalog/operator.go`
//!   (`ConstraintsNotSatisfiable`, `ErrorPreventedResolution`),
//!   `pkg/controller/registry/resolver/cache/cache.go` (`failed to populate resolver cache from source`)

use crate::catalog::prelude::*;

/// How long a catalog may be down while its pod is replaced.
const GRACE: Span = Span::minutes(15);

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&SUBSCRIPTION)])
    .check(check)
    .why(
        "All Subscriptions of a namespace are resolved together. While the resolution fails, no \
         operator in the namespace is installed or updated. Running operators continue to run, \
         and the cluster update is not blocked.",
    )
    .fix(
        "Fix the problem in the message: a catalog that does not respond, a channel or package \
         that the catalog does not contain, a dependency that no operator provides, or a \
         ClusterServiceVersion that no Subscription owns.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let examined = cx.all::<Subscription<'_>>().count();
    let alike = |subscription: Subscription<'_>, message: &str| match source(message) {
        Some((namespace, name)) => format!("{namespace}/{name}"),
        None => subscription.resource().namespace().to_owned(),
    };
    let findings = SubscriptionConditions::all(cx, "ResolutionFailed", alike)
        .into_iter()
        .filter_map(|conditions| finding(cx, &conditions));
    Ok(Checked::over(examined, findings))
}

/// Namespace and name of the catalog that could not be read.
fn source(message: &str) -> Option<(&str, &str)> {
    let (_, rest) = message.split_once("resolver cache from source ")?;
    let (name, namespace) = rest.split([':', ' ', ',']).next()?.split_once('/')?;
    Some((namespace, name))
}

fn finding(cx: &RuleContext<'_>, conditions: &SubscriptionConditions<'_>) -> Option<Finding> {
    let (reason, message) = conditions.reason_and_message();
    let mut evidence = conditions.evidence().into_iter();
    let names = conditions.names();
    let namespaces = conditions.namespaces();
    let source = source(&message);
    let subject = conditions
        .subject(|| Subject::cluster("ClusterOperator", "operator-lifecycle-manager-catalog"));
    let severity = namespaces.iter().map(|it| severity_in(cx, it, RULE.meta.severity)).max()?;
    let persistence = conditions.persistence(cx, GRACE);
    if persistence == Persistence::WithinGrace {
        return None;
    }
    let summary = match source {
        Some((namespace, name)) => format!(
            "{} cannot be resolved because CatalogSource/{namespace}/{name} does not respond: {}",
            pluralize(names.len(), "Subscription"),
            excerpt(&message)
        ),
        None => format!(
            "{} in {} cannot be resolved, {reason}: {}",
            pluralize(names.len(), "Subscription"),
            name_list(&namespaces),
            excerpt(&message)
        ),
    };
    let advice = match source {
        Some(_) => "Restore the catalog, or delete its CatalogSource if it is not needed.",
        None if message.contains("not referenced by a subscription") => {
            "Delete the ClusterServiceVersion without a Subscription, or create its Subscription."
        }
        None => "Use an existing channel, package and catalog, and provide the dependencies.",
    };
    let namespace = namespaces.first()?;
    let finding = Finding::new(subject, summary, evidence.next()?)
        .since(conditions.since())
        .keywords(format!("{reason}: {message}"))
        .keywords(names.join(" "))
        .evidence(evidence)
        .fix(advice)
        .run(format!("oc get subscriptions,clusterserviceversions -n {namespace}"))
        .run("oc get catalogsources --all-namespaces")
        .verify(format!("oc get subscriptions -n {namespace} -o yaml"));
    Some(persistence.apply(finding, severity))
}
