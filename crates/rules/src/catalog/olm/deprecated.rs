//! `Subscription` to a deprecated operator package, channel or version.
//!
//! Only catalogs that declare deprecations report them, and only in 4.16 and later.
//!
//! - operator-framework/api `pkg/operators/v1alpha1/subscription_types.go` (`PackageDeprecated`,
//!   `ChannelDeprecated`, `BundleDeprecated`)

use crate::catalog::prelude::*;

/// Ordered from the widest scope to the narrowest. `Deprecated` only summarizes them.
const CONDITIONS: [(&str, &str); 3] = [
    ("PackageDeprecated", "package"),
    ("ChannelDeprecated", "channel"),
    ("BundleDeprecated", "version"),
];

pub(super) const RULE: Rule = rule(Info, Context, Any)
    .needs(&[Need::Kind(&SUBSCRIPTION)])
    .check(check)
    .why(
        "A deprecated package, channel or version receives no fixes and will be removed from \
         the catalog.",
    )
    .fix("Switch to the channel or package that the message recommends.");

fn check(cx: &RuleContext<'_>) -> Judged {
    let examined = cx.all::<Subscription<'_>>().count();
    let findings = cx.all::<Subscription<'_>>().filter_map(finding);
    Ok(Checked::over(examined, findings))
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
        .run(format!("oc describe subscription.operators.coreos.com -n {namespace} {name}"))
        .verify(format!("oc get subscription.operators.coreos.com -n {namespace} {name} -o yaml")),
    )
}
