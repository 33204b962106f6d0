//! Which nodes have a clock that is ahead.
//!
//! A kubelet writes the time of its own node into its Lease, its heartbeat and its events. That
//! this time is later than everything else shows nothing by itself, because an archive may contain
//! nothing else that is written all the time. So it takes two witnesses that the node is wrong: the
//! API server that stored an event before it occurred, the gather pod, or other nodes that report
//! at the same time and agree with each other or with the API server. Times of `managedFields` are
//! no witnesses, because some releases do not update them with every heartbeat.

use std::collections::BTreeMap;

use crate::model::record_times::RecordTimes;
use crate::model::snapshot::Snapshot;
use crate::model::time::{Span, Time, is_plausible};
use crate::model::view::View;
use crate::views::{Condition, Lease, Node};

/// The namespace with the Lease of each node.
const NODE_LEASES: &str = "kube-node-lease";
/// How far the times of two correct clocks may differ, with the time to write and to store.
pub(super) const TOLERANCE: Span = Span::minutes(2);
/// The same for heartbeats, which kubelets write every five minutes.
const HEARTBEAT_TOLERANCE: Span = Span::minutes(10);

/// What the kubelet of one node wrote last, by the clock of the node.
#[derive(Clone, Copy, Default)]
pub(super) struct KubeletTimes {
    lease: Option<Time>,
    heartbeat: Option<Time>,
    /// Whether the node is Ready, so that its kubelet wrote shortly before the collection.
    is_ready: bool,
}

/// What the kubelets wrote last, by node.
pub(super) type KubeletsByNode<'s> = BTreeMap<&'s str, KubeletTimes>;

/// The clocks that a node is compared with.
#[derive(Clone, Copy, Default)]
pub(super) struct Witnesses {
    /// The end of the collection by the clock of the gather pod.
    pub(super) pod: Option<Time>,
    /// The newest time that the API server wrote.
    pub(super) api_server: Option<Time>,
}

impl KubeletTimes {
    pub(super) fn newest(self) -> Option<Time> {
        self.lease.max(self.heartbeat)
    }
}

/// What the kubelets of a cluster wrote last.
pub(super) fn kubelets(snapshot: &Snapshot) -> KubeletsByNode<'_> {
    let mut kubelets = KubeletsByNode::new();
    for lease in snapshot.within::<Lease<'_>>(NODE_LEASES) {
        let kubelet = kubelets.entry(lease.resource().name()).or_default();
        kubelet.lease = lease.renewed().filter(|time| is_plausible(*time));
    }
    for node in snapshot.all::<Node<'_>>() {
        let kubelet = kubelets.entry(node.name()).or_default();
        kubelet.is_ready = node.is_ready();
        let heartbeat = node.condition("Ready").and_then(Condition::heartbeat);
        kubelet.heartbeat = heartbeat.filter(|time| is_plausible(*time));
    }
    kubelets
}

/// The newest time of a kubelet whose node is Ready: a clock that was running during the
/// collection.
pub(super) fn newest_of_ready(kubelets: &KubeletsByNode<'_>) -> Option<Time> {
    let ready = kubelets.values().filter(|kubelet| kubelet.is_ready);
    ready.filter_map(|kubelet| kubelet.newest()).max()
}

/// The nodes whose clock is ahead, and by how much at least.
pub(super) fn nodes_ahead(
    kubelets: &KubeletsByNode<'_>,
    witnesses: Witnesses,
    records: &RecordTimes,
) -> BTreeMap<Box<str>, Span> {
    let by_events = records.hosts().filter(|(_, ahead)| *ahead > TOLERANCE);
    let all = by_events
        .chain(ahead_of_pod(kubelets, witnesses))
        .chain(ahead_of_others(kubelets, witnesses.api_server));
    let mut ahead = BTreeMap::new();
    for (node, span) in all {
        let furthest = ahead.entry(node.into()).or_insert(span);
        *furthest = span.max(*furthest);
    }
    ahead
}

/// The nodes with times after the end of the collection. If these are most nodes, the clock of the
/// gather pod is behind.
fn ahead_of_pod<'s>(kubelets: &KubeletsByNode<'s>, witnesses: Witnesses) -> Vec<(&'s str, Span)> {
    let Some(end) = witnesses.pod.map(|pod| pod.max(witnesses.api_server.unwrap_or(pod))) else {
        return Vec::new();
    };
    let times: Vec<_> =
        kubelets.iter().filter_map(|(node, times)| Some((*node, times.newest()?))).collect();
    let ahead = later_than(end, TOLERANCE, &times);
    if ahead.len() * 2 > times.len() { Vec::new() } else { ahead }
}

/// The nodes with later times than others that were Ready at the same time.
///
/// Where the times of Ready nodes are apart, the earlier ones are right if they are more and if the
/// API server wrote nothing later. The API server counts as one of them if it wrote at their time.
fn ahead_of_others<'s>(
    kubelets: &KubeletsByNode<'s>,
    api_server: Option<Time>,
) -> Vec<(&'s str, Span)> {
    let ready = || kubelets.values().filter(|kubelet| kubelet.is_ready);
    let has_leases = ready().all(|kubelet| kubelet.lease.is_some());
    let tolerance = if has_leases { TOLERANCE } else { HEARTBEAT_TOLERANCE };
    let time_of = |kubelet: &KubeletTimes| {
        if has_leases { kubelet.lease.or(kubelet.heartbeat) } else { kubelet.newest() }
    };
    let mut ready: Vec<_> = ready().filter_map(time_of).collect();
    ready.sort_unstable();
    let is_near = |early: Time, late: Time, most: Span| {
        (Span::minutes(0)..=most).contains(&Span::between(early, late))
    };
    let right = ready.iter().enumerate().find(|&(at, &newest)| {
        let next = ready.get(at + 1);
        let is_last = next.is_none_or(|next| Span::between(newest, *next) > tolerance);
        let is_contradicted = api_server.is_some_and(|api| Span::between(newest, api) > tolerance);
        let agrees = api_server.is_some_and(|api| {
            is_near(newest, api, tolerance) || is_near(api, newest, HEARTBEAT_TOLERANCE)
        });
        let near = ready.iter().filter(|time| is_near(**time, newest, tolerance));
        let witnesses = near.count() + usize::from(agrees);
        let others = ready.len() - at - 1;
        is_last && !is_contradicted && witnesses >= 2 && witnesses > others
    });
    let Some((_, &right)) = right else { return Vec::new() };
    let times = kubelets.iter().filter_map(|(node, times)| Some((*node, time_of(times)?)));
    later_than(right.max(api_server.unwrap_or(right)), tolerance, &times.collect::<Vec<_>>())
}

fn later_than<'s>(end: Time, most: Span, times: &[(&'s str, Time)]) -> Vec<(&'s str, Span)> {
    let ahead = times.iter().map(|(node, time)| (*node, Span::between(end, *time)));
    ahead.filter(|(_, ahead)| *ahead > most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::rfc3339;

    fn at(clock: &str) -> Time {
        rfc3339(&format!("2024-10-28T{clock}:00Z")).unwrap()
    }

    /// Nodes with a Lease, which are Ready unless the name ends in `-down`.
    fn with_leases<'s>(nodes: &[(&'s str, &str)]) -> KubeletsByNode<'s> {
        let kubelet = |name: &str, clock| KubeletTimes {
            lease: Some(at(clock)),
            heartbeat: None,
            is_ready: !name.ends_with("-down"),
        };
        nodes.iter().map(|(name, clock)| (*name, kubelet(name, clock))).collect()
    }

    /// The same with heartbeats.
    fn with_heartbeats<'s>(nodes: &[(&'s str, &str)]) -> KubeletsByNode<'s> {
        let mut kubelets = with_leases(nodes);
        for kubelet in kubelets.values_mut() {
            (kubelet.heartbeat, kubelet.lease) = (kubelet.lease, None);
        }
        kubelets
    }

    fn ahead(
        kubelets: &KubeletsByNode<'_>,
        pod: Option<&str>,
        api: Option<&str>,
    ) -> Vec<(String, i64)> {
        let witnesses = Witnesses { pod: pod.map(at), api_server: api.map(at) };
        nodes_ahead(kubelets, witnesses, &RecordTimes::default())
            .into_iter()
            .map(|(node, span)| (node.into(), span.seconds() / 60))
            .collect()
    }

    fn one(node: &str, minutes: i64) -> Vec<(String, i64)> {
        vec![(node.to_owned(), minutes)]
    }

    #[test]
    fn a_node_is_ahead_of_others_that_agree() {
        let kubelets = with_leases(&[("a", "10:20"), ("b", "11:20"), ("c", "10:20")]);
        assert_eq!(ahead(&kubelets, None, None), one("b", 60));
        assert_eq!(ahead(&kubelets, None, Some("08:00")), one("b", 60));
        let kubelets = with_heartbeats(&[("a", "10:16"), ("b", "11:20"), ("c", "10:20")]);
        assert_eq!(ahead(&kubelets, None, None), one("b", 60));
        let kubelets = with_leases(&[("a", "10:20"), ("b-down", "11:20"), ("c", "10:20")]);
        assert_eq!(ahead(&kubelets, None, None), one("b-down", 60));
    }

    #[test]
    fn the_api_server_is_a_witness_if_it_wrote_at_the_same_time() {
        let kubelets = with_leases(&[("a", "10:20"), ("b", "11:20")]);
        assert_eq!(ahead(&kubelets, None, Some("10:15")), one("b", 60));
        assert_eq!(ahead(&kubelets, None, Some("10:21")), one("b", 59));
        // Either clock may be wrong.
        for api in [None, Some("09:00"), Some("10:50"), Some("11:19")] {
            assert_eq!(ahead(&kubelets, None, api), [], "{api:?}");
        }
    }

    #[test]
    fn silent_nodes_are_no_witnesses() {
        let nodes = [("a-down", "10:20"), ("b", "11:20"), ("c-down", "10:20")];
        assert_eq!(ahead(&with_leases(&nodes), None, Some("10:20")), []);
    }

    #[test]
    fn a_node_that_is_behind_makes_no_other_one_ahead() {
        let kubelets = with_leases(&[("a", "09:20"), ("b", "10:20"), ("c", "10:20")]);
        for api in [None, Some("09:20"), Some("10:00"), Some("10:20")] {
            assert_eq!(ahead(&kubelets, None, api), [], "{api:?}");
        }
    }

    #[test]
    fn heartbeats_may_be_minutes_apart() {
        let kubelets = with_heartbeats(&[("a", "10:15"), ("b", "10:20"), ("c", "10:15")]);
        assert_eq!(ahead(&kubelets, None, Some("10:15")), []);
    }

    #[test]
    fn a_node_is_ahead_of_the_gather_pod() {
        let kubelets = with_leases(&[("a", "10:20"), ("b", "11:20")]);
        assert_eq!(ahead(&kubelets, Some("10:30"), None), one("b", 50));
        assert_eq!(ahead(&kubelets, Some("10:30"), Some("10:40")), one("b", 40));
        // Most nodes are: then the clock of the gather pod is behind.
        assert_eq!(ahead(&kubelets, Some("10:00"), None), []);
    }

    #[test]
    fn a_node_is_ahead_if_its_event_occurred_after_it_was_stored() {
        let mut records = RecordTimes::default();
        records.add_host("a", at("10:20"), Span::minutes(55));
        records.add_host("b", at("10:20"), Span::minutes(1));
        records.add_host("c", at("10:20"), Span::minutes(55));
        // Its clock was set since.
        records.add_host("c", at("10:25"), Span::minutes(0));
        let found = nodes_ahead(&KubeletsByNode::new(), Witnesses::default(), &records);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [("a".into(), Span::minutes(55))]);
    }
}
