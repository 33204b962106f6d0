//! Unreachable etcd peer.
//!
//! A refused connection means that etcd does not run on the peer. Other rules report this, so it is
//! ignored here. Errors that stopped more than ten minutes before the archive was collected are
//! also ignored, because every restart of a member leaves such log lines.
//!
//! - etcd-io/etcd `server/etcdserver/api/rafthttp/probing_status.go` ("prober detected unhealthy
//!   status")

use crate::catalog::prelude::*;

/// Errors that stopped longer ago than this are ignored.
const RECENT: Span = Span::minutes(10);
/// The prober runs every few seconds on two connections. Restarts leave fewer lines per hour.
const ENOUGH: u64 = 10;
/// How long a member may be unavailable while its node is restarted.
const RESTART: Span = Span::minutes(15);

const UNHEALTHY: LogPattern =
    LogPattern::new("prober detected unhealthy status", "openshift-etcd", "etcd").matching(
        "i/o timeout|no route to host|network is unreachable|deadline exceeded|x509|tls:",
    );

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Log(&UNHEALTHY)])
    .reads(&[Need::KnownFile(KnownFile::EtcdMembers), Need::Kind(&POD)])
    .check(check)
    .why(
        "Members communicate with each other on port 2380. A member that the leader cannot \
         reach receives no new entries and falls behind. If the connection is broken in one \
         direction only, elections start that no member wins.",
    )
    .fix(
        "Check the network between the two nodes: a firewall on port 2380, a route, the MTU. If \
         the certificate is rejected, compare the peer certificates and the CA that issued \
         them.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let members = EtcdMember::all(cx).map(|(_, members)| members).unwrap_or_default();
    let mut by_peer: BTreeMap<String, Vec<&LogHits>> = BTreeMap::new();
    let frequent = LogOccurrences::recent(cx, &UNHEALTHY, RECENT).at_least_hourly(ENOUGH);
    for hits in &frequent.hits {
        if cx.is_older(hits.first.time, RESTART) {
            by_peer.entry(peer(&hits.last.text, &members)).or_default().push(hits);
        }
    }
    let findings = by_peer.iter().filter_map(|(peer, hits)| finding(cx, peer, hits, &members));
    Ok(Checked::over(cx.snapshot().logs_scanned(&UNHEALTHY), findings))
}

/// The peer in a log line: its name if the member list has it, or else its address or its ID.
fn peer(line: &str, members: &[EtcdMember]) -> String {
    let id = line
        .split_once("\"remote-peer-id\":\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(id, _)| id);
    let by_id = id.and_then(|id| u64::from_str_radix(id, 16).ok());
    if let Some(member) = members.iter().find(|member| by_id == Some(member.id)) {
        return member.display_name().to_owned();
    }
    let address = line
        .split_once("dial tcp ")
        .and_then(|(_, rest)| rest.split_once(":2380"))
        .map(|(address, _)| address);
    address.or(id).unwrap_or("unknown").to_owned()
}

fn finding(
    cx: &RuleContext<'_>,
    peer: &str,
    hits: &[&LogHits],
    members: &[EtcdMember],
) -> Option<Finding> {
    let (first, rest) = hits.split_first()?;
    let node = members
        .iter()
        .find(|member| member.display_name() == peer)
        .and_then(|member| member.node(cx));
    if node.is_some_and(is_being_updated) {
        // The machine-config operator is rebooting it.
        return None;
    }
    let node = node.map(Node::name);
    let from: Vec<_> = hits.iter().map(|hits| &*hits.pod).collect();
    let lines: u64 = hits.iter().map(|hits| hits.count).sum();
    let class = ConnectionError::of(&first.last.text);
    let place = node.map(|node| format!(" on node {node}")).unwrap_or_default();
    let summary = format!(
        "etcd member {peer}{place} is unreachable from {}: {} ({})",
        name_list(&from),
        class.description(),
        pluralize(usize::try_from(lines).unwrap_or(usize::MAX), "line")
    );
    let finding = Finding::new(
        Subject::cluster("EtcdMember", peer),
        summary,
        Evidence::logged(UNHEALTHY.namespace, first),
    )
    .likely("the last log line is recent, so the problem is assumed to persist")
    .since(hits.iter().filter_map(|hits| hits.first.time).min())
    .keywords(format!("peer {peer} {}", node.unwrap_or_default()))
    .keywords(&first.last.text)
    .evidence(rest.iter().map(|hits| Evidence::logged(UNHEALTHY.namespace, hits)))
    .fix(match class {
        ConnectionError::Certificate => {
            "Compare the peer certificates of both members and the CA that issued them."
        }
        _ => "Check the network between the nodes: firewall on port 2380, routes, MTU.",
    })
    .run("oc get pods -n openshift-etcd -o wide")
    .verify("oc logs -n openshift-etcd -c etcd etcd-<node> | grep 'unhealthy status'");
    Some(finding)
}
