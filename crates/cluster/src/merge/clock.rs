//! The clock of a cluster: the sources of its collections, and what the cluster wrote.

use std::collections::BTreeMap;

use super::clock_skew::{self, KubeletsByNode, TOLERANCE, Witnesses};
use crate::model::clock::{Clock, NewestRecords, Times};
use crate::model::kinds::{CLUSTER_OPERATOR, CLUSTER_VERSION};
use crate::model::record_times::RecordTimes;
use crate::model::resource::Resource;
use crate::model::snapshot::Snapshot;
use crate::model::time::{Span, Time, is_plausible};
use crate::model::view::View;
use crate::views::{ClusterVersion, Condition, Lease, Node};

/// The clock, the nodes whose own clock is ahead, and the newest time that the cluster wrote.
pub(super) type ClusterClock = (Option<Clock>, BTreeMap<Box<str>, Span>, Option<Time>);

/// Determines the clock of a cluster, given the times of its collections and of its objects.
pub(super) fn of_cluster(snapshot: &Snapshot, times: Times, records: &RecordTimes) -> ClusterClock {
    let kubelets = clock_skew::kubelets(snapshot);
    let running = times.pod.max(clock_skew::newest_of_ready(&kubelets));
    let limit = records.limit(running);
    let api_server = records.api_server.newest(limit);
    let witnesses = Witnesses { pod: times.pod, api_server };
    let ahead = clock_skew::nodes_ahead(&kubelets, witnesses, records);
    // Whatever is later than all correct clocks may come from one that is ahead.
    let correct = newest_correct(&kubelets, &ahead, witnesses).filter(|_| !ahead.is_empty());
    let limit = limit.into_iter().chain(correct.and_then(with_tolerance)).min();
    let renewed = snapshot.all::<Lease<'_>>().filter_map(Lease::renewed);
    let is_allowed = |time: &Time| is_plausible(*time) && limit.is_none_or(|limit| *time <= limit);
    let times = Times { lease: renewed.filter(is_allowed).max(), ..times };
    let all = api_server.max(records.components.newest(limit));
    let newest = all.max(snapshot.logs.iter().filter_map(|hits| hits.last.time).max());
    let all = newest_of_operators(snapshot).filter(|_| times.is_empty()).or(all);
    (times.clock(NewestRecords { api_server, all }), ahead, newest)
}

/// The newest time of a clock that is not ahead.
fn newest_correct(
    kubelets: &KubeletsByNode<'_>,
    ahead: &BTreeMap<Box<str>, Span>,
    witnesses: Witnesses,
) -> Option<Time> {
    let correct = kubelets.iter().filter(|(node, _)| !ahead.contains_key(**node));
    let newest = correct.filter_map(|(_, kubelet)| kubelet.newest()).max();
    newest.max(witnesses.pod).max(witnesses.api_server)
}

fn with_tolerance(time: Time) -> Option<Time> {
    time.checked_add(jiff::SignedDuration::from_secs(TOLERANCE.seconds())).ok()
}

/// The newest time of the operators, if the nodes are those of another cluster.
///
/// Manifest files may come from several clusters. If every node was created after the last change
/// of any operator, the nodes belong to another cluster, and so may everything else.
fn newest_of_operators(snapshot: &Snapshot) -> Option<Time> {
    let first_node = snapshot.all::<Node<'_>>().filter_map(|node| node.resource().created()).min();
    let operators = || [&CLUSTER_VERSION, &CLUSTER_OPERATOR].map(|kind| snapshot.of_kind(kind));
    let changed = operators().into_iter().flatten().flat_map(Condition::all);
    let changed = changed.filter_map(Condition::since);
    let created = operators().into_iter().flatten().filter_map(Resource::created);
    let history = ClusterVersion::find(snapshot).into_iter().flat_map(ClusterVersion::history);
    let updated = history.filter_map(|update| update.started().max(update.ended()));
    let newest = changed.chain(created).chain(updated).filter(|time| is_plausible(*time)).max();
    newest.filter(|_| first_node > newest)
}
