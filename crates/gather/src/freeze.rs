//! From the collections of one cluster to its immutable snapshot.

use std::collections::BTreeMap;

use crate::clock::Times;
use crate::collection::{Collection, Rooted};
use crate::coverage::Coverage;
use crate::kinds::{ALL, CLUSTER_OPERATOR, CLUSTER_VERSION, Condition, Event, Lease, Node, View};
use crate::resource::{Kind, Resource};
use crate::snapshot::{Snapshot, SpecialFile};
use crate::source::Damage;
use crate::time::{self, Time};
use crate::yaml::Value;

/// Makes one snapshot of the collections of one cluster and the folders around them.
pub(crate) fn snapshot(
    members: Vec<Rooted>,
    wrappers: &[&Collection],
    damage: Vec<Damage>,
    truncated: bool,
) -> Snapshot {
    let mut made = Snapshot {
        resources: BTreeMap::new(),
        specials: BTreeMap::new(),
        logs: Vec::new(),
        scanned_logs: BTreeMap::new(),
        coverage: Coverage::default(),
        clock: None,
        client_clock: None,
        damage,
        roots: Vec::new(),
    };
    let mut times = Times::default();
    for (root, mut collection) in members {
        made.roots.push(root);
        for (kind, mut resources) in std::mem::take(&mut collection.resources) {
            made.resources.entry(kind).or_default().append(&mut resources);
        }
        for (special, file) in collection.specials {
            match made.specials.get(&special) {
                Some(SpecialFile::Read(_)) => {}
                _ => drop(made.specials.insert(special, file)),
            }
        }
        made.logs.append(&mut collection.logs);
        for (container, count) in collection.scanned {
            *made.scanned_logs.entry(container).or_default() += count;
        }
        made.coverage.merge(collection.coverage);
        Times::note(&mut times.pod, collection.times.pod);
    }
    for wrapper in wrappers {
        Times::note(&mut times.client, wrapper.times.pod);
        if wrapper.times.pod.is_some() && wrapper.times.pod == times.client {
            made.client_clock.clone_from(&wrapper.clock_line);
        }
        made.coverage.merge(wrapper.coverage.clone());
    }
    if truncated {
        made.coverage.set_truncated();
    }
    for resources in made.resources.values_mut() {
        *resources = unite(std::mem::take(resources));
        for resource in resources.iter() {
            let key = resource.key();
            if key.kind.namespaced {
                made.coverage.add_namespace(&key.namespace);
            }
            made.coverage.add_single((key.kind.group, key.kind.plural, &key.namespace));
        }
    }
    made.logs.sort_by(|a, b| (a.pattern, &a.path).cmp(&(b.pattern, &b.path)));
    made.roots.sort();
    Times::note(&mut times.lease, made.all::<Lease>().filter_map(Lease::renewed).max());
    Times::note(&mut times.record, newest_record(&made));
    made.clock = times.clock();
    made
}

/// Makes one object of its several copies; sorts by key.
fn unite(mut resources: Vec<Resource>) -> Vec<Resource> {
    resources.sort_by(|a, b| (a.key(), &a.document().path).cmp(&(b.key(), &b.document().path)));
    let mut united: Vec<Resource> = Vec::with_capacity(resources.len());
    for resource in resources {
        match united.last_mut() {
            Some(last) if last.key() == resource.key() => last.absorb(resource),
            _ => united.push(resource),
        }
    }
    united
}

/// The newest time the cluster itself wrote into an object that rules read.
///
/// Loose files may come from several clusters. Where every node is younger than the last change of
/// any operator, the nodes belong to another cluster, and their heartbeats say nothing.
fn newest_record(snapshot: &Snapshot) -> Option<Time> {
    let changed = |kinds: &[&Kind]| {
        let resources = kinds.iter().flat_map(|kind| snapshot.of_kind(kind));
        resources.flat_map(Condition::all).filter_map(Condition::since).max()
    };
    let operators = changed(&[&CLUSTER_VERSION, &CLUSTER_OPERATOR]);
    let first_node = snapshot.all::<Node<'_>>().filter_map(|node| node.resource().created()).min();
    if operators.is_some() && first_node > operators {
        return operators;
    }
    let heartbeats = snapshot
        .all::<Node<'_>>()
        .filter_map(|node| node.resource().at(&["status", "conditions"]))
        .flat_map(Value::items)
        .filter_map(|condition| time::rfc3339(&condition.text_at(&["lastHeartbeatTime"])?));
    let events = snapshot.all::<Event<'_>>().filter_map(Event::last_seen);
    operators.into_iter().chain(changed(ALL)).chain(heartbeats).chain(events).max()
}
