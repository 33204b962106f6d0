//! A Subscription to what its catalog calls deprecated.
//!
//! # Why it matters
//!
//! A deprecated package, channel or version gets no fixes, and goes from the catalog one day.
//!
//! # What to do
//!
//! Move to the channel or package that the message names.
//!
//! # Blind spots
//!
//! Only catalogs that declare deprecations say so, and only since 4.16.
//!
//! # References
//!
//! - operator-framework/api `pkg/operators/v1alpha1/subscription_types.go` (`PackageDeprecated`,
//!   `ChannelDeprecated`, `BundleDeprecated`)

use mustknow_gather::kinds::{SUBSCRIPTION, Subscription};

use crate::catalog::prelude::*;
use crate::facts::excerpt;

/// The most far-reaching first; `Deprecated` only sums them up.
const CONDITIONS: [(&str, &str); 3] = [
    ("PackageDeprecated", "package"),
    ("ChannelDeprecated", "channel"),
    ("BundleDeprecated", "version"),
];

pub(super) static META: Meta = Meta {
    id: "olm/deprecated",
    title: "a Subscription to what its catalog calls deprecated",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::Any,
    needs: &[Need::Kind(&SUBSCRIPTION)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let examined = case.all::<Subscription<'_>>().count();
    let findings = case.all::<Subscription<'_>>().filter_map(finding).collect();
    Verdict::over(examined, findings, "no Subscription in the archive")
}

fn finding(subscription: Subscription<'_>) -> Option<Finding> {
    let resource = subscription.resource();
    let (condition, what) = CONDITIONS.iter().find_map(|(name, what)| {
        Some((subscription.condition(name).filter(|it| it.is_true())?, what))
    })?;
    let (subject, namespace, name) = (Subject::of(resource), resource.namespace(), resource.name());
    let message = condition.message();
    Some(
        Finding::new(
            subject.clone(),
            format!("the {what} of {subject} is deprecated: {}", excerpt(&message)),
            Evidence::condition(resource, condition, condition.reason()),
        )
        .since(condition.since())
        .saying(&message)
        .why("What is deprecated gets no fixes and goes from the catalog one day.")
        .remedy(
            Remedy::new("Move to what the message names instead.")
                .command(format!(
                    "oc describe subscription.operators.coreos.com -n {namespace} {name}"
                ))
                .verify(format!(
                    "oc get subscription.operators.coreos.com -n {namespace} {name} -o yaml"
                )),
        ),
    )
}
