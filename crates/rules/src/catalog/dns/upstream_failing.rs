//! Upstream DNS resolvers that do not respond.
//!
//! A few such lines are normal in every network. Only sample lines are stored, so the list of
//! resolvers may be incomplete. Lines older than one hour are ignored.
//!
//! - coredns/coredns `plugin/errors/errors.go`, `plugin/forward`
//! - openshift/runbooks `alerts/cluster-dns-operator/CoreDNSErrorsHigh.md`
//! - <https://github.com/okd-project/okd/issues/1476>

use crate::catalog::prelude::*;

/// Older lines are ignored.
const RECENT: Span = Span::hours(1);
/// How many lines an hour indicate a problem.
const ENOUGH: u64 = 50;

const FAILING: LogPattern = LogPattern::new("plugin/errors: 2 ", "openshift-dns", "dns").matching(
    r"->\S+:53: (i/o timeout|read: connection refused|read: no route to host)|dial \w+ \S+:53: ",
);

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Log(&FAILING)])
    .reads(&[Need::Kind(&POD)])
    .check(check)
    .why(
        "The dns-default pods forward queries for every name outside the cluster to the \
         resolvers of their node, or to those configured in DNS default. While these do not \
         respond, pods cannot resolve such names: images are not pulled, and identity providers \
         and cloud APIs are not reachable.",
    )
    .fix(
        "Query the resolver that the lines name from a node. Check the firewall on port 53, \
         /etc/resolv.conf of the nodes, and the forwarders in DNS default.",
    )
    .run(&[
        "oc get dnses.operator.openshift.io default -o yaml",
        "oc debug node/<node> -- chroot /host cat /etc/resolv.conf",
    ])
    .verify(&[
        "oc logs -n openshift-dns -l dns.operator.openshift.io/daemonset-dns=default -c dns \
             --since=10m",
    ]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let logged = LogOccurrences::recent(cx, &FAILING, RECENT).at_least_hourly(ENOUGH);
    Ok(Checked::over(logged.examined(cx), finding(cx, &logged).into_iter()))
}

fn finding(cx: &RuleContext<'_>, logged: &LogOccurrences<'_>) -> Option<Finding> {
    let mut resolvers: Vec<_> = logged
        .hits
        .iter()
        .flat_map(|hits| hits.lines())
        .filter_map(|line| resolver(&line.text))
        .collect();
    resolvers.sort();
    resolvers.dedup();
    let mut nodes: Vec<_> = logged
        .hits
        .iter()
        .filter_map(|hits| cx.find::<Pod<'_>>(FAILING.namespace, &hits.pod)?.node())
        .collect();
    nodes.sort();
    nodes.dedup();
    let asked = if resolvers.is_empty() {
        "the resolvers outside the cluster do not respond to".to_owned()
    } else if resolvers.len() == 1 {
        format!("resolver {} does not respond to", name_list(&resolvers))
    } else {
        format!("resolvers {} do not respond to", name_list(&resolvers))
    };
    let whom = if nodes.is_empty() { String::new() } else { format!(" on {}", name_list(&nodes)) };
    let mut evidence = logged.evidence();
    let name = resolvers.first().map_or("upstream", String::as_str);
    Some(
        Finding::new(
            Subject::cluster("Resolver", name),
            format!("{asked} the cluster DNS{whom}, {}", logged.frequency()),
            evidence.next()?,
        )
        .since(logged.since())
        .evidence(evidence)
        .keywords(resolvers.join(" "))
        .keywords("no such host i/o timeout :53")
        .likely("the log does not show how many lookups succeed at the same time"),
    )
}

/// The address before `:53`.
fn resolver(line: &str) -> Option<String> {
    let (before, _) = line.split_once(":53: ")?;
    let address = before.rsplit(['>', ' ']).next()?;
    let is_address = |c: char| c.is_ascii_hexdigit() || matches!(c, '.' | ':' | '[' | ']' | '%');
    (!address.is_empty() && address.chars().all(is_address)).then(|| address.to_owned())
}
