//! Unreachable etcd peer.
//!
//! A refused connection means that etcd does not run on the peer. Other rules report this, so it is
//! ignored here. Errors that stopped more than ten minutes before the archive was collected are
//! also ignored, because every restart of a member leaves such log lines.
//!
//! - etcd-io/etcd `server/etcdserver/api/rafthttp/probing_status.go` ("prober detected unhealthy
//!   status")

use crate::catalog::prelude::*;

const UNHEALTHY: LogPattern = LogPattern::in_any("prober detected unhealthy status", ETCD_LOGS)
    .matching("i/o timeout|no route to host|network is unreachable|deadline exceeded|x509|tls:");

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Log(&UNHEALTHY)])
    .reads(&[Need::KnownFile(KnownFile::EtcdMembers), Need::Kind(&POD)])
    .check(|cx| Ok(check(cx)))
    // How long a member may be unavailable while its node is restarted.
    .grace(Span::minutes(15))
    .why(
        "Members communicate with each other on port 2380. A member that the leader cannot \
         reach receives no new entries and falls behind. If the connection is broken in one \
         direction only, elections start that no member wins.",
    )
    .fix(
        "Check the network between the two nodes: a firewall on port 2380, a route, the MTU. If \
         the certificate is rejected, compare the peer certificates and the CA that issued \
         them.",
    )
    .run(&["oc get pods -n openshift-etcd -o wide"])
    .verify(&["oc logs -n openshift-etcd -c etcd etcd-<node> | grep 'unhealthy status'"]);

fn check(cx: &RuleContext<'_>) -> Checked {
    let members = EtcdMember::known(cx);
    // The prober runs every few seconds on two connections. Restarts leave fewer lines per hour.
    let logged = LogOccurrences::recent(cx, &UNHEALTHY, Span::minutes(10)).at_least_hourly(10);
    let by_peer = logged.group_by(|hits| peer(&hits.last.text, &members));
    let findings = by_peer.iter().filter_map(|(peer, logged)| {
        let member = members.iter().find(|member| member.display_name() == peer);
        let has_address = |node: &Node<'_>| node.addresses("InternalIP").any(|it| it == *peer);
        let node = match member {
            Some(member) => member.node(cx),
            None => cx.all::<Node<'_>>().find(has_address),
        };
        finding(peer, node, logged)
    });
    Checked::over(logged.examined(cx), findings)
}

/// The peer in a log line: its name if the member list has it, or else its address or its ID.
fn peer(line: &str, members: &[EtcdMember]) -> String {
    let between = |start: &str, end: &str| Some(line.split_once(start)?.1.split_once(end)?.0);
    let id = between("\"remote-peer-id\":\"", "\"");
    let by_id = id.and_then(|id| u64::from_str_radix(id, 16).ok());
    match members.iter().find(|member| by_id == Some(member.id)) {
        Some(member) => member.display_name().to_owned(),
        None => between("dial tcp ", ":2380").or(id).unwrap_or("unknown").to_owned(),
    }
}

fn finding(peer: &str, node: Option<Node<'_>>, logged: &LogOccurrences<'_>) -> Option<Finding> {
    if node.is_some_and(is_being_updated) {
        // The machine-config operator is rebooting it.
        return None;
    }
    let last = &logged.hits.first()?.last.text;
    let class = ConnectionError::of(last);
    let place = node.map(|node| format!(" on node {}", node.name())).unwrap_or_default();
    let summary = format!(
        "etcd member {peer}{place} is unreachable from {}: {} ({})",
        name_list(&logged.hits.iter().map(|hits| &*hits.pod).collect::<Vec<_>>()),
        class.description(),
        pluralize(usize::try_from(logged.count()).unwrap_or(usize::MAX), "line")
    );
    let finding = logged
        .finding(Subject::cluster("EtcdMember", peer), summary)?
        .likely("the last log line is recent, so the problem is assumed to persist")
        .keywords(format!("peer {peer} {}", node.map(Node::name).unwrap_or_default()))
        .keywords(last);
    Some(match class {
        ConnectionError::Certificate => finding
            .action("Compare the peer certificates of both members and the CA that issued them."),
        _ => finding
            .action("Check the network between the nodes: firewall on port 2380, routes, MTU."),
    })
}
