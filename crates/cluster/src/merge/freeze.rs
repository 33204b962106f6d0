//! From everything that was found to one immutable snapshot for each cluster.
//!
//! An archive may hold several collections (image folders side by side, an inspect beside a
//! failed gather); `clusters` tells which belong together.

use std::collections::{BTreeMap, BTreeSet};

use mustknow_archive::{Damage, Limit, StreamEnd};
use mustknow_yaml::Value;

use crate::merge::archives::{Archives, with_ancestors};
use crate::merge::collection::{Collected, Collection, Collections};
use crate::merge::group::{Root, group};
use crate::merge::obfuscated;
use crate::merge::resources::Resources;
use crate::model::clock::Times;
use crate::model::coverage::Coverage;
use crate::model::format::Format;
use crate::model::kind::Kind;
use crate::model::kinds::{ALL, CLUSTER_OPERATOR, CLUSTER_VERSION};
use crate::model::log::LogHits;
use crate::model::snapshot::{KnownFileContent, Snapshot};
use crate::model::time::{self, Time};
use crate::model::view::View;
use crate::views::{Condition, Event, Lease, Node};

/// One snapshot for each cluster of what was found in the input of that name, whose reading met `bounds`.
pub(crate) fn freeze(
    name: &str,
    found: Collections,
    end: StreamEnd,
    bounds: &BTreeSet<Limit>,
) -> Vec<Snapshot> {
    let StreamEnd { damage: stream_damage, archives, truncated_paths: cuts, .. } = end;
    let archives = Archives::new(archives);
    let Collected { by_root, mut damage, is_full, is_unnoted } = found.finish();
    damage.extend(stream_damage);
    if is_full {
        let why = "it holds more than there is memory for (--memory): part of it is not judged";
        damage.push(Damage { path: name.to_owned(), why: why.to_owned() });
    }
    if is_unnoted {
        let why =
            "it holds more lists, logs and damage than are noted: what is missing may be there";
        damage.push(Damage { path: name.to_owned(), why: why.to_owned() });
    }
    let (clusters, wrappers): (Vec<_>, Vec<_>) =
        by_root.into_iter().partition(|(_, collection)| collection.of_cluster);
    let groups = group(clusters, &archives, &mut damage);
    damage.sort();
    damage.dedup();
    let shares = archives.share(&damage, &groups);
    let cut = Archives::cut(&cuts, &groups);
    groups
        .into_iter()
        .zip(shares.into_iter().zip(cut))
        .map(|(members, (damage, truncated))| {
            let above: BTreeSet<_> =
                members.iter().flat_map(|(root, _)| with_ancestors(root)).collect();
            let around: Vec<_> = wrappers
                .iter()
                .filter(|(wrapper, _)| above.contains(&**wrapper))
                .map(|(_, collection)| collection)
                .collect();
            let cut = truncated.then_some(bounds);
            snapshot(members, &around, damage, cut)
        })
        .collect()
}

/// Makes one snapshot of the collections of one cluster and the folders around them; of what was cut with
/// the bounds that may have cut it.
fn snapshot(
    mut members: Vec<Root>,
    wrappers: &[&Collection],
    damage: Vec<Damage>,
    cut: Option<&BTreeSet<Limit>>,
) -> Snapshot {
    let mut made = Snapshot {
        resources: BTreeMap::new(),
        known_files: BTreeMap::new(),
        logs: Vec::new(),
        scanned_logs: BTreeMap::new(),
        coverage: Coverage::default(),
        clock: None,
        client_clock: None,
        damage,
        roots: Vec::new(),
        formats: BTreeMap::new(),
        log_parts: BTreeSet::new(),
    };
    let mut resources = Resources::default();
    let mut times = Times::default();
    members.sort_by_key(|(_, collection)| collection.fills_gaps_only());
    for (root, mut collection) in members {
        let format = collection.format.unwrap_or(Format::Objects);
        made.formats.insert((&*root).into(), format);
        let found = std::mem::take(&mut collection.resources);
        if collection.fills_gaps_only() {
            resources.fill(found);
            let is_whole = |hits: &LogHits| {
                let place = (Box::from(hits.pattern.namespace), hits.container.clone());
                made.scanned_logs.contains_key(&place)
            };
            collection.logs.retain(|hits| !is_whole(hits));
        } else {
            resources.merge(found);
        }
        for (known_file, file) in collection.known_files {
            match made.known_files.get(&known_file) {
                Some(KnownFileContent::Read(_)) => {}
                _ => drop(made.known_files.insert(known_file, file)),
            }
        }
        made.logs.append(&mut collection.logs);
        made.log_parts.append(&mut collection.log_parts);
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
    if let Some(bounds) = cut {
        made.coverage.set_truncated();
        made.coverage.set_bounds(bounds);
    }
    for (kind, by_namespace) in resources.into_kinds() {
        let of_kind = made.resources.entry(kind).or_default();
        for (namespace, beside) in by_namespace {
            if kind.namespaced {
                made.coverage.add_namespace(&namespace);
            }
            let before = of_kind.len();
            of_kind.extend(beside.into_sorted());
            let place = (kind.group, kind.plural, &*namespace);
            made.coverage.add_singles(place, of_kind.len() - before);
        }
    }
    if obfuscated::shows_in(&made) {
        made.coverage.set_redacted();
    }
    made.logs.sort_by(|a, b| (a.pattern, &a.path).cmp(&(b.pattern, &b.path)));
    made.roots = roots(&made.formats);
    // A file among the folders of a collection belongs to it and is no format of its own.
    let folders = made.formats.clone();
    let is_in_one = |file: &str| {
        let mut above = with_ancestors(file).skip(1);
        above.any(|folder| folders.get(folder).is_some_and(|format| *format != Format::Objects))
    };
    made.formats.retain(|root, format| *format != Format::Objects || !is_in_one(root));
    Times::note(&mut times.lease, made.all::<Lease>().filter_map(Lease::renewed).max());
    made.clock = times.clock(|| newest_record(&made));
    made
}

/// The folders that hold the collections.
fn roots(formats: &BTreeMap<Box<str>, Format>) -> Vec<Box<str>> {
    let folders = formats.iter().map(|(root, format)| match format {
        Format::Objects => root.rsplit_once('/').map_or("", |(folder, _)| folder).into(),
        _ => root.clone(),
    });
    let folders: BTreeSet<_> = folders.collect();
    folders.into_iter().collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merge::record::{ListPlace, Record};
    use crate::model::coverage::State;

    #[test]
    fn a_shadow_file_makes_no_cluster() {
        let mut collections = Collections::within(usize::MAX);
        let path = "namespaces/kube-system/core/._configmaps.yaml";
        collections.add(1, Record::Seen { root: "".into(), path: path.into(), format: None });
        assert!(freeze("x", collections, StreamEnd::default(), &BTreeSet::new()).is_empty());
    }

    #[test]
    fn documents_count_in_the_order_of_the_stream() {
        let listed = |path: &str| Record::Listed {
            root: "r".into(),
            path: path.into(),
            place: ListPlace::list("", "configmaps", "x"),
            state: State::Empty,
        };
        let mut collections = Collections::within(usize::MAX);
        collections.add(2, listed("second"));
        collections.add(1, listed("first"));
        let snapshots = freeze("x", collections, StreamEnd::default(), &BTreeSet::new());
        let listing =
            snapshots[0].coverage().listing(&crate::model::kinds::CONFIG_MAP, "x").unwrap();
        assert_eq!(&*listing.path, "first");
    }
}
