//! Hostile logs, and logs after a crash.

use super::*;
use crate::model::time;

const MIB: usize = 1 << 20;

fn scan_reader(body: &mut dyn Read, limit: u64) -> (Vec<LogHits>, io::Result<u64>) {
    let scanner = Scanner::new(vec![&SLOW]).unwrap();
    let mut buffer = LogBuffer::with_chunk_size(MIB, limit);
    let Scanned { hits, end, .. } = scanner.scan(&mut buffer, "x.log", ETCD, body);
    (hits, end)
}

#[test]
fn line_numbers_are_correct_across_chunks_and_invalid_utf8() {
    let mut body = b"\xff\xfe nothing here\n".repeat(200_000);
    body.extend_from_slice(b"slow fdatasync\r\n");
    let hits = scan(&body);
    assert_eq!((hits.first.number, hits.first.text.as_str()), (200_001, "slow fdatasync"));
}

#[test]
fn a_line_of_gigabytes_is_one_line_and_is_not_stored() {
    let head = b"2024-10-28T10:00:00Z ".as_slice();
    let tail = b" slow fdatasync slow fdatasync\nb\nslow fdatasync".as_slice();
    let mut body = head.chain(io::repeat(b'x').take(2 << 30)).chain(tail);
    let (hits, ended) = scan_reader(&mut body, 0);
    assert_eq!(ended.unwrap(), (2 << 30) + (head.len() + tail.len()) as u64);
    assert_eq!((hits[0].count, numbers(&hits[0])), (2, vec![3, 1]));
    assert_eq!(hits[0].first.time, time::rfc3339("2024-10-28T10:00:00Z"));
    assert!(hits[0].first.text.len() <= 4096);
}

#[test]
fn a_literal_split_between_chunks_is_found() {
    for at in MIB - 20..=MIB {
        let mut body = vec![b'x'; at];
        body.extend_from_slice(b"slow fdatasync");
        body.resize(3 * MIB, b'x');
        let (hits, _) = scan_reader(&mut body.as_slice(), 0);
        assert_eq!(hits[0].count, 1, "at {at}");
    }
}

#[test]
fn nul_bytes_after_a_crash_do_not_hide_the_time() {
    let mut body = vec![0; 10_000];
    body.extend_from_slice(b"2024-10-28T10:00:00Z slow fdatasync\n");
    let line = scan(&body).last;
    assert_eq!(line.time, time::rfc3339("2024-10-28T10:00:00Z"));
    assert_eq!(line.text, "2024-10-28T10:00:00Z slow fdatasync");
}

#[test]
fn millions_of_hits_are_counted_and_a_few_are_stored() {
    let lines = (0..1000).map(|n| format!("{n} {n:x} slow fdatasync\n"));
    let lines = lines.collect::<Vec<_>>().concat();
    let mut body = RepeatText { text: lines.as_bytes(), at: 0 }.take(3000 * lines.len() as u64);
    let (hits, ended) = scan_reader(&mut body, 0);
    ended.unwrap();
    assert_eq!(hits[0].count, 3_000_000);
    assert_eq!(hits[0].last.number, 3_000_000);
    assert!(hits[0].examples.len() <= 4);
}

#[test]
fn a_rotated_log_may_be_gzip_of_several_members_or_not_gzip_at_all() {
    assert_eq!(scan(&gzip(b"a\nslow fdatasync\n")).first.number, 2);
    let members = [gzip(b"a\nslow fda"), gzip(b"tasync\n"), gzip(b"slow fdatasync")].concat();
    assert_eq!(numbers(&scan(&members)), [3, 2]);
    assert_eq!(scan(b"slow fdatasync\n").count, 1);
}

#[test]
fn logs_of_zero_or_one_byte_are_read() {
    for body in [b"".as_slice(), b"x", b"\x1f", b"\n"] {
        let (hits, ended) = scan_reader(&mut &*body, 0);
        assert_eq!((hits.len(), ended.unwrap()), (0, body.len() as u64));
    }
}

#[test]
fn hits_before_the_end_of_a_truncated_gzip_stream_count() {
    let mut text = b"slow fdatasync\n".repeat(10);
    // Incompressible bytes, so that the truncation does not affect the lines before them.
    text.extend((0..200_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8));
    let whole = gzip(&text);
    let (hits, ended) = scan_reader(&mut &whole[..whole.len() - 100], u64::MAX);
    assert_eq!(hits[0].count, 10);
    assert_eq!(ended.unwrap_err().to_string(), "gzip stream is truncated");
    let mut altered = whole.clone();
    let end = altered.len() - 6;
    altered[end] ^= 1;
    let (hits, ended) = scan_reader(&mut altered.as_slice(), u64::MAX);
    assert_eq!((hits[0].count, ended.is_err()), (10, true));
}

#[test]
fn an_error_of_the_input_keeps_its_message() {
    struct Fails;
    impl Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the archive is truncated"))
        }
    }
    let whole = gzip(&b"slow fdatasync\n".repeat(10_000));
    for half in [b"slow fdatasync\nslow".as_slice(), &whole[..whole.len() / 2]] {
        let (_, ended) = scan_reader(&mut half.chain(Fails), u64::MAX);
        assert_eq!(ended.unwrap_err().to_string(), "the archive is truncated");
    }
}

#[test]
fn a_decompression_bomb_stops_at_the_limit_and_names_it() {
    let bomb = gzip(&b"slow fdatasync\n".repeat(MIB));
    let scanner = Scanner::new(vec![&SLOW]).unwrap();
    let mut buffer = LogBuffer::with_chunk_size(MIB, 5 * MIB as u64);
    let Scanned { hits, end, .. } = scanner.scan(&mut buffer, "x", ETCD, &mut bomb.as_slice());
    assert!(hits[0].count > 200_000 && hits[0].count < 400_000);
    let error = end.unwrap_err().to_string();
    assert!(error.starts_with("uncompressed size exceeds 5 MiB"), "{error}");
    assert!(error.contains("(--max-inflated)"), "{error}");
    // The limit applies to all logs together, and uncompressed logs do not count.
    assert!(scanner.scan(&mut buffer, "x", ETCD, &mut bomb.as_slice()).end.is_err());
    assert!(scanner.scan(&mut buffer, "x", ETCD, &mut &b"a\n"[..]).end.is_ok());
}

/// Repeats a text.
struct RepeatText<'t> {
    text: &'t [u8],
    at: usize,
}

impl Read for RepeatText<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let rest = &self.text[self.at..];
        let size = rest.len().min(into.len());
        into[..size].copy_from_slice(&rest[..size]);
        self.at = (self.at + size) % self.text.len();
        Ok(size)
    }
}
