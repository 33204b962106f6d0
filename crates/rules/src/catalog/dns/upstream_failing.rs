//! Upstream DNS resolvers that do not respond.
//!
//! Only sample lines are stored, so the list of resolvers may be incomplete.
//!
//! - coredns/coredns `plugin/errors/errors.go`, `plugin/forward`
//! - openshift/runbooks `alerts/cluster-dns-operator/CoreDNSErrorsHigh.md`
//! - <https://github.com/okd-project/okd/issues/1476>

use crate::catalog::prelude::*;

const FAILING: LogPattern = LogPattern::in_any("plugin/errors: 2 ", DNS_LOGS).matching(
    r"->\S+:53: (i/o timeout|read: connection refused|read: no route to host)|dial \w+ \S+:53: ",
);

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .check(|cx| Ok(check(cx)))
    .needs(&[Need::Log(&FAILING)])
    .reads(&[Need::Kind(&POD)])
    .at_once("the lines are frequent and recent")
    .even_while_installing("the resolvers are outside the cluster")
    .why(
        "The DNS pods forward queries for every name outside the cluster to the resolvers of \
         their node, or to those in their configuration. While these do not respond, pods \
         cannot resolve such names: identity providers and cloud APIs are not reachable.",
    )
    .fix(
        "Query the resolver that the lines name from a node. Check the firewall on port 53, \
         /etc/resolv.conf of the nodes, and the forwarders in the configuration of the DNS pods. \
         On OpenShift these are in spec.servers of DNS default.",
    )
    .run(&[
        "oc get configmap {config} -n {namespace} -o yaml",
        "oc debug node/{node} -- chroot /host cat /etc/resolv.conf",
    ])
    .verify(&["oc logs -n {namespace} {workload} --all-containers --since=10m"]);

fn check(cx: &RuleContext<'_>) -> Checked {
    // A few such lines are normal in every network.
    let (logged, gap) = LogOccurrences::frequent(cx, &FAILING, Span::hours(1), 50);
    Checked::over(logged.examined(cx), finding(cx, &logged)).or_unknown(gap)
}

fn finding(cx: &RuleContext<'_>, logged: &LogOccurrences<'_>) -> Option<Finding> {
    let lines = logged.hits.iter().flat_map(|hits| hits.lines());
    let resolvers: BTreeSet<_> = lines.filter_map(|line| resolver(&line.text)).collect();
    let resolvers: Vec<_> = resolvers.into_iter().collect();
    let asked = match resolvers.as_slice() {
        [] => "the resolvers outside the cluster do not respond to".to_owned(),
        [one] => format!("resolver {one} does not respond to"),
        several => format!("resolvers {} do not respond to", name_list(several)),
    };
    let nodes = logged.node_names(cx);
    let on = if nodes.is_empty() { String::new() } else { format!(" on {}", name_list(&nodes)) };
    let summary = format!("{asked} the cluster DNS{on}, {}", logged.frequency());
    let name = resolvers.first().map_or("upstream", String::as_str);
    let workload = dns_workload(cx, logged);
    let finding = logged
        .finding(Subject::cluster("Resolver", name), summary)?
        .with("node", nodes.first().cloned().unwrap_or_default())
        .with("workload", format!("{}/{}", workload.kind.to_lowercase(), workload.name))
        .with("config", workload.name)
        .with("namespace", workload.namespace)
        .keywords(resolvers.join(" "))
        .keywords("no such host i/o timeout :53")
        .likely("the log does not show how many lookups succeed at the same time");
    Some(logged.by_time(cx, finding))
}

/// The address before `:53`.
fn resolver(line: &str) -> Option<String> {
    let (before, _) = line.split_once(":53: ")?;
    let address = before.rsplit(['>', ' ']).next()?;
    let is_address = |c: char| c.is_ascii_hexdigit() || matches!(c, '.' | ':' | '[' | ']' | '%');
    (!address.is_empty() && address.chars().all(is_address)).then(|| address.to_owned())
}
