//! An etcd member that others cannot reach over the network.
//!
//! # Why it matters
//!
//! Members talk to each other on port 2380. One that a peer cannot reach takes part in nothing that
//! peer leads: it falls behind, and when the ways are broken in one direction only, elections begin
//! that nobody wins.
//!
//! # What to do
//!
//! Look at the way between the two nodes: a firewall on port 2380, a route, the MTU. Where the
//! certificate is refused, compare the peer certificates and their authority.
//!
//! # Blind spots
//!
//! A refused connection says that etcd does not run there, which other rules report, and is left
//! out. So is what ended more than ten minutes before the archive was made, since every restart of a
//! member leaves such lines.
//!
//! # References
//!
//! - etcd-io/etcd `server/etcdserver/api/rafthttp/probing_status.go` ("prober detected unhealthy
//!   status")

use std::collections::BTreeMap;

use mustknow_gather::kinds::{Node, POD};
use mustknow_gather::layout::Special;
use mustknow_gather::log::{LogHits, LogPattern};

use crate::catalog::prelude::*;
use crate::facts::{EtcdMember, Logged, Unreachable, count, few, is_rolled};

/// What ended longer ago is history.
const RECENT: Span = Span::minutes(10);
/// The probe asks every few seconds, twice; so many lines an hour are more than restarts leave.
const ENOUGH: u64 = 10;
/// How long a member may be away while its node is restarted.
const RESTART: Span = Span::minutes(15);

static UNHEALTHY: LogPattern =
    LogPattern::new("prober detected unhealthy status", "openshift-etcd", "etcd").matching(
        "i/o timeout|no route to host|network is unreachable|deadline exceeded|x509|tls:",
    );

pub(super) static META: Meta = Meta {
    id: "etcd/peer-unreachable",
    title: "an etcd member that others cannot reach over the network",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Log(&UNHEALTHY)],
    uses: &[Need::Special(Special::EtcdMembers), Need::Kind(&POD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let members = EtcdMember::all(case).map(|(_, members)| members).unwrap_or_default();
    let mut by_peer: BTreeMap<String, Vec<&LogHits>> = BTreeMap::new();
    let lasting = Logged::recent(case, &UNHEALTHY, RECENT).often(ENOUGH);
    for hits in &lasting.hits {
        if case.is_older(hits.first.time, RESTART) {
            by_peer.entry(peer(&hits.last.text, &members)).or_default().push(hits);
        }
    }
    let findings = by_peer.iter().filter_map(|(peer, hits)| finding(case, peer, hits, &members));
    Verdict::over(case.snapshot().logs_scanned(&UNHEALTHY), findings.collect(), "no log of etcd")
}

/// The peer of a line: its name where the member list has it, or else its address or its id.
fn peer(line: &str, members: &[EtcdMember]) -> String {
    let id = line
        .split_once("\"remote-peer-id\":\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(id, _)| id);
    let by_id = id.and_then(|id| u64::from_str_radix(id, 16).ok());
    if let Some(member) = members.iter().find(|member| by_id == Some(member.id)) {
        return member.call().to_owned();
    }
    let address = line
        .split_once("dial tcp ")
        .and_then(|(_, rest)| rest.split_once(":2380"))
        .map(|(address, _)| address);
    address.or(id).unwrap_or("unknown").to_owned()
}

fn finding(
    case: &Case<'_>,
    peer: &str,
    hits: &[&LogHits],
    members: &[EtcdMember],
) -> Option<Finding> {
    let (first, rest) = hits.split_first()?;
    let node =
        members.iter().find(|member| member.call() == peer).and_then(|member| member.node(case));
    if node.is_some_and(is_rolled) {
        // The machine-config operator restarts it.
        return None;
    }
    let node = node.map(Node::name);
    let from: Vec<_> = hits.iter().map(|hits| &*hits.pod).collect();
    let lines: u64 = hits.iter().map(|hits| hits.count).sum();
    let class = Unreachable::of(&first.last.text);
    let place = node.map(|node| format!(" on node {node}")).unwrap_or_default();
    let summary = format!(
        "etcd member {peer}{place} cannot be reached by {}: {} ({})",
        few(&from),
        class.words(),
        count(usize::try_from(lines).unwrap_or(usize::MAX), "line")
    );
    let finding = Finding::new(
        Subject::cluster("EtcdMember", peer),
        summary,
        Evidence::logged(UNHEALTHY.namespace, first),
    )
    .likely("that it still lasts is taken from the last line of the log")
    .since(hits.iter().filter_map(|hits| hits.first.time).min())
    .why(
        "A member that a peer cannot reach takes part in nothing that peer leads; it falls behind, \
         and elections begin that nobody wins.",
    )
    .saying(format!("peer {peer} {}", node.unwrap_or_default()))
    .saying(&first.last.text)
    .evidence(rest.iter().map(|hits| Evidence::logged(UNHEALTHY.namespace, hits)))
    .remedy(
        Remedy::new(match class {
            Unreachable::Certificate => {
                "Compare the peer certificates of both members and the authority that signed them."
            }
            _ => "Look at the way between the nodes: firewall on port 2380, routes, MTU.",
        })
        .command("oc get pods -n openshift-etcd -o wide")
        .verify("oc logs -n openshift-etcd -c etcd etcd-<node> | grep 'unhealthy status'"),
    );
    Some(finding)
}
