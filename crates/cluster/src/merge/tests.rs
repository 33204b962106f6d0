//! Tests of how collections are grouped by cluster, and of which cluster damage and truncation
//! belong to.

use std::collections::BTreeSet;

use mustknow_archive::{Damage, StreamEnd};

use super::archives::Archives;
use super::collection::LocatedCollection;
use super::collector::Collector;
use super::group::group_by_cluster;
use super::record::{DocumentOrigin, Record};
use super::snapshots::build_snapshots;
use crate::layout::{Classified, classify};
use crate::model::coverage::CoverageState;
use crate::model::kinds::CONFIG_MAP;

/// The collections of files at these paths.
fn collections(paths: &[&str]) -> Vec<LocatedCollection> {
    let mut collector = Collector::within(usize::MAX);
    for (number, path) in (0..).zip(paths) {
        let Classified { root, format, .. } = classify(path);
        let (root, path, format) = (root.into(), (*path).into(), Some(format));
        collector.add(number, Record::File { root, path, format });
    }
    collector.finish().by_root.into_iter().collect()
}

fn damage(path: &str) -> Damage {
    Damage { path: path.to_owned(), why: "x".to_owned() }
}

#[test]
fn collections_without_an_id_are_separate_if_their_archives_are() {
    let paths = ["a.tgz/x/namespaces/n/n.yaml", "a.tgz/y/namespaces/n/n.yaml"];
    let others = ["b.tgz/namespaces/n/n.yaml", "c/namespaces/n/n.yaml"];
    let all = || collections(&[paths, others].concat());
    let archives = Archives::new(vec!["a.tgz".into(), "b.tgz".into()]);
    let roots: Vec<Vec<_>> = group_by_cluster(all(), &archives, &mut Vec::new())
        .iter()
        .map(|members| members.iter().map(|(root, _)| root.to_string()).collect())
        .collect();
    assert_eq!(roots, [vec!["c"], vec!["a.tgz/x", "a.tgz/y"], vec!["b.tgz"]]);
    assert_eq!(group_by_cluster(all(), &Archives::new(Vec::new()), &mut Vec::new()).len(), 1);
}

#[test]
fn damage_in_the_archive_of_one_cluster_does_not_affect_another() {
    let archives = Archives::new(vec!["a.tgz".into(), "b.tgz".into(), "c.tgz".into()]);
    let groups = group_by_cluster(
        collections(&["a.tgz/namespaces/n/n.yaml", "b.tgz/namespaces/n/n.yaml"]),
        &archives,
        &mut Vec::new(),
    );
    let all = ["a.tgz/x", "b.tgz", "c.tgz/y", "d"].map(damage);
    let shares = archives.share_damage(&all, &groups);
    let paths =
        |damage: &[Damage]| damage.iter().map(|damage| damage.path.clone()).collect::<Vec<_>>();
    assert_eq!(paths(&shares[0]), ["a.tgz/x", "c.tgz/y", "d"]);
    assert_eq!(paths(&shares[1]), ["b.tgz", "c.tgz/y", "d"]);
}

#[test]
fn truncation_affects_the_clusters_that_may_have_lost_files() {
    let archives = Archives::new(vec!["a.tgz".into(), "b.tgz".into(), "c.tgz".into()]);
    let groups = group_by_cluster(
        collections(&["a.tgz/namespaces/n/n.yaml", "b.tgz/namespaces/n/n.yaml"]),
        &archives,
        &mut Vec::new(),
    );
    let truncated = |path: &str| Archives::truncated_groups(&[path.to_owned()], &groups);
    assert_eq!(Archives::truncated_groups(&[], &groups), [false, false]);
    assert_eq!(truncated("a.tgz"), [true, false]);
    assert_eq!(truncated("b.tgz"), [false, true]);
    assert_eq!(truncated("c.tgz"), [true, true], "its cluster is unknown");
    assert_eq!(truncated(""), [true, true]);
}

#[test]
fn an_apple_double_file_is_not_a_cluster() {
    let mut collector = Collector::within(usize::MAX);
    let path = "namespaces/kube-system/core/._configmaps.yaml";
    collector.add(1, Record::File { root: "".into(), path: path.into(), format: None });
    assert!(build_snapshots("x", collector, StreamEnd::default(), &BTreeSet::new()).is_empty());
}

#[test]
fn documents_are_merged_in_the_order_of_the_stream() {
    let listed = |path: &str| Record::Listed {
        root: "r".into(),
        path: path.into(),
        origin: DocumentOrigin::list("", "configmaps", "x"),
        state: CoverageState::Empty,
    };
    let mut collector = Collector::within(usize::MAX);
    collector.add(2, listed("second"));
    collector.add(1, listed("first"));
    let snapshots = build_snapshots("x", collector, StreamEnd::default(), &BTreeSet::new());
    let listing = snapshots[0].coverage().listing(&CONFIG_MAP, "x").unwrap();
    assert_eq!(&*listing.path, "first");
}
