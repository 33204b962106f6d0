//! Builds one immutable snapshot for each cluster.
//!
//! An archive may contain several collections, such as the folders of several images, or an inspect
//! next to a failed gather. `group` decides which of them belong to one cluster.

use std::collections::{BTreeMap, BTreeSet};

use mustknow_archive::{Damage, Limit, StreamEnd};

use crate::merge::archives::{Archives, with_ancestors};
use crate::merge::clock;
use crate::merge::collection::{Collection, LocatedCollection};
use crate::merge::collector::{Collected, Collector};
use crate::merge::group::group_by_cluster;
use crate::merge::obfuscated;
use crate::merge::resources::Resources;
use crate::merge::tails;
use crate::model::clock::Times;
use crate::model::coverage::Coverage;
use crate::model::format::Format;
use crate::model::log::LogHits;
use crate::model::platform::{self, Platform};
use crate::model::record_times::RecordTimes;
use crate::model::snapshot::{KnownFileContent, Snapshot};

/// Builds one snapshot for each cluster in the input `name`, whose reading reached `limits`.
pub(crate) fn build_snapshots(
    name: &str,
    collector: Collector,
    end: StreamEnd,
    limits: &BTreeSet<Limit>,
) -> Vec<Snapshot> {
    let StreamEnd { damage: stream_damage, archives, truncated_paths, .. } = end;
    let archives = Archives::new(archives);
    let Collected { by_root, mut damage, is_full, is_incomplete, lacks_tails } = collector.finish();
    damage.extend(stream_damage);
    if is_full {
        let why = "memory limit reached (--memory); some objects are not evaluated";
        damage.push(Damage { path: name.to_owned(), why: why.to_owned() });
    }
    if is_incomplete {
        let why = "too many lists, logs and damaged files to record; missing data may have been collected";
        damage.push(Damage { path: name.to_owned(), why: why.to_owned() });
    }
    if lacks_tails {
        let why = "too many logs to keep the last lines of each; some findings do not quote them";
        damage.push(Damage { path: name.to_owned(), why: why.to_owned() });
    }
    let (clusters, wrappers): (Vec<_>, Vec<_>) =
        by_root.into_iter().partition(|(_, collection)| collection.is_of_cluster);
    let groups = group_by_cluster(clusters, &archives, &mut damage);
    damage.sort();
    damage.dedup();
    let shares = archives.share_damage(&damage, &groups);
    let truncated = Archives::truncated_groups(&truncated_paths, &groups);
    groups
        .into_iter()
        .zip(shares.into_iter().zip(truncated))
        .map(|(members, (damage, truncated))| {
            let ancestors: BTreeSet<_> =
                members.iter().flat_map(|(root, _)| with_ancestors(root)).collect();
            let enclosing: Vec<_> = wrappers
                .iter()
                .filter(|(wrapper, _)| ancestors.contains(&**wrapper))
                .map(|(_, collection)| collection)
                .collect();
            build(members, &enclosing, damage, truncated.then_some(limits))
        })
        .collect()
}

/// Builds the snapshot of the collections of one cluster and of the folders around them.
/// `truncated_by` has the limits that may have truncated it, if it is truncated.
fn build(
    mut members: Vec<LocatedCollection>,
    wrappers: &[&Collection],
    damage: Vec<Damage>,
    truncated_by: Option<&BTreeSet<Limit>>,
) -> Snapshot {
    let mut snapshot = Snapshot {
        resources: BTreeMap::new(),
        known_files: BTreeMap::new(),
        logs: Vec::new(),
        tails: Vec::new(),
        ends_read: 0,
        scanned_logs: BTreeMap::new(),
        coverage: Coverage::default(),
        clock: None,
        newest_record: None,
        nodes_ahead: BTreeMap::new(),
        client_clock: None,
        damage,
        roots: Vec::new(),
        formats: BTreeMap::new(),
        partial_logs: BTreeSet::new(),
        platform: Platform::Unknown,
        distribution: None,
    };
    let mut resources = Resources::default();
    let mut times = Times::default();
    let mut record_times = RecordTimes::default();
    members.sort_by_key(|(_, collection)| collection.fills_gaps_only());
    for (root, mut collection) in members {
        let format = collection.format.unwrap_or(Format::Manifests);
        snapshot.formats.insert((&*root).into(), format);
        let found = std::mem::take(&mut collection.resources);
        if collection.fills_gaps_only() {
            resources.fill(found);
            let has_complete_log = |hits: &LogHits| {
                let container = (hits.namespace.clone(), hits.container.clone());
                snapshot.scanned_logs.contains_key(&container)
            };
            collection.logs.retain(|hits| !has_complete_log(hits));
        } else {
            resources.merge(found);
        }
        for (known_file, file) in collection.known_files {
            match snapshot.known_files.get(&known_file) {
                Some(KnownFileContent::Read(_)) => {}
                _ => drop(snapshot.known_files.insert(known_file, file)),
            }
        }
        snapshot.logs.append(&mut collection.logs);
        snapshot.tails.append(&mut collection.tails);
        snapshot.ends_read += collection.ends_read;
        snapshot.partial_logs.append(&mut collection.partial_logs);
        for (container, count) in collection.scanned {
            *snapshot.scanned_logs.entry(container).or_default() += count;
        }
        snapshot.coverage.merge(collection.coverage);
        Times::note(&mut times.pod, collection.times.pod);
        Times::note(&mut times.start, collection.times.start);
        record_times.merge(collection.record_times);
    }
    for wrapper in wrappers {
        Times::note(&mut times.client, wrapper.times.pod);
        if wrapper.times.pod.is_some() && wrapper.times.pod == times.client {
            snapshot.client_clock.clone_from(&wrapper.clock_line);
        }
        snapshot.coverage.merge(wrapper.coverage.clone());
    }
    if let Some(limits) = truncated_by {
        snapshot.coverage.set_truncated();
        snapshot.coverage.set_limits_reached(limits);
    }
    for (kind, by_namespace) in resources.into_kinds() {
        let of_kind = snapshot.resources.entry(kind).or_default();
        for (namespace, objects) in by_namespace {
            // Of kinds that are not in the table, some are cluster-scoped.
            if kind.namespaced && !namespace.is_empty() {
                snapshot.coverage.add_namespace(&namespace);
            }
            let before = of_kind.len();
            of_kind.extend(objects.into_sorted());
            let place = (kind.group, kind.plural, &*namespace);
            snapshot.coverage.add_singles(place, of_kind.len() - before);
        }
    }
    (snapshot.platform, snapshot.distribution) =
        platform::detect(&snapshot.resources, &snapshot.coverage);
    if obfuscated::shows_in(&snapshot) {
        snapshot.coverage.set_redacted();
    }
    snapshot.logs.sort_by(|a, b| (a.pattern, &a.path).cmp(&(b.pattern, &b.path)));
    tails::keep_those_that_matter(&mut snapshot);
    snapshot.roots = roots(&snapshot.formats);
    // A manifest file below the folder of a collection belongs to it and is not a format of its
    // own.
    let folders = snapshot.formats.clone();
    let is_in_one = |file: &str| {
        let mut ancestors = with_ancestors(file).skip(1);
        ancestors
            .any(|folder| folders.get(folder).is_some_and(|format| *format != Format::Manifests))
    };
    snapshot.formats.retain(|root, format| *format != Format::Manifests || !is_in_one(root));
    (snapshot.clock, snapshot.nodes_ahead, snapshot.newest_record) =
        clock::of_cluster(&snapshot, times, &record_times);
    snapshot
}

/// The folders of the collections.
fn roots(formats: &BTreeMap<Box<str>, Format>) -> Vec<Box<str>> {
    let folders = formats.iter().map(|(root, format)| match format {
        Format::Manifests => root.rsplit_once('/').map_or("", |(folder, _)| folder).into(),
        _ => root.clone(),
    });
    let folders: BTreeSet<_> = folders.collect();
    folders.into_iter().collect()
}
