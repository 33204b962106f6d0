//! DNS pods that cannot reach the API.
//!
//! Refused connections are ignored, because API servers refuse connections while they restart.
//! Lines older than 30 minutes are ignored.
//!
//! - kubernetes/client-go `tools/cache/reflector.go`
//! - <https://github.com/okd-project/okd/issues/158>

use crate::catalog::prelude::*;

/// Older lines are ignored.
const RECENT: Span = Span::minutes(30);
/// How many lines an hour indicate a problem.
const ENOUGH: u64 = 6;
/// How long the API may be unreachable.
const GRACE: Span = Span::minutes(10);

const FAILING: LogPattern = LogPattern::new("ailed to list *v1.", "openshift-dns", "dns").matching(
    r"dial tcp \S+: (i/o timeout|connect: (no route to host|network is unreachable|connection timed out))",
);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Log(&FAILING)])
    .reads(&[Need::Kind(&POD)])
    .check(check)
    .why(
        "The dns-default pods read Services and their addresses from the API. If they cannot \
         reach the API, they continue with the data that they have, return no answer for newer \
         Services, and do not become ready after a restart.",
    )
    .fix(
        "The connection from a pod to the API passes through the network pod of its own node. \
         Check that pod.",
    )
    .run(&["oc get pods -n openshift-ovn-kubernetes -o wide"])
    .verify(&["oc get clusteroperator dns"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let logged = LogOccurrences::recent(cx, &FAILING, RECENT).at_least_hourly(ENOUGH);
    Ok(Checked::over(logged.examined(cx), finding(cx, &logged).into_iter()))
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
            .severity(Persistence::of(cx, logged.since(), GRACE).severity(RULE.meta.severity))
            .since(logged.since())
            .evidence(evidence)
            .keywords(places.join(" "))
            .keywords(nodes.join(" "))
            .keywords(&logged.hits.first()?.last.text),
    )
}
