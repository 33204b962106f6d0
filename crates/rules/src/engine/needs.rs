//! What rules need from an archive: what to read for them, and what is missing of it.

use std::collections::BTreeSet;

use mustknow_cluster::model::coverage::CoverageState;
use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::kinds::CONFIG_MAP;
use mustknow_cluster::model::known_file::KnownFile;
use mustknow_cluster::model::snapshot::KnownFileContent;
use mustknow_cluster::{ConfigMapInterest, Interest, Snapshot};

use crate::engine::rule::Rule;
use crate::terms::context::ALWAYS;
use crate::terms::meta::{Meta, Need};
use crate::terms::place::DECIDING;
use crate::terms::verdict::{Gap, GapKind};

/// Everything that `rules` read.
pub fn interest<'r>(rules: impl IntoIterator<Item = &'r Rule>) -> Interest {
    let mut interest = Interest::default();
    let mut config_maps = BTreeSet::new();
    interest.kinds.extend(ALWAYS);
    interest.kinds.extend(DECIDING);
    for need in rules.into_iter().flat_map(|rule| rule.meta.sources()) {
        interest.kinds.extend(need.kind());
        match need {
            Need::Kind(_) => {}
            Need::Certificates(kind) => drop(interest.certificates.insert(kind)),
            Need::ConfigMap(namespace, name) => drop(config_maps.insert((namespace, name))),
            Need::Log(pattern) => drop(interest.logs.insert(pattern)),
            Need::KnownFile(known_file) => drop(interest.known_files.insert(known_file)),
        }
    }
    interest.config_maps = ConfigMapInterest::These(config_maps);
    interest
}

/// What is missing of what a rule needs, all of it; None if it has enough to judge.
pub(super) fn gap(snapshot: &Snapshot, meta: &Meta) -> Option<Gap> {
    let missing = |need: &Need| gap_of(snapshot, need);
    let mut gaps: Vec<_> = meta.needs().filter_map(|need| missing(&need)).collect();
    let alternatives: Option<Vec<_>> = meta.any_of.iter().map(missing).collect();
    gaps.extend(alternatives.into_iter().flatten());
    Gap::all(gaps)
}

fn gap_of(snapshot: &Snapshot, need: &Need) -> Option<Gap> {
    match need {
        Need::Kind(kind) | Need::Certificates(kind) => kind_gap(snapshot, kind),
        Need::ConfigMap(..) => kind_gap(snapshot, &CONFIG_MAP),
        Need::KnownFile(known_file) => known_file_gap(snapshot, *known_file),
        Need::Log(pattern) => Gap::log(snapshot, pattern),
    }
}

fn kind_gap(snapshot: &Snapshot, kind: &'static Kind) -> Option<Gap> {
    match snapshot.coverage().of_kind(kind) {
        CoverageState::Collected(_) | CoverageState::Empty => None,
        state => Some(Gap::kind(kind, &state)),
    }
}

fn known_file_gap(snapshot: &Snapshot, known_file: KnownFile) -> Option<Gap> {
    let path = known_file.usual_path();
    match snapshot.known_file(known_file) {
        Some(KnownFileContent::Read(_)) => None,
        Some(KnownFileContent::Damaged(path, why)) => {
            Some(Gap::new(GapKind::Damaged, format!("{path}: {why}")))
        }
        None if snapshot.coverage().is_truncated() => {
            Some(Gap::new(GapKind::Truncated, format!("{path}: cut off")))
        }
        None => {
            let what = format!("{path}: not collected");
            Some(Gap::new(GapKind::NotCollected, what).command("oc adm must-gather"))
        }
    }
}
