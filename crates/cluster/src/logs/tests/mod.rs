//! Ordinary and hostile logs.

mod chunks;
mod hostile;
mod lines;
mod tails;

use std::io::{self, Read};

use super::{LogBuffer, Scanned, Scanner};
use crate::layout::LogFile;
use crate::model::log::{LogHits, LogPattern};

static SLOW: LogPattern = LogPattern::new("slow fdatasync", "openshift-etcd", "etcd");
const ETCD: LogFile<'static> =
    LogFile { namespace: "openshift-etcd", pod: "etcd-a", container: "etcd", earlier: false };

fn scan_all(patterns: &[&'static LogPattern], body: &[u8]) -> Vec<LogHits> {
    let scanner = Scanner::new(patterns.to_vec()).unwrap();
    let mut buffer = LogBuffer::within(1 << 30);
    let Scanned { hits, end, .. } = scanner.scan(&mut buffer, "x.log", ETCD, &mut &*body);
    end.unwrap();
    hits
}

fn scan(body: &[u8]) -> LogHits {
    let mut hits = scan_all(&[&SLOW], body);
    assert_eq!(hits.len(), 1);
    hits.remove(0)
}

fn numbers(hits: &LogHits) -> Vec<u64> {
    hits.lines().map(|line| line.number).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zip.write_all(bytes).unwrap();
    zip.finish().unwrap()
}

/// Returns its bytes in reads of these sizes, repeatedly.
struct ShortReads<'b> {
    bytes: &'b [u8],
    sizes: std::iter::Cycle<std::slice::Iter<'b, usize>>,
}

impl Read for ShortReads<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let size = self.sizes.next().copied().unwrap_or(1).min(into.len()).min(self.bytes.len());
        let (now, rest) = self.bytes.split_at(size);
        into[..size].copy_from_slice(now);
        self.bytes = rest;
        Ok(size)
    }
}
