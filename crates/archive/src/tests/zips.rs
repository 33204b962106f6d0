//! Handmade zip archives, valid and hostile, read by their directory and as a stream.

use flate2::Crc;
use flate2::write::DeflateEncoder;
use proptest::prelude::*;

use super::*;

/// One entry with the fields of its two headers.
#[derive(Clone)]
pub(super) struct ZipEntryBytes {
    name: Vec<u8>,
    flags: u16,
    method: u16,
    crc: u32,
    compressed: Vec<u8>,
    size: u64,
    mode: u32,
    /// Whether sizes have eight bytes.
    is_long: bool,
    /// What follows the data, before the next entry.
    after: Vec<u8>,
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn stored(name: &str, bytes: &[u8]) -> ZipEntryBytes {
    ZipEntryBytes {
        name: name.into(),
        flags: 0,
        method: 0,
        crc: crc(bytes),
        compressed: bytes.to_vec(),
        size: bytes.len() as u64,
        mode: 0o100_644,
        is_long: false,
        after: Vec::new(),
    }
}

pub(super) fn deflated(name: &str, bytes: &[u8]) -> ZipEntryBytes {
    ZipEntryBytes { method: 8, compressed: deflate(bytes), ..stored(name, bytes) }
}

/// An entry with a data descriptor, with or without its signature.
fn with_descriptor(name: &str, bytes: &[u8], is_long: bool, is_marked: bool) -> ZipEntryBytes {
    let entry = deflated(name, bytes);
    let mut after = if is_marked { b"PK\x07\x08".to_vec() } else { Vec::new() };
    after.extend(entry.crc.to_le_bytes());
    for length in [entry.compressed.len() as u64, entry.size] {
        let width = if is_long { 8 } else { 4 };
        after.extend(&length.to_le_bytes()[..width]);
    }
    ZipEntryBytes { flags: 8, is_long, after, ..entry }
}

impl ZipEntryBytes {
    fn header(&self, at: Option<u32>) -> Vec<u8> {
        let is_streamed = self.flags & 8 != 0 && at.is_none();
        let lengths =
            [self.size, self.compressed.len() as u64].map(|l| if is_streamed { 0 } else { l });
        let mut extra = Vec::new();
        if self.is_long {
            extra.extend([1, 0, 16, 0]);
            extra.extend(lengths.iter().flat_map(|length| length.to_le_bytes()));
        }
        let short =
            lengths.map(|l| if self.is_long { u32::MAX } else { u32::try_from(l).unwrap() });
        let mut bytes = Vec::new();
        match at {
            Some(_) => bytes.extend(b"PK\x01\x02\x14\x03\x14\0"),
            None => bytes.extend(b"PK\x03\x04\x14\0"),
        }
        bytes.extend(self.flags.to_le_bytes());
        bytes.extend(self.method.to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend(if is_streamed { [0; 4] } else { self.crc.to_le_bytes() });
        bytes.extend(short[1].to_le_bytes());
        bytes.extend(short[0].to_le_bytes());
        bytes.extend(u16::try_from(self.name.len()).unwrap().to_le_bytes());
        bytes.extend(u16::try_from(extra.len()).unwrap().to_le_bytes());
        if let Some(at) = at {
            bytes.extend([0; 6]);
            bytes.extend((self.mode << 16).to_le_bytes());
            bytes.extend(at.to_le_bytes());
        }
        [bytes, self.name.clone(), extra].concat()
    }
}

/// Appends the directory of entries that start at the given offsets.
fn append_directory(mut bytes: Vec<u8>, entries: &[(u32, ZipEntryBytes)]) -> Vec<u8> {
    let start = u32::try_from(bytes.len()).unwrap();
    bytes.extend(entries.iter().flat_map(|(at, entry)| entry.header(Some(*at))));
    let length = u32::try_from(bytes.len()).unwrap() - start;
    let count = u16::try_from(entries.len()).unwrap().to_le_bytes();
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([count, count].concat());
    bytes.extend([length.to_le_bytes(), start.to_le_bytes()].concat());
    bytes.extend([0, 0]);
    bytes
}

pub(super) fn zip(entries: &[ZipEntryBytes]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut listed = Vec::new();
    for entry in entries {
        listed.push((u32::try_from(bytes.len()).unwrap(), entry.clone()));
        bytes.extend([entry.header(None), entry.compressed.clone(), entry.after.clone()].concat());
    }
    append_directory(bytes, &listed)
}

fn zip_of(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let entries: Vec<_> = files.iter().map(|(name, bytes)| deflated(name, bytes)).collect();
    zip(&entries)
}

/// Reads a zip by its directory and as a stream, which must yield the same.
fn collect_both(bytes: &[u8]) -> (CollectedEntries, StreamEnd) {
    let (entries, end) = collect_ok(bytes);
    let (streamed, streamed_end) = collect_stream(bytes).unwrap();
    assert_eq!((&entries, &end.damage), (&streamed, &streamed_end.damage));
    assert_eq!(end.truncated, streamed_end.truncated);
    (entries, end)
}

#[test]
fn entries_of_every_kind_yield_what_was_put_in() {
    let files = tree();
    let payload = files.iter().map(|(_, bytes)| bytes.len() as u64).sum::<u64>();
    let ways: [fn(&str, &[u8]) -> ZipEntryBytes; 6] = [
        stored,
        deflated,
        |name, bytes| with_descriptor(name, bytes, false, true),
        |name, bytes| with_descriptor(name, bytes, false, false),
        |name, bytes| with_descriptor(name, bytes, true, true),
        |name, bytes| ZipEntryBytes { is_long: true, ..deflated(name, bytes) },
    ];
    for wayfinder in ways {
        let mut entries = vec![stored("mg/", b"")];
        entries.extend(files.iter().map(|(name, bytes)| wayfinder(name, bytes)));
        let (entries, end) = collect_both(&zip(&entries));
        assert_eq!(entries, seen(&files));
        assert_eq!((end.bytes_read, end.truncated, end.damage), (payload, false, vec![]));
    }
}

#[test]
fn other_supported_methods_than_deflate_are_read() {
    let entry =
        |method, compressed| ZipEntryBytes { method, compressed, ..stored("a", b"kind: Pod\n") };
    let known = [
        entry(12, compressions::bzip2(b"kind: Pod\n")),
        entry(93, compressions::zstd(b"kind: Pod\n")),
        entry(20, compressions::zstd(b"kind: Pod\n")),
    ];
    let (entries, end) = collect_both(&zip(&known));
    assert_eq!(entries, vec![("a".into(), EntryContent::Bytes(b"kind: Pod\n".into())); 3]);
    assert!(end.damage.is_empty());
}

#[test]
fn an_empty_zip_has_no_entries_and_no_damage() {
    let (entries, end) = collect_both(&zip(&[]));
    assert_eq!((entries.len(), end.truncated, end.damage.len()), (0, false, 0));
}

#[test]
fn a_link_is_named_and_windows_folders_are_folders() {
    let link = ZipEntryBytes { mode: 0o120_777, ..stored("link", b"/etc/passwd") };
    let (entries, _) = collect_ok(&zip(&[link, stored("a", b"1")]));
    assert_eq!(entries[0], ("link".into(), EntryContent::Other("symbolic link")));
    let bytes = zip(&[stored("mg\\version", b"1")]);
    assert_eq!(collect_stream(&bytes).unwrap().0[0].0, "mg/version");
}

#[test]
fn a_zip_cut_anywhere_yields_what_it_has_and_reports_truncation() {
    let files = tree();
    for whole in [
        zip_of(&files),
        zip(&files.iter().map(|(n, b)| with_descriptor(n, b, false, true)).collect::<Vec<_>>()),
    ] {
        let directory = memchr::memmem::find(&whole, b"PK\x01\x02").unwrap();
        for cut in (4..whole.len() - 1).step_by(whole.len() / 150) {
            let (entries, end) = collect_both(&whole[..cut]);
            let complete = entries.iter().filter(|(_, seen)| *seen != EntryContent::Failed).count();
            assert_eq!(entries[..complete], seen(&files)[..complete], "cut at {cut}");
            assert!(end.truncated || cut > directory, "cut at {cut}");
            assert!(cut <= directory || complete == files.len(), "cut at {cut}");
        }
    }
}

#[test]
fn an_entry_that_differs_from_its_header_is_an_error_to_its_reader() {
    let good = deflated("a", b"kind: Pod\n");
    let wrong_entries = [
        ZipEntryBytes { crc: good.crc ^ 1, ..good.clone() },
        ZipEntryBytes { size: good.size - 1, ..good.clone() },
        ZipEntryBytes { size: good.size + 1, ..good.clone() },
        ZipEntryBytes { size: 1 << 31, ..good.clone() },
        ZipEntryBytes { compressed: b"\xff\xff\xff".to_vec(), ..good.clone() },
        ZipEntryBytes { method: 0, ..good.clone() },
    ];
    for wrong in wrong_entries {
        let (entries, end) = collect_both(&zip(&[wrong, stored("b", b"2")]));
        assert_eq!(
            entries,
            [("a".into(), EntryContent::Failed), ("b".into(), EntryContent::Bytes(b"2".into()))]
        );
        assert!(!end.truncated);
    }
    let mut altered = with_descriptor("a", b"kind: Pod\n", false, true);
    altered.after[4] ^= 1;
    let (_, end) = collect_stream(&zip(&[altered, stored("b", b"2")])).unwrap();
    assert_eq!(reasons(&end), ["checksum mismatch; the content may be corrupt"]);
    assert_eq!((end.damage[0].path.as_str(), end.entries), ("a", 2));
}

#[test]
fn an_unsupported_entry_loses_only_itself() {
    let unsupported = |flags, method| ZipEntryBytes { flags, method, ..stored("a", b"secret") };
    for (entry, why) in [
        (unsupported(1, 0), "encrypted entries are not supported"),
        (unsupported(1, 99), "encrypted entries are not supported"),
        (unsupported(0, 9), "compression method Deflate64 is not supported"),
        (unsupported(0, 14), "compression method 14 is not supported"),
    ] {
        let (entries, end) = collect_both(&zip(&[entry, stored("b", b"2")]));
        assert_eq!(entries, [("b".into(), EntryContent::Bytes(b"2".into()))]);
        assert_eq!((reasons(&end), end.truncated), (vec![why], false));
    }
}

/// A stored entry with a data descriptor.
fn stored_with_descriptor(name: &str, bytes: &[u8], is_long: bool) -> ZipEntryBytes {
    let after = with_descriptor(name, bytes, is_long, true).after;
    let lengths = [(bytes.len() as u64).to_le_bytes(); 2];
    let width = if is_long { 8 } else { 4 };
    let lengths = lengths.iter().flat_map(|length| length[..width].to_vec());
    let after = after[..8].iter().copied().chain(lengths).collect();
    ZipEntryBytes { flags: 8, is_long, after, ..stored(name, bytes) }
}

#[test]
fn a_stored_entry_of_unknown_length_ends_at_its_descriptor() {
    let mut files = tree();
    let inner = zip(&[
        stored_with_descriptor("x", b"kind: Pod\n", false),
        with_descriptor("y", b"1", false, true),
    ]);
    let odd = [b"PK\x07\x08".repeat(5000), b"PK\x07".to_vec(), inner[4..].to_vec()];
    files.extend((0..).zip(odd).map(|(at, bytes)| (format!("odd-{at}"), bytes)));
    for is_long in [false, true] {
        let entries: Vec<_> =
            files.iter().map(|(n, b)| stored_with_descriptor(n, b, is_long)).collect();
        let mut entries = [entries, vec![stored("last", b"1")]].concat();
        entries.insert(0, ZipEntryBytes { flags: 8, ..stored("mg/", b"") });
        let (entries, end) = collect_both(&zip(&entries));
        assert_eq!(entries[..files.len()], seen(&files));
        assert_eq!((entries.len(), end.damage.len()), (files.len() + 1, 0));
    }
    let whole = zip(&[stored_with_descriptor("a", &[b'x'; 9000], false), stored("b", b"2")]);
    let (entries, end) = collect_stream(&whole[..9020]).unwrap();
    assert_eq!((entries, end.truncated), (vec![("a".into(), EntryContent::Failed)], true));
    assert_eq!(reasons(&end), ["truncated in entry a"]);
}

#[test]
fn an_encrypted_entry_without_length_ends_a_stream_but_not_a_file() {
    let entry = ZipEntryBytes { flags: 9, after: vec![0; 16], ..stored("b", b"2") };
    let bytes = zip(&[stored("a", b"1"), entry, stored("c", b"3")]);
    assert_eq!(collect_ok(&bytes).0.len(), 2);
    let (entries, end) = collect_stream(&bytes).unwrap();
    assert_eq!((entries.len(), end.truncated), (1, true));
    let reasons = reasons(&end);
    assert_eq!(reasons[0], "encrypted entries are not supported");
    assert_eq!(reasons[1], "reading stopped in entry b; the rest was not read");
}

#[test]
fn names_that_point_outside_the_archive_are_damage() {
    for name in ["../../etc/passwd", "/etc/passwd", "a/../../b", "..\\a", "C:\\a"] {
        let (entries, end) = collect_both(&zip(&[stored(name, b"x"), stored("a", b"1")]));
        assert_eq!(entries.len(), 1);
        assert_eq!(reasons(&end), ["name points outside the archive"]);
        assert_eq!(end.damage[0].path, name);
    }
}

#[test]
fn overlapping_entries_are_refused() {
    let entry = deflated("a", &vec![0; 1 << 20]);
    let bytes = [entry.header(None), entry.compressed.clone()].concat();
    let named = |at: usize| ZipEntryBytes { name: format!("n{at}").into_bytes(), ..entry.clone() };
    let listed: Vec<_> = (0..1000).map(|at| (0, named(at))).collect();
    let (entries, end) = collect_ok(&append_directory(bytes, &listed));
    assert_eq!((entries.len(), end.bytes_read, end.damage.len()), (0, 0, 1000));
    assert_eq!(end.damage[0].why, "overlaps with another entry");

    // One entry whose data is the whole next entry: only the next one is valid.
    let inner = zip(&[stored("b", b"2")]);
    let (inner, _) = inner.split_at(32);
    let outer = stored("a", inner);
    let at = u32::try_from(outer.header(None).len()).unwrap();
    let bytes = [outer.header(None), inner.to_vec()].concat();
    let (entries, end) =
        collect_ok(&append_directory(bytes, &[(0, outer), (at, stored("b", b"2"))]));
    assert_eq!(entries, [("b".into(), EntryContent::Bytes(b"2".into()))]);
    assert_eq!(end.damage[0].path, "a");
}

#[test]
fn a_directory_entry_without_data_loses_only_itself() {
    let entry = stored("a", b"1");
    let bytes = [entry.header(None), entry.compressed.clone()].concat();
    let (entries, end) = collect_ok(&append_directory(bytes, &[(0, entry.clone()), (5000, entry)]));
    assert_eq!((entries.len(), end.damage.len()), (1, 1));
    assert!(end.damage[0].why.starts_with("cannot read the header"), "{end:?}");
}

#[test]
fn a_flipped_bit_causes_no_panic() {
    let files = tree();
    let with_descriptor: Vec<_> =
        files.iter().map(|(n, b)| with_descriptor(n, b, false, false)).collect();
    let mut noise = Noise(19);
    for whole in [zip_of(&files), zip(&with_descriptor)] {
        for _ in 0..300 {
            let mut bytes = whole.clone();
            let (at, bit) = (noise.below(bytes.len()), noise.below(8));
            bytes[at] ^= 1 << bit;
            let _ = collect(&bytes);
            let _ = collect_stream(&bytes);
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_after_the_magic_number_are_read(bytes: Vec<u8>) {
        for magic in [b"PK\x03\x04", b"PK\x05\x06"] {
            let bytes = [magic.as_slice(), &bytes].concat();
            let _ = collect(&bytes);
            let _ = collect_stream(&bytes);
        }
    }
}
