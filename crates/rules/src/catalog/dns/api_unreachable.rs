//! DNS pods that cannot reach the API.
//!
//! # Why it matters
//!
//! The `dns-default` pods read Services and their addresses from the API. If they cannot reach the
//! API, they continue with the data that they have, return no answer for newer Services, and do not
//! become ready after a restart.
//!
//! # What to do
//!
//! The connection from a pod to the API passes through the network pod of its own node. Check that
//! pod.
//!
//! # Blind spots
//!
//! Refused connections are ignored, because API servers refuse connections while they restart.
//! Lines older than 30 minutes are ignored.
//!
//! # References
//!
//! - kubernetes/client-go `tools/cache/reflector.go`
//! - <https://github.com/okd-project/okd/issues/158>

use mustknow_cluster::model::kinds::POD;
use mustknow_cluster::model::log::LogPattern;
use mustknow_cluster::views::Pod;

use crate::catalog::prelude::*;
use crate::domain::ConnectionError;
use crate::engine::{Persistence, name_list};
use crate::signals::LogOccurrences;

/// Older lines are ignored.
const RECENT: Span = Span::minutes(30);
/// How many lines an hour indicate a problem.
const ENOUGH: u64 = 6;
/// How long the API may be unreachable.
const GRACE: Span = Span::minutes(10);

static FAILING: LogPattern = LogPattern::new("ailed to list *v1.", "openshift-dns", "dns").matching(
    r"dial tcp \S+: (i/o timeout|connect: (no route to host|network is unreachable|connection timed out))",
);

pub(super) static META: Meta = Meta {
    id: "dns/api-unreachable",
    title: "DNS pods that cannot reach the API",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Log(&FAILING)],
    uses: &[Need::Kind(&POD)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let logged = LogOccurrences::recent(cx, &FAILING, RECENT).at_least_hourly(ENOUGH);
    Verdict::over(logged.examined(cx), finding(cx, &logged).into_iter().collect(), "")
}

fn finding(cx: &RuleContext<'_>, logged: &LogOccurrences<'_>) -> Option<Finding> {
    let class = ConnectionError::of(&logged.hits.first()?.last.text);
    let places = logged.writers(cx);
    let nodes: Vec<_> = logged
        .hits
        .iter()
        .filter_map(|hits| cx.find::<Pod<'_>>(FAILING.namespace, &hits.pod)?.node())
        .collect();
    let mut evidence = logged.evidence();
    let summary = format!(
        "{} cannot reach the API, {}: {}",
        name_list(&places),
        logged.frequency(),
        class.description()
    );
    let subject = Subject::namespaced("DaemonSet", "openshift-dns", "dns-default");
    Some(
        Finding::new(subject, summary, evidence.next()?)
            .severity(Persistence::of(cx, logged.since(), GRACE).severity(META.severity))
            .since(logged.since())
            .evidence(evidence)
            .keywords(places.join(" "))
            .keywords(nodes.join(" "))
            .keywords(&logged.hits.first()?.last.text)
            .why(
                "The DNS pods continue with the data that they have, return no answer for newer \
                 Services, and do not become ready after a restart.",
            )
            .remedy(
                Remedy::new("Check the network pods of these nodes.")
                    .command("oc get pods -n openshift-ovn-kubernetes -o wide")
                    .verify("oc get clusteroperator dns"),
            ),
    )
}
