//! Upstream DNS resolvers that do not respond.
//!
//! # Why it matters
//!
//! The `dns-default` pods forward queries for every name outside the cluster to the resolvers of
//! their node, or to those configured in DNS default. While these do not respond, pods cannot
//! resolve such names: images are not pulled, and identity providers and cloud APIs are not
//! reachable.
//!
//! # What to do
//!
//! Query the resolver that the lines name from a node. Check the firewall on port 53,
//! `/etc/resolv.conf` of the nodes, and the forwarders in DNS default.
//!
//! # Blind spots
//!
//! A few such lines are normal in every network. Only sample lines are stored, so the list of
//! resolvers may be incomplete. Lines older than one hour are ignored.
//!
//! # References
//!
//! - coredns/coredns `plugin/errors/errors.go`, `plugin/forward`
//! - openshift/runbooks `alerts/cluster-dns-operator/CoreDNSErrorsHigh.md`
//! - <https://github.com/okd-project/okd/issues/1476>

use mustknow_cluster::model::kinds::POD;
use mustknow_cluster::model::log::LogPattern;
use mustknow_cluster::views::Pod;

use crate::catalog::prelude::*;
use crate::engine::name_list;
use crate::signals::LogOccurrences;

/// Older lines are ignored.
const RECENT: Span = Span::hours(1);
/// How many lines an hour indicate a problem.
const ENOUGH: u64 = 50;

static FAILING: LogPattern = LogPattern::new("plugin/errors: 2 ", "openshift-dns", "dns").matching(
    r"->\S+:53: (i/o timeout|read: connection refused|read: no route to host)|dial \w+ \S+:53: ",
);

pub(super) static META: Meta = Meta {
    id: "dns/upstream-failing",
    title: "upstream DNS resolvers that do not respond",
    severity: Severity::Warning,
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
        .likely("the log does not show how many lookups succeed at the same time")
        .why(
            "Queries for names outside the cluster are forwarded to these resolvers. While they do \
             not respond, pods cannot resolve such names.",
        )
        .remedy(
            Remedy::new(
                "Query the resolver from a node; check the firewall on port 53, resolv.conf of the \
                 nodes and the forwarders in DNS default.",
            )
            .command("oc get dnses.operator.openshift.io default -o yaml")
            .command("oc debug node/<node> -- chroot /host cat /etc/resolv.conf")
            .verify("oc logs -n openshift-dns -l dns.operator.openshift.io/daemonset-dns=default -c dns --since=10m"),
        ),
    )
}

/// The address before `:53`.
fn resolver(line: &str) -> Option<String> {
    let (before, _) = line.split_once(":53: ")?;
    let address = before.rsplit(['>', ' ']).next()?;
    let is_address = |c: char| c.is_ascii_hexdigit() || matches!(c, '.' | ':' | '[' | ']' | '%');
    (!address.is_empty() && address.chars().all(is_address)).then(|| address.to_owned())
}
