//! DNS Service without an IP address.
//!
//! This is what the DNS operator reports. If it has lasted for less than five minutes, it is
//! reported as info only.
//!
//! - openshift/cluster-dns-operator `pkg/operator/controller/dns_status.go` (`NoService`)

use crate::catalog::prelude::*;

/// How long the operator may take to create the Service.
const GRACE: Span = Span::minutes(5);
const SIGNS: [&str; 2] = ["NoService", "No IP address is assigned to the DNS service"];

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_DNS)])
    .check(check)
    .why(
        "The resolv.conf of every pod contains the IP address of Service \
         openshift-dns/dns-default. If the Service does not exist, or could not get this fixed \
         address, no pod resolves any name.",
    )
    .fix(
        "Check the Service and the log of the DNS operator: in most cases another Service uses \
         the address.",
    )
    .run(&[
        "oc get services --all-namespaces -o wide",
        "oc logs -n openshift-dns-operator deployment/dns-operator -c dns-operator",
    ])
    .verify(&["oc get service dns-default -n openshift-dns"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let own = cx.find_as::<Operator<'_>>(&OPERATOR_DNS, "", "default").map(View::resource);
    let summary = cx.find::<ClusterOperator<'_>>("", "dns").map(View::resource);
    let Some(source) = own.or(summary) else {
        let gap =
            Gap::new(GapKind::NotCollected, "DNS default and ClusterOperator dns: not collected");
        return Err(NotJudged::from(
            gap.command("oc get dnses.operator.openshift.io default -o yaml")
                .command("oc get clusteroperator dns -o yaml"),
        ));
    };
    let bad = [
        Condition::find(source, "Available").filter(|condition| condition.is_false()),
        Condition::find(source, "Degraded").filter(|condition| condition.is_true()),
    ];
    let bad = bad.into_iter().flatten().find(|condition| {
        let detail = format!("{} {}", condition.reason(), condition.message());
        SIGNS.iter().any(|sign| detail.contains(sign))
    });
    let finding = bad.map(|condition| {
        let message = condition.message();
        Finding::new(
            Subject::namespaced("Service", "openshift-dns", "dns-default"),
            "Service openshift-dns/dns-default has no IP address",
            Evidence::condition(source, condition, excerpt(&message)),
        )
        .severity(Persistence::of(cx, condition.since(), GRACE).severity(RULE.meta.severity))
        .since(condition.since())
        .keywords(format!("{}: {message}", condition.reason()))
        .explains(Subject::cluster("ClusterOperator", "dns"), "")
    });
    Ok(Checked::over(1, finding.into_iter()))
}
