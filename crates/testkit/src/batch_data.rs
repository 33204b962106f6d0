//! Many small archives, as for the triage of a fleet: a third of them healthy, the others with a fault, and
//! some damaged in transit.
//!
//! Each is a cluster of the fixtures with an id of its own. The same seed gives the same archives, and each
//! comes from the seed and its own number alone, so that a longer batch begins as a shorter one.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use flate2::Compression;

use crate::bench_data::Dice;
use crate::faults::FAULTS;
use crate::fixtures::archive::pack_at;
use crate::fixtures::cluster::{CLUSTER_ID, GATHERED};
use crate::fixtures::scenarios::{healthy, scenarios};
use crate::fixtures::tree::FileTree;

/// What the healthy cluster is called.
const HEALTHY: &str = "healthy";
/// The fault that a quarter of all archives have.
const FREQUENT: &str = "okd-4.16-bootstrap-configmap-missing";
/// The least bytes that are left of an archive that is cut: something of a cluster is in them.
const LEFT: u64 = 16 << 10;
/// What a server sends in the place of an archive.
const PAGE: &[u8] = b"<html><head><title>404 Not Found</title></head></html>\n";

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GeneratedBatch {
    /// How many archives are whole, by the name of the fault or of the fixture.
    pub whole: BTreeMap<&'static str, usize>,
    /// Archives that end too early or have a changed byte.
    pub damaged: usize,
    /// Files that are called archives and are none.
    pub unreadable: usize,
}

/// Writes `count` archives into a folder, `case-0000.tar.gz` and so on.
pub fn write(folder: &Path, count: usize, seed: u64) -> io::Result<GeneratedBatch> {
    fs::create_dir_all(folder)?;
    let clusters = clusters();
    let mut batch = GeneratedBatch::default();
    for number in 0..count {
        let mut dice = Dice::of(seed, &number.to_string());
        let Some((name, tree)) = choose(&clusters, &mut dice) else { break };
        let tree = named(tree, &dice.uuid());
        let bytes = pack_at(&tree, GATHERED, Compression::fast())?;
        let bytes = match dice.roll(20) {
            0 => {
                batch.damaged += 1;
                cut(bytes, &mut dice)
            }
            1 => {
                batch.damaged += 1;
                flipped(bytes, &mut dice)
            }
            2 => {
                batch.unreadable += 1;
                if dice.roll(2) == 0 { Vec::new() } else { PAGE.to_vec() }
            }
            _ => {
                *batch.whole.entry(*name).or_default() += 1;
                bytes
            }
        };
        fs::write(folder.join(format!("case-{number:04}.tar.gz")), bytes)?;
    }
    Ok(batch)
}

/// Every cluster there is, the healthy one first and the frequent fault second.
fn clusters() -> Vec<(&'static str, FileTree)> {
    let mut clusters = vec![(HEALTHY, healthy())];
    let of_fixtures = scenarios().into_iter().map(|scenario| (scenario.name, scenario.tree));
    clusters.extend(of_fixtures.filter(|(name, _)| !name.ends_with(HEALTHY)));
    clusters.extend(FAULTS.map(|fault| (fault.name, fault.cluster())));
    clusters.sort_by_key(|(name, _)| (*name != HEALTHY, *name != FREQUENT));
    clusters
}

fn choose<'c>(
    clusters: &'c [(&'static str, FileTree)],
    dice: &mut Dice,
) -> Option<&'c (&'static str, FileTree)> {
    match dice.roll(100) {
        0..35 => clusters.first(),
        35..60 => clusters.get(1),
        _ => dice.pick(clusters.get(2..).unwrap_or_default()),
    }
}

/// The same cluster with another id.
fn named(tree: &FileTree, id: &str) -> FileTree {
    let mut named = FileTree::default();
    for (path, bytes) in tree.iter() {
        match str::from_utf8(bytes) {
            Ok(text) if text.contains(CLUSTER_ID) => named.put(path, text.replace(CLUSTER_ID, id)),
            _ => named.put(path, bytes),
        }
    }
    named
}

fn cut(mut bytes: Vec<u8>, dice: &mut Dice) -> Vec<u8> {
    let left = LEFT + dice.roll((bytes.len() as u64).saturating_sub(LEFT));
    bytes.truncate(usize::try_from(left).unwrap_or(usize::MAX));
    bytes
}

fn flipped(mut bytes: Vec<u8>, dice: &mut Dice) -> Vec<u8> {
    let at = LEFT + dice.roll((bytes.len() as u64).saturating_sub(LEFT));
    if let Some(byte) = usize::try_from(at).ok().and_then(|at| bytes.get_mut(at)) {
        *byte ^= 0x10;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_archives_and_a_longer_batch_begins_as_a_shorter() {
        let dir = tempfile::tempdir().unwrap();
        let [a, b] = ["a", "b"].map(|name| dir.path().join(name));
        let batch = write(&a, 8, 1).unwrap();
        assert_eq!(batch.whole.values().sum::<usize>() + batch.damaged + batch.unreadable, 8);
        write(&b, 6, 1).unwrap();
        for number in 0..6 {
            let name = format!("case-{number:04}.tar.gz");
            assert_eq!(fs::read(a.join(&name)).unwrap(), fs::read(b.join(&name)).unwrap());
        }
        write(&b, 1, 2).unwrap();
        let name = "case-0000.tar.gz";
        assert_ne!(fs::read(a.join(name)).unwrap(), fs::read(b.join(name)).unwrap());
    }
}
