//! Archives that reach a limit: what was read is used, and what was not read proves nothing.

use std::fs;
use std::io::Read;
use std::thread::sleep;
use std::time::Duration;

use mustknow_archive::{Limit, Limits};
use mustknow_cluster::model::coverage::CoverageState;
use mustknow_cluster::model::kinds::CONFIG_MAP;
use mustknow_cluster::model::log::LogPattern;
use mustknow_cluster::views::{ClusterOperator, ConfigMap};
use mustknow_cluster::{Archive, Interest, Lookup, Snapshot, open, open_stream, open_together};

use super::support::gzip;

static SLOW: LogPattern = LogPattern::new("slow fdatasync", "openshift-etcd", "etcd");

const OPERATOR: &str =
    "mg/image/cluster-scoped-resources/config.openshift.io/clusteroperators/dns.yaml";
const LIST: &str = "mg/image/namespaces/kube-system/core/configmaps.yaml";
const LOG: &str = "mg/image/namespaces/openshift-etcd/pods/etcd-a/etcd/etcd/logs/current.log";

/// The offset of the second entry in the tar: the first one has a header and one block.
const SECOND: usize = 1024;

/// An object, and a list that proves that another object is absent.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    let operator =
        "apiVersion: config.openshift.io/v1\nkind: ClusterOperator\nmetadata:\n  name: dns\n";
    vec![(OPERATOR, operator.into()), (LIST, list("").into())]
}

fn list(more: &str) -> String {
    format!(
        "apiVersion: v1\nitems:\n- metadata:\n    name: kube-root-ca.crt\n    namespace: kube-system\n{more}\
         kind: ConfigMapList\nmetadata:\n  resourceVersion: \"1\"\n"
    )
}

fn tar(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, path, bytes.as_slice()).unwrap();
    }
    tar.into_inner().unwrap()
}

fn stream(bytes: impl Read + Send, limits: Limits) -> Archive {
    let interest = Interest { logs: [&SLOW].into(), ..Interest::everything() };
    open_stream("in.tar", bytes, &interest, limits, &|_| {}).unwrap()
}

/// The snapshot of an input, which is the same with one and with four threads.
fn read(bytes: &[u8], limits: Limits) -> Snapshot {
    let [alone, together] = [1, 4].map(|threads| {
        let mut archive = stream(bytes, Limits { threads, ..limits });
        assert_eq!(archive.snapshots.len(), 1);
        archive.snapshots.remove(0)
    });
    assert_eq!(damage(&alone), damage(&together));
    together
}

fn damage(found: &Snapshot) -> Vec<String> {
    found.damage().iter().map(|damage| format!("{}: {}", damage.path, damage.why)).collect()
}

fn is_absent(found: &Snapshot) -> bool {
    matches!(found.look_up::<ConfigMap<'_>>("kube-system", "bootstrap"), Lookup::Absent(_))
}

/// Asserts that the data before the limit was read and that the missing data proves nothing.
fn assert_truncated(found: &Snapshot, limit: Limit, messages: &[&str]) {
    assert_eq!(damage(found), messages);
    assert!(found.find::<ClusterOperator<'_>>("", "dns").is_some());
    assert!(found.coverage().is_truncated());
    assert_eq!(found.coverage().limits_reached().collect::<Vec<_>>(), [limit]);
    assert!(messages.iter().any(|message| message.contains(limit.flag())));
    assert!(!is_absent(found));
    assert_eq!(found.coverage().of(&CONFIG_MAP, "kube-system"), CoverageState::Truncated);
}

#[test]
fn an_archive_within_the_limits_is_complete() {
    let whole = tar(&files());
    let limits = Limits {
        entries: 2,
        inflated: whole.len() as u64,
        ratio: 1,
        depth: 2,
        document: 512,
        timeout: Some(Duration::from_mins(10)),
        ..Limits::default()
    };
    for bytes in [gzip(&whole), whole] {
        let found = read(&bytes, limits);
        assert_eq!(damage(&found), [""; 0]);
        assert!(is_absent(&found) && !found.coverage().is_truncated());
        assert_eq!(found.coverage().limits_reached().count(), 0);
    }
}

#[test]
fn more_entries_than_the_limit_truncate_an_archive() {
    let limits = Limits { entries: 1, ..Limits::default() };
    let message = "in.tar: entry count exceeds 1 (--max-entries); the rest was not read";
    for bytes in [tar(&files()), gzip(&tar(&files()))] {
        assert_truncated(&read(&bytes, limits), Limit::Entries, &[message]);
    }
}

#[test]
fn more_entries_than_the_limit_truncate_a_directory() {
    let dir = tempfile::tempdir().unwrap();
    tar::Archive::new(tar(&files()).as_slice()).unpack(dir.path()).unwrap();
    // The folder, five folders in it, and the operator.
    let limits = Limits { entries: 7, threads: 2, ..Limits::default() };
    let archive = open(dir.path(), &Interest::everything(), limits, &|_| {}).unwrap();
    let name = dir.path().file_name().unwrap().to_str().unwrap();
    let message = format!("{name}: entry count exceeds 7 (--max-entries); the rest was not read");
    assert_truncated(&archive.snapshots[0], Limit::Entries, &[&message]);
}

#[test]
fn more_bytes_than_the_limit_truncate_an_archive() {
    let limits = Limits { inflated: SECOND as u64, ..Limits::default() };
    let message = format!(
        "in.tar: uncompressed size exceeds 1 KiB (--max-inflated); reading stopped after entry {OPERATOR}"
    );
    for bytes in [tar(&files()), gzip(&tar(&files()))] {
        assert_truncated(&read(&bytes, limits), Limit::Inflated, &[&message]);
    }
}

#[test]
fn several_files_share_the_limits() {
    let dir = tempfile::tempdir().unwrap();
    let paths = ["a.yaml", "b.yaml"].map(|name| dir.path().join(name));
    let bytes = files().remove(0).1;
    for path in &paths {
        fs::write(path, &bytes).unwrap();
    }
    let limits = Limits { inflated: bytes.len() as u64, ..Limits::default() };
    let archive = open_together(&paths, &Interest::everything(), limits, &|_| {}).unwrap();
    let why = format!("b.yaml: uncompressed size exceeds {} bytes (--max-inflated)", bytes.len());
    assert_truncated(&archive.snapshots[0], Limit::Inflated, &[&why]);
}

#[test]
fn the_ratio_limit_truncates_and_the_log_does_not_count_as_scanned() {
    let mut files = files();
    files.insert(1, (LOG, b"nothing to see\n".repeat(200_000)));
    let bytes = gzip(&tar(&files));
    let whole = read(&bytes, Limits::default());
    assert_eq!((whole.logs_scanned(&SLOW), is_absent(&whole)), (1, true));
    let found = read(&bytes, Limits { ratio: 10, inflated: 1 << 30, ..Limits::default() });
    assert_eq!(found.logs_scanned(&SLOW), 1, "3 MB are below the floor of that ratio");
    let found = read(&bytes, Limits { ratio: 1, ..Limits::default() });
    let why = "compression ratio exceeds 1 (--max-ratio)";
    let cut = format!("in.tar: {why}; reading stopped in entry {LOG}");
    assert_truncated(&found, Limit::Ratio, &[&cut, &format!("{LOG}: {why}")]);
    assert_eq!(found.logs_scanned(&SLOW), 0);
}

#[test]
fn archives_nested_deeper_than_the_limit_are_not_read() {
    let inner = tar(&files()[1..]);
    let bytes = tar(&[files().remove(0), ("in.tar", inner)]);
    assert!(!stream(bytes.as_slice(), Limits::default()).truncated);
    let found = read(&bytes, Limits { depth: 1, ..Limits::default() });
    let message = "archive nesting depth exceeds 1 (--max-depth); not read";
    assert_truncated(&found, Limit::Depth, &[&format!("in.tar: {message}")]);
}

#[test]
fn the_highest_depth_limit_is_supported() {
    let mut bytes = tar(&files());
    for layer in 1..Limits::MAX_DEPTH {
        bytes = if layer % 2 == 0 { tar(&[("in.tar", bytes)]) } else { gzip(&bytes) };
    }
    let found = read(&bytes, Limits { depth: Limits::MAX_DEPTH, ..Limits::default() });
    assert!(is_absent(&found), "{:?}", damage(&found));
}

#[test]
fn a_document_over_the_limit_is_damage_and_proves_nothing() {
    let mut files = files();
    let more = "- metadata:\n    name: a\n    namespace: kube-system\n".repeat(20);
    files[1].1 = list(&more).into();
    let document = 1024;
    let found = read(&tar(&files), Limits { document, ..Limits::default() });
    assert_eq!(damage(&found), [format!("{LIST}: size exceeds 1 KiB (--max-document)")]);
    assert!(found.find::<ClusterOperator<'_>>("", "dns").is_some());
    assert!(!is_absent(&found) && !found.coverage().is_truncated());
    let state = found.coverage().of(&CONFIG_MAP, "kube-system");
    assert!(matches!(state, CoverageState::Damaged(_)), "{state}");

    let found = read(&tar(&files), Limits { memory: 1024, ..Limits::default() });
    assert!(damage(&found).contains(&format!("{LIST}: size exceeds 1 KiB (--memory)")));
}

#[test]
fn a_gather_log_over_the_limit_is_damage() {
    let mut files = files();
    files.push(("mg/image/gather.logs", b"all is well\n".repeat(100)));
    let found = read(&tar(&files), Limits { document: 1 << 10, ..Limits::default() });
    let message = "size exceeds 256 bytes (--max-document); the rest was not read";
    assert_eq!(damage(&found), [format!("mg/image/gather.logs: {message}")]);
}

#[test]
fn a_log_file_over_the_limit_counts_only_with_a_hit() {
    let shown = |first: &str| {
        let log = format!(
            "==== START logs for container etcd of pod openshift-etcd/etcd-a ====\n{first}{}\
             ==== END logs for container etcd of pod openshift-etcd/etcd-a ====\n",
            "all is well\n".repeat(100)
        );
        let controllers = "{\"kind\": \"ReplicationControllerList\", \"items\": []}";
        let bytes = tar(&[
            ("dump/openshift-etcd/replication-controllers.json", controllers.into()),
            ("dump/openshift-etcd/etcd-a/logs.txt", log.into()),
        ]);
        let found = read(&bytes, Limits { document: 512, ..Limits::default() });
        let message = "size exceeds 512 bytes (--max-document); the rest was not read";
        assert_eq!(damage(&found), [format!("dump/openshift-etcd/etcd-a/logs.txt: {message}")]);
        found.logs_scanned(&SLOW)
    };
    assert_eq!(shown("slow fdatasync\n"), 1);
    assert_eq!(shown(""), 0);
}

/// Returns some bytes at once, and the others after a pause.
struct Pausing<'b> {
    first: &'b [u8],
    rest: &'b [u8],
    pause: Option<Duration>,
}

impl Read for Pausing<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if !self.first.is_empty() {
            return self.first.read(into);
        }
        self.pause.take().into_iter().for_each(sleep);
        self.rest.read(into)
    }
}

/// Reads an archive of which some bytes come in time, and returns the limit in seconds too.
///
/// A busy machine may need longer than the first limit for those bytes: then it gets more time.
fn read_in_time(bytes: &[u8], in_time: usize, threads: usize) -> (Snapshot, u64) {
    let (first, rest) = bytes.split_at(in_time);
    let read = |seconds| {
        let timeout = Some(Duration::from_secs(seconds));
        let limits = Limits { timeout, threads, ..Limits::default() };
        let pausing = Pausing { first, rest, pause: timeout };
        let archive = open_stream("in.tar", pausing, &Interest::everything(), limits, &|_| {});
        let found = archive.ok()?.snapshots.pop()?;
        found.find::<ClusterOperator<'_>>("", "dns").is_some().then_some((found, seconds))
    };
    [1, 10, 50].into_iter().find_map(read).expect("the first bytes are read in time")
}

#[test]
fn reading_stops_at_the_timeout() {
    let bytes = tar(&files());
    for threads in [1, 4] {
        let (found, seconds) = read_in_time(&bytes, SECOND, threads);
        let why = format!("reading time exceeds {seconds}s (--timeout)");
        let said = format!("in.tar: {why}; the rest was not read");
        assert_truncated(&found, Limit::Timeout, &[&said]);
    }
}

#[test]
fn a_document_after_the_timeout_is_not_evaluated() {
    let bytes = tar(&files());
    for threads in [1, 4] {
        let (found, seconds) = read_in_time(&bytes, SECOND + 600, threads);
        let why = format!("reading time exceeds {seconds}s (--timeout)");
        let said = damage(&found);
        assert!(said.contains(&format!("{LIST}: {why}")), "{said:?}");
        assert!(said.iter().all(|said| said.contains(&why)), "{said:?}");
        assert!(found.find::<ClusterOperator<'_>>("", "dns").is_some());
        assert!(found.coverage().is_truncated() && !is_absent(&found));
        assert_eq!(found.coverage().limits_reached().collect::<Vec<_>>(), [Limit::Timeout]);
    }
}
