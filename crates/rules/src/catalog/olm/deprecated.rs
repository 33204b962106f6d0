//! Subscription to a deprecated operator package, channel or version.
//!
//! # Why it matters
//!
//! A deprecated package, channel or version receives no fixes and will be removed from the catalog.
//!
//! # What to do
//!
//! Switch to the channel or package that the message recommends.
//!
//! # Blind spots
//!
//! Only catalogs that declare deprecations report them, and only in 4.16 and later.
//!
//! # References
//!
//! - operator-framework/api `pkg/operators/v1alpha1/subscription_types.go` (`PackageDeprecated`,
//!   `ChannelDeprecated`, `BundleDeprecated`)

use mustknow_cluster::model::kinds::SUBSCRIPTION;
use mustknow_cluster::views::Subscription;

use crate::catalog::prelude::*;
use crate::engine::excerpt;

/// Ordered from the widest scope to the narrowest. `Deprecated` only summarizes them.
const CONDITIONS: [(&str, &str); 3] = [
    ("PackageDeprecated", "package"),
    ("ChannelDeprecated", "channel"),
    ("BundleDeprecated", "version"),
];

pub(super) static META: Meta = Meta {
    id: "olm/deprecated",
    title: "Subscription to a deprecated operator package, channel or version",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::Any,
    needs: &[Need::Kind(&SUBSCRIPTION)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let examined = cx.all::<Subscription<'_>>().count();
    let findings = cx.all::<Subscription<'_>>().filter_map(finding).collect();
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
            format!("{subject} uses a deprecated {what}: {}", excerpt(&message)),
            Evidence::condition(resource, condition, condition.reason()),
        )
        .since(condition.since())
        .keywords(&message)
        .why("A deprecated package, channel or version receives no fixes and will be removed.")
        .remedy(
            Remedy::new("Switch to the replacement that the message recommends.")
                .command(format!(
                    "oc describe subscription.operators.coreos.com -n {namespace} {name}"
                ))
                .verify(format!(
                    "oc get subscription.operators.coreos.com -n {namespace} {name} -o yaml"
                )),
        ),
    )
}
