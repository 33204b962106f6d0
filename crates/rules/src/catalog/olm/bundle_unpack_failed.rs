//! Failed operator bundle unpacking.
//!
//! Newer versions retry automatically. The condition may remain for a short time after the cause is
//! fixed.
//!
//! - operator-framework/operator-lifecycle-manager `pkg/controller/bundle/bundle_unpacker.go`
//!   (`JobFailed`, `DeadlineExceeded`), `pkg/controller/operators/catalog/operator.go`
//!   (`BundleUnpackFailed`, `ErrorPreventedUnpacking`)

use crate::catalog::prelude::*;

/// How long one attempt may take.
const GRACE: Span = Span::minutes(15);

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&SUBSCRIPTION)])
    .check(check)
    .why(
        "A Job unpacks the bundle image before the operator is installed or updated. While it \
         fails, no operator of the namespace is installed or updated. Running operators \
         continue to run.",
    )
    .fix(
        "Make sure that the bundle image can be pulled (registry, mirror, pull secret, proxy). \
         Then delete the failed Job and the ConfigMap of the same name, so that unpacking is \
         retried.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let examined = cx.all::<Subscription<'_>>().count();
    let alike = |subscription: Subscription<'_>, message: &str| {
        format!("{} {message}", subscription.resource().namespace())
    };
    let findings = SubscriptionConditions::all(cx, "BundleUnpackFailed", alike)
        .into_iter()
        .filter_map(|conditions| finding(cx, &conditions));
    Ok(Checked::over(examined, findings))
}

fn finding(cx: &RuleContext<'_>, conditions: &SubscriptionConditions<'_>) -> Option<Finding> {
    let persistence = conditions.persistence(cx, GRACE);
    let (reason, message) = conditions.reason_and_message();
    let namespaces = conditions.namespaces();
    let namespace = namespaces.first().filter(|_| persistence != Persistence::WithinGrace)?;
    let names = conditions.names();
    let mut evidence = conditions.evidence().into_iter();
    let what = format!("for Subscription {} in {namespace}", name_list(&names));
    let finding = Finding::new(
        conditions.subject(|| Subject::cluster("Namespace", *namespace)),
        format!("the bundle {what} cannot be unpacked: {}", excerpt(&message)),
        evidence.next()?,
    )
    .since(conditions.since())
    .keywords(format!("{reason}: {message}"))
    .evidence(evidence)
    .run("oc get jobs,pods -n openshift-marketplace")
    .before("the bundle image can be pulled", Proof::ByHand(String::new()))
    .verify(format!("oc get subscriptions -n {namespace} -o yaml"));
    Some(persistence.apply(finding, severity_in(cx, namespace, RULE.meta.severity)))
}
