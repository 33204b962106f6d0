//! DNS pods that cannot reach the API.
//!
//! Refused connections are ignored, because API servers refuse connections while they restart.
//!
//! - kubernetes/client-go `tools/cache/reflector.go`
//! - <https://github.com/okd-project/okd/issues/158>

use crate::catalog::prelude::*;

const FAILING: LogPattern = LogPattern::in_any("ailed to list *v1.", DNS_LOGS).matching(
    r"dial tcp \S+: (i/o timeout|connect: (no route to host|network is unreachable|connection timed out))",
);

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .check(|cx| Ok(check(cx)))
    .needs(&[Need::Log(&FAILING)])
    .reads(&[Need::Kind(&POD)])
    // An API server that restarts is not reachable for some minutes.
    .note_until(Span::minutes(10))
    .why(
        "The DNS pods read Services and their addresses from the API. If they cannot reach the \
         API, they continue with the data that they have, return no answer for newer Services, \
         and do not become ready after a restart.",
    )
    .fix(
        "The connection from a pod to the API passes through the network pod and kube-proxy of \
         its own node. Check those pods.",
    )
    .run(&["oc get pods --all-namespaces -o wide --field-selector=spec.nodeName={node}"])
    .verify(&["oc get pods -n {namespace} -o wide"]);

fn check(cx: &RuleContext<'_>) -> Checked {
    // A few lines are normal.
    let (logged, gap) = LogOccurrences::frequent(cx, &FAILING, Span::minutes(30), 6);
    Checked::over(logged.examined(cx), finding(cx, &logged)).or_unknown(gap)
}

fn finding(cx: &RuleContext<'_>, logged: &LogOccurrences<'_>) -> Option<Finding> {
    let line = &logged.hits.first()?.last.text;
    let (places, nodes) = (logged.writers(cx), logged.node_names(cx));
    let summary = format!(
        "{} cannot reach the API, {}: {}",
        name_list(&places),
        logged.frequency(),
        ConnectionError::of(line).description()
    );
    let finding = logged
        .finding(dns_workload(cx, logged), summary)?
        .with("node", nodes.first().cloned().unwrap_or_default())
        .keywords(places.join(" "))
        .keywords(nodes.join(" "))
        .keywords(line);
    Some(logged.by_time(cx, finding))
}
