//! DNS pods that do not reach the API.
//!
//! # Why it matters
//!
//! The pods of `dns-default` learn Services and their addresses from the API. Where they do not
//! reach it they go on with what they know, answer nothing about newer Services, and after a
//! restart they are not ready at all.
//!
//! # What to do
//!
//! The way from a pod to the API leads through the network pod of its own node: look at that.
//!
//! # Blind spots
//!
//! Refused connections are left out, as API servers that restart refuse them. Lines older than half
//! an hour are history.
//!
//! # References
//!
//! - kubernetes/client-go `tools/cache/reflector.go`
//! - <https://github.com/okd-project/okd/issues/158>

use mustknow_gather::kinds::{POD, Pod};
use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::facts::{Logged, Patience, Unreachable, few};

/// What ended longer ago is history.
const RECENT: Span = Span::minutes(30);
/// How many lines an hour are no accident.
const ENOUGH: u64 = 6;
/// How long the API may be away.
const GRACE: Span = Span::minutes(10);

static FAILING: LogPattern = LogPattern::new("ailed to list *v1.", "openshift-dns", "dns").matching(
    r"dial tcp \S+: (i/o timeout|connect: (no route to host|network is unreachable|connection timed out))",
);

pub(super) static META: Meta = Meta {
    id: "dns/api-unreachable",
    title: "DNS pods that do not reach the API",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Log(&FAILING)],
    uses: &[Need::Kind(&POD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let logged = Logged::recent(case, &FAILING, RECENT).often(ENOUGH);
    Verdict::over(logged.examined(case), finding(case, &logged).into_iter().collect(), "")
}

fn finding(case: &Case<'_>, logged: &Logged<'_>) -> Option<Finding> {
    let class = Unreachable::of(&logged.hits.first()?.last.text);
    let places = logged.places(case);
    let nodes: Vec<_> = logged
        .hits
        .iter()
        .filter_map(|hits| case.find::<Pod<'_>>(FAILING.namespace, &hits.pod)?.node())
        .collect();
    let mut evidence = logged.evidence();
    let summary =
        format!("the API is not reached by {}, {}: {}", few(&places), logged.span(), class.words());
    let subject = Subject::namespaced("DaemonSet", "openshift-dns", "dns-default");
    Some(
        Finding::new(subject, summary, evidence.next()?)
            .severity(Patience::of(case, logged.since(), GRACE).severity(META.severity))
            .since(logged.since())
            .evidence(evidence)
            .saying(places.join(" "))
            .saying(nodes.join(" "))
            .saying(&logged.hits.first()?.last.text)
            .why(
                "They go on with what they know, answer nothing about newer Services, and are not \
                 ready after a restart.",
            )
            .remedy(
                Remedy::new("Look at the network pods of these nodes.")
                    .command("oc get pods -n openshift-ovn-kubernetes -o wide")
                    .verify("oc get clusteroperator dns"),
            ),
    )
}
