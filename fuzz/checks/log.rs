//! A log in an archive: exactly the lines that match a pattern are counted.

use std::cell::RefCell;
use std::fs;

use mustknow_archive::Limits;
use mustknow_cluster::model::log::LogPattern;
use mustknow_cluster::{Interest, open};
use tempfile::TempDir;

const LOG: &str = "namespaces/openshift-etcd/pods/etcd-a/etcd/etcd/logs/current.log";
/// The scanner searches this many bytes at a time.
const CHUNK: usize = 1 << 18;
const FILLER: &[u8; 16] = b"nothing is here\n";
/// How much of a line is stored.
const LINE_KEPT: usize = 4096;

static SLOW: LogPattern = LogPattern::new("slow fdatasync", "openshift-etcd", "etcd");
static LATE: LogPattern = LogPattern::new("on time", "openshift-etcd", "");
static ELSEWHERE: LogPattern = LogPattern::new("Drain failed", "openshift-dns", "");
static JOURNAL: LogPattern = LogPattern::new("oom", "", "kubelet");

thread_local! {
    static DIR: RefCell<TempDir> = RefCell::new(dir());
}

/// A folder with a pod's log, in memory if the system allows it.
fn dir() -> TempDir {
    let dir = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    fs::create_dir_all(dir.path().join(LOG).parent().unwrap()).unwrap();
    dir
}

/// Checks one input.
pub(crate) fn check(data: &[u8]) {
    // Gzip is detected by its magic number; the archive target covers it.
    if data.starts_with(&[0x1f, 0x8b]) {
        return;
    }
    let (filler, lines) = filler(data);
    let body = [&filler, data].concat();
    DIR.with_borrow(|dir| {
        fs::write(dir.path().join(LOG), &body).unwrap();
        compare(dir, data, lines);
    });
}

/// Lines that move one input in four across the end of a chunk, and their number.
fn filler(data: &[u8]) -> (Vec<u8>, usize) {
    match data {
        [first, ..] if first % 4 == 3 => {
            let filler = FILLER.repeat(CHUNK / FILLER.len());
            let cut = usize::from(first / 4);
            (filler[cut..].to_vec(), (CHUNK - cut).div_ceil(FILLER.len()))
        }
        _ => (Vec::new(), 0),
    }
}

/// Compares the hits with the lines of `data`, which follow `others` other lines.
fn compare(dir: &TempDir, data: &[u8], others: usize) {
    let interest =
        Interest { logs: [&SLOW, &LATE, &ELSEWHERE, &JOURNAL].into(), ..Interest::default() };
    let Ok(archive) = open(dir.path(), &interest, Limits::default(), &|_| {}) else { return };
    for pattern in [&SLOW, &LATE] {
        let expected: Vec<u64> = data
            .split(|&byte| byte == b'\n')
            .zip(1 + others as u64..)
            .filter(|(line, _)| {
                line.windows(pattern.literal.len()).any(|w| w == pattern.literal.as_bytes())
            })
            .map(|(_, number)| number)
            .collect();
        let hits: Vec<_> = archive.snapshots.iter().flat_map(|it| it.log_hits(pattern)).collect();
        let Some(hit) = hits.first() else {
            assert!(expected.is_empty(), "{expected:?}");
            continue;
        };
        let found = (hit.count, hit.first.number, hit.last.number);
        assert_eq!(
            Some(found),
            Some((expected.len() as u64, expected[0], expected[expected.len() - 1]))
        );
        assert!(hit.first.text.len() <= 3 * LINE_KEPT);
        assert_eq!(hits.len(), 1);
    }
    for pattern in [&ELSEWHERE, &JOURNAL] {
        assert!(archive.snapshots.iter().all(|it| it.log_hits(pattern).next().is_none()));
    }
}
