//! Failed operator bundle unpacking.
//!
//! Newer versions retry automatically. The condition may remain for a short time after the cause is
//! fixed.
//!
//! - operator-framework/operator-lifecycle-manager `pkg/controller/bundle/bundle_unpacker.go`
//!   (`JobFailed`, `DeadlineExceeded`), `pkg/controller/operators/catalog/operator.go`
//!   (`BundleUnpackFailed`, `ErrorPreventedUnpacking`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&SUBSCRIPTION)])
    .check(|cx| {
        let alike = |subscription: Subscription<'_>, message: &str| {
            format!("{} {message}", subscription.resource().namespace())
        };
        SubscriptionConditions::judge(cx, "BundleUnpackFailed", alike, |failed| {
            let namespace = *failed.namespaces().first()?;
            let what = format!("for Subscription {} in {namespace}", name_list(&failed.names()));
            let (_, message) = failed.reason_and_message();
            let subject = failed.subject(|| Subject::cluster("Namespace", namespace));
            let summary = format!("the bundle {what} cannot be unpacked: {}", excerpt(&message));
            failed.finding(subject, summary)
        })
    })
    // One attempt may take that long.
    .grace(Span::minutes(15))
    .why(
        "A Job unpacks the bundle image before the operator is installed or updated. While it \
         fails, no operator of the namespace is installed or updated. Running operators \
         continue to run.",
    )
    .fix(
        "Make sure that the bundle image can be pulled (registry, mirror, pull secret, proxy). \
         Then delete the failed Job and the ConfigMap of the same name, so that unpacking is \
         retried.",
    )
    .run(&["oc get jobs,pods --all-namespaces"])
    .verify(&["oc get subscriptions -n {namespace} -o yaml"])
    .before(&[("the bundle image can be pulled", "")]);
