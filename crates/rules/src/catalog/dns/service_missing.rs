//! A DNS Service without an address.
//!
//! # Why it matters
//!
//! Every pod has the address of Service `openshift-dns/dns-default` in its `resolv.conf`. Without
//! the Service, or when it could not get that one address, no pod resolves any name.
//!
//! # What to do
//!
//! Look at the Service and at what the dns operator logs about it: most often its address is taken
//! by another Service.
//!
//! # Blind spots
//!
//! This is what the dns operator says. Less than five minutes of it are told as information only.
//!
//! # References
//!
//! - openshift/cluster-dns-operator `pkg/operator/controller/dns_status.go` (`NoService`)

use mustknow_gather::kinds::{ClusterOperator, Condition, OPERATOR_DNS, Operator};

use crate::catalog::prelude::*;
use crate::facts::{Patience, excerpt};

/// How long the operator may take to make it.
const GRACE: Span = Span::minutes(5);
const SIGNS: [&str; 2] = ["NoService", "No IP address is assigned to the DNS service"];

pub(super) static META: Meta = Meta {
    id: "dns/service-missing",
    title: "a DNS Service without an address",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_DNS)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let own = case.find_as::<Operator<'_>>(&OPERATOR_DNS, "", "default").map(View::resource);
    let summary = case.find::<ClusterOperator<'_>>("", "dns").map(View::resource);
    let Some(source) = own.or(summary) else {
        let gap =
            Gap::new(GapKind::NotCollected, "DNS default and ClusterOperator dns: not collected");
        return Verdict::Unknown(
            gap.ask("oc get dnses.operator.openshift.io default -o yaml")
                .ask("oc get clusteroperator dns -o yaml"),
        );
    };
    let bad = [
        Condition::find(source, "Available").filter(|condition| condition.is_false()),
        Condition::find(source, "Degraded").filter(|condition| condition.is_true()),
    ];
    let bad = bad.into_iter().flatten().find(|condition| {
        let words = format!("{} {}", condition.reason(), condition.message());
        SIGNS.iter().any(|sign| words.contains(sign))
    });
    let finding = bad.map(|condition| {
        let message = condition.message();
        Finding::new(
            Subject::namespaced("Service", "openshift-dns", "dns-default"),
            "Service openshift-dns/dns-default has no address",
            Evidence::condition(source, condition, excerpt(&message)),
        )
        .severity(Patience::of(case, condition.since(), GRACE).severity(META.severity))
        .since(condition.since())
        .saying(format!("{}: {message}", condition.reason()))
        .why("Every pod asks this one address; without it no pod resolves any name.")
        .explains(Subject::cluster("ClusterOperator", "dns"), "")
        .remedy(
            Remedy::new(
                "Look whether another Service has taken its address, the tenth of the service \
                 network, and read the dns operator's log.",
            )
            .command("oc get services --all-namespaces -o wide")
            .command("oc logs -n openshift-dns-operator deployment/dns-operator -c dns-operator")
            .verify("oc get service dns-default -n openshift-dns"),
        )
    });
    Verdict::over(1, finding.into_iter().collect(), "")
}
