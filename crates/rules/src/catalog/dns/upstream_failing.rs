//! Resolvers outside the cluster that do not answer its DNS.
//!
//! # Why it matters
//!
//! The pods of `dns-default` hand every name outside the cluster on to the resolvers of their node,
//! or to those that DNS default names. While these do not answer, pods do not resolve such names:
//! images are not pulled, identity providers and clouds are not reached.
//!
//! # What to do
//!
//! Ask the resolver that the lines name from a node. Look at the firewall on port 53, at the nodes'
//! `/etc/resolv.conf`, and at the forwarders in DNS default.
//!
//! # Blind spots
//!
//! A few such lines belong to every network. Lines are kept as examples only, so that the resolvers
//! named may not be all. Lines older than an hour are history.
//!
//! # References
//!
//! - coredns/coredns `plugin/errors/errors.go`, `plugin/forward`
//! - openshift/runbooks `alerts/cluster-dns-operator/CoreDNSErrorsHigh.md`
//! - <https://github.com/okd-project/okd/issues/1476>

use mustknow_gather::kinds::{POD, Pod};
use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::facts::{Logged, few};

/// What ended longer ago is history.
const RECENT: Span = Span::hours(1);
/// How many lines an hour are no accident.
const ENOUGH: u64 = 50;

static FAILING: LogPattern = LogPattern::new("plugin/errors: 2 ", "openshift-dns", "dns").matching(
    r"->\S+:53: (i/o timeout|read: connection refused|read: no route to host)|dial \w+ \S+:53: ",
);

pub(super) static META: Meta = Meta {
    id: "dns/upstream-failing",
    title: "resolvers outside the cluster that do not answer its DNS",
    severity: Severity::Warning,
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
        .filter_map(|hits| case.find::<Pod<'_>>(FAILING.namespace, &hits.pod)?.node())
        .collect();
    nodes.sort();
    nodes.dedup();
    let asked = if resolvers.is_empty() {
        "the resolvers outside the cluster do not answer".to_owned()
    } else if resolvers.len() == 1 {
        format!("resolver {} does not answer", few(&resolvers))
    } else {
        format!("resolvers {} do not answer", few(&resolvers))
    };
    let whom = if nodes.is_empty() { String::new() } else { format!(" on {}", few(&nodes)) };
    let mut evidence = logged.evidence();
    let name = resolvers.first().map_or("upstream", String::as_str);
    Some(
        Finding::new(
            Subject::cluster("Resolver", name),
            format!("{asked} the cluster's DNS{whom}, {}", logged.span()),
            evidence.next()?,
        )
        .since(logged.since())
        .evidence(evidence)
        .saying(resolvers.join(" "))
        .saying("no such host i/o timeout :53")
        .likely("how many look-ups succeed meanwhile is not logged")
        .why(
            "Names outside the cluster are handed on to these resolvers. While they do not answer, \
             pods resolve no such name.",
        )
        .remedy(
            Remedy::new(
                "Ask the resolver from a node; look at the firewall on port 53, at the nodes' \
                 resolv.conf and at the forwarders of DNS default.",
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
