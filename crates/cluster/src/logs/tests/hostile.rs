//! Logs that nobody would write in good faith, and logs that a crash has left.

use super::*;
use crate::model::time;

const MIB: usize = 1 << 20;

fn scan_reader(body: &mut dyn Read, left: u64) -> (Vec<LogHits>, io::Result<u64>) {
    let scanner = Scanner::new(vec![&SLOW]).unwrap();
    scanner.scan(&mut Scratch::bounded(MIB, left), "x.log", ETCD, body)
}

#[test]
fn line_numbers_hold_across_chunks_and_bytes_that_are_no_text() {
    let mut body = b"\xff\xfe nothing here\n".repeat(200_000);
    body.extend_from_slice(b"slow fdatasync\r\n");
    let hits = scan(&body);
    assert_eq!((hits.first.number, hits.first.text.as_str()), (200_001, "slow fdatasync"));
}

#[test]
fn one_line_of_gigabytes_is_one_line_and_not_kept() {
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
fn a_literal_that_a_chunk_cuts_is_found() {
    for at in MIB - 20..=MIB {
        let mut body = vec![b'x'; at];
        body.extend_from_slice(b"slow fdatasync");
        body.resize(3 * MIB, b'x');
        let (hits, _) = scan_reader(&mut body.as_slice(), 0);
        assert_eq!(hits[0].count, 1, "at {at}");
    }
}

#[test]
fn nulls_that_a_crash_left_do_not_hide_the_time() {
    let mut body = vec![0; 10_000];
    body.extend_from_slice(b"2024-10-28T10:00:00Z slow fdatasync\n");
    let line = scan(&body).last;
    assert_eq!(line.time, time::rfc3339("2024-10-28T10:00:00Z"));
    assert_eq!(line.text, "2024-10-28T10:00:00Z slow fdatasync");
}

#[test]
fn millions_of_hits_are_counted_and_a_few_kept() {
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
fn logs_of_no_or_one_byte_are_read() {
    for body in [b"".as_slice(), b"x", b"\x1f", b"\n"] {
        let (hits, ended) = scan_reader(&mut &*body, 0);
        assert_eq!((hits.len(), ended.unwrap()), (0, body.len() as u64));
    }
}

#[test]
fn what_stands_before_the_break_of_a_gzip_stream_counts() {
    let mut text = b"slow fdatasync\n".repeat(10);
    // Something that deflate cannot shorten, so that the cut does not cost what stands before it.
    text.extend((0..200_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8));
    let whole = gzip(&text);
    let (hits, ended) = scan_reader(&mut &whole[..whole.len() - 100], u64::MAX);
    assert_eq!(hits[0].count, 10);
    assert_eq!(ended.unwrap_err().to_string(), "its gzip stream breaks off before its end");
    let mut altered = whole.clone();
    let end = altered.len() - 6;
    altered[end] ^= 1;
    let (hits, ended) = scan_reader(&mut altered.as_slice(), u64::MAX);
    assert_eq!((hits[0].count, ended.is_err()), (10, true));
}

#[test]
fn an_error_of_the_input_keeps_its_words() {
    struct Breaks;
    impl Read for Breaks {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the archive breaks off"))
        }
    }
    let whole = gzip(&b"slow fdatasync\n".repeat(10_000));
    for half in [b"slow fdatasync\nslow".as_slice(), &whole[..whole.len() / 2]] {
        let (_, ended) = scan_reader(&mut half.chain(Breaks), u64::MAX);
        assert_eq!(ended.unwrap_err().to_string(), "the archive breaks off");
    }
}

#[test]
fn what_inflates_without_end_is_left_at_a_bound_and_named() {
    let bomb = gzip(&b"slow fdatasync\n".repeat(MIB));
    let scanner = Scanner::new(vec![&SLOW]).unwrap();
    let mut scratch = Scratch::bounded(MIB, 5 * MIB as u64);
    let (hits, ended) = scanner.scan(&mut scratch, "x", ETCD, &mut bomb.as_slice());
    assert!(hits[0].count > 200_000 && hits[0].count < 400_000);
    let said = ended.unwrap_err().to_string();
    assert!(said.starts_with("it inflates to more than 5 MiB"), "{said}");
    assert!(said.contains("(--max-inflated)"), "{said}");
    // The bound is for all logs together, and plain ones do not count.
    assert!(scanner.scan(&mut scratch, "x", ETCD, &mut bomb.as_slice()).1.is_err());
    assert!(scanner.scan(&mut scratch, "x", ETCD, &mut &b"a\n"[..]).1.is_ok());
}

/// The same text over and over.
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
