//! `Subscription` to a deprecated operator package, channel or version.
//!
//! Only catalogs that declare deprecations report them, and only in 4.16 and later.
//!
//! - operator-framework/api `pkg/operators/v1alpha1/subscription_types.go` (`PackageDeprecated`,
//!   `ChannelDeprecated`, `BundleDeprecated`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Info, Context, Any)
    .each(&[&SUBSCRIPTION], |_, resource| Ok(finding(Subscription::of(resource))))
    .at_once("it stays until the Subscription is changed")
    .why(
        "A deprecated package, channel or version receives no fixes and will be removed from \
         the catalog.",
    )
    .fix("Switch to the channel or package that the message recommends.")
    .run(&["oc describe subscription.operators.coreos.com -n {namespace} {name}"])
    .verify(&["oc get subscription.operators.coreos.com -n {namespace} {name} -o yaml"]);

fn finding(subscription: Subscription<'_>) -> Option<Finding> {
    // From the widest scope to the narrowest. `Deprecated` only summarizes them.
    let (condition, what) = [
        ("PackageDeprecated", "package"),
        ("ChannelDeprecated", "channel"),
        ("BundleDeprecated", "version"),
    ]
    .into_iter()
    .find_map(|(name, what)| {
        Some((subscription.condition(name).filter(|it| it.is_true())?, what))
    })?;
    let subject = Subject::view(subscription);
    let message = condition.message();
    let summary = format!("{subject} uses a deprecated {what}: {}", excerpt(&message));
    let evidence = Evidence::condition(subscription.resource(), condition, condition.reason());
    Some(Finding::new(subject, summary, evidence).since(condition.since()).keywords(&message))
}
