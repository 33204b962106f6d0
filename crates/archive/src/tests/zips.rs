//! Zip archives, made by hand so that they can lie: by their directory, and as a stream.

use flate2::Crc;
use flate2::write::DeflateEncoder;
use proptest::prelude::*;

use super::*;

/// One entry, as its two headers have it.
#[derive(Clone)]
pub(super) struct Zipped {
    name: Vec<u8>,
    flags: u16,
    method: u16,
    crc: u32,
    packed: Vec<u8>,
    size: u64,
    mode: u32,
    /// Lengths take eight bytes.
    is_long: bool,
    /// What follows the bytes, before the next entry.
    behind: Vec<u8>,
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

pub(super) fn stored(name: &str, bytes: &[u8]) -> Zipped {
    Zipped {
        name: name.into(),
        flags: 0,
        method: 0,
        crc: crc(bytes),
        packed: bytes.to_vec(),
        size: bytes.len() as u64,
        mode: 0o100_644,
        is_long: false,
        behind: Vec::new(),
    }
}

pub(super) fn deflated(name: &str, bytes: &[u8]) -> Zipped {
    Zipped { method: 8, packed: deflate(bytes), ..stored(name, bytes) }
}

/// An entry whose lengths stand behind it, with or without their mark.
fn described(name: &str, bytes: &[u8], is_long: bool, is_marked: bool) -> Zipped {
    let entry = deflated(name, bytes);
    let mut behind = if is_marked { b"PK\x07\x08".to_vec() } else { Vec::new() };
    behind.extend(entry.crc.to_le_bytes());
    for length in [entry.packed.len() as u64, entry.size] {
        let width = if is_long { 8 } else { 4 };
        behind.extend(&length.to_le_bytes()[..width]);
    }
    Zipped { flags: 8, is_long, behind, ..entry }
}

impl Zipped {
    fn header(&self, at: Option<u32>) -> Vec<u8> {
        let is_behind = self.flags & 8 != 0 && at.is_none();
        let lengths = [self.size, self.packed.len() as u64].map(|l| if is_behind { 0 } else { l });
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
        bytes.extend(if is_behind { [0; 4] } else { self.crc.to_le_bytes() });
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

/// A directory of entries that begin at these places, behind `bytes`.
fn close(mut bytes: Vec<u8>, entries: &[(u32, Zipped)]) -> Vec<u8> {
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

pub(super) fn zip(entries: &[Zipped]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut placed = Vec::new();
    for entry in entries {
        placed.push((u32::try_from(bytes.len()).unwrap(), entry.clone()));
        bytes.extend([entry.header(None), entry.packed.clone(), entry.behind.clone()].concat());
    }
    close(bytes, &placed)
}

fn zip_of(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let entries: Vec<_> = files.iter().map(|(name, bytes)| deflated(name, bytes)).collect();
    zip(&entries)
}

/// What comes out by the directory and as a stream, which must be the same.
fn collect_both(bytes: &[u8]) -> (Entries, End) {
    let (entries, end) = collect_ok(bytes);
    let (streamed, streamed_end) = collect_stream(bytes).unwrap();
    assert_eq!((&entries, &end.damage), (&streamed, &streamed_end.damage));
    assert_eq!(end.truncated, streamed_end.truncated);
    (entries, end)
}

#[test]
fn entries_of_every_kind_give_what_was_put_in() {
    let files = tree();
    let payload = files.iter().map(|(_, bytes)| bytes.len() as u64).sum::<u64>();
    let ways: [fn(&str, &[u8]) -> Zipped; 6] = [
        stored,
        deflated,
        |name, bytes| described(name, bytes, false, true),
        |name, bytes| described(name, bytes, false, false),
        |name, bytes| described(name, bytes, true, true),
        |name, bytes| Zipped { is_long: true, ..deflated(name, bytes) },
    ];
    for way in ways {
        let mut entries = vec![stored("mg/", b"")];
        entries.extend(files.iter().map(|(name, bytes)| way(name, bytes)));
        let (entries, end) = collect_both(&zip(&entries));
        assert_eq!(entries, seen(&files));
        assert_eq!((end.bytes_read, end.truncated, end.damage), (payload, false, vec![]));
    }
}

#[test]
fn other_methods_than_deflate_are_undone_where_they_are_known() {
    let entry = |method, packed| Zipped { method, packed, ..stored("a", b"kind: Pod\n") };
    let known = [
        entry(12, packings::bzip2(b"kind: Pod\n")),
        entry(93, packings::zstd(b"kind: Pod\n")),
        entry(20, packings::zstd(b"kind: Pod\n")),
    ];
    let (entries, end) = collect_both(&zip(&known));
    assert_eq!(entries, vec![("a".into(), Seen::Bytes(b"kind: Pod\n".into())); 3]);
    assert!(end.damage.is_empty());
}

#[test]
fn an_empty_zip_has_no_entries_and_no_damage() {
    let (entries, end) = collect_both(&zip(&[]));
    assert_eq!((entries.len(), end.truncated, end.damage.len()), (0, false, 0));
}

#[test]
fn a_link_is_named_and_folders_of_windows_are_folders() {
    let link = Zipped { mode: 0o120_777, ..stored("link", b"/etc/passwd") };
    let (entries, _) = collect_ok(&zip(&[link, stored("a", b"1")]));
    assert_eq!(entries[0], ("link".into(), Seen::Other("symbolic link")));
    let bytes = zip(&[stored("mg\\version", b"1")]);
    assert_eq!(collect_stream(&bytes).unwrap().0[0].0, "mg/version");
}

#[test]
fn a_zip_cut_anywhere_gives_what_it_has_and_says_so() {
    let files = tree();
    for whole in [
        zip_of(&files),
        zip(&files.iter().map(|(n, b)| described(n, b, false, true)).collect::<Vec<_>>()),
    ] {
        let directory = memchr::memmem::find(&whole, b"PK\x01\x02").unwrap();
        for cut in (4..whole.len() - 1).step_by(whole.len() / 150) {
            let (entries, end) = collect_both(&whole[..cut]);
            let complete = entries.iter().filter(|(_, seen)| *seen != Seen::Failed).count();
            assert_eq!(entries[..complete], seen(&files)[..complete], "cut at {cut}");
            assert!(end.truncated || cut > directory, "cut at {cut}");
            assert!(cut <= directory || complete == files.len(), "cut at {cut}");
        }
    }
}

#[test]
fn an_entry_that_is_not_what_was_announced_is_an_error_to_its_reader() {
    let good = deflated("a", b"kind: Pod\n");
    let lies = [
        Zipped { crc: good.crc ^ 1, ..good.clone() },
        Zipped { size: good.size - 1, ..good.clone() },
        Zipped { size: good.size + 1, ..good.clone() },
        Zipped { size: 1 << 31, ..good.clone() },
        Zipped { packed: b"\xff\xff\xff".to_vec(), ..good.clone() },
        Zipped { method: 0, ..good.clone() },
    ];
    for lie in lies {
        let (entries, end) = collect_both(&zip(&[lie, stored("b", b"2")]));
        assert_eq!(entries, [("a".into(), Seen::Failed), ("b".into(), Seen::Bytes(b"2".into()))]);
        assert!(!end.truncated);
    }
    let mut altered = described("a", b"kind: Pod\n", false, true);
    altered.behind[4] ^= 1;
    let (_, end) = collect_stream(&zip(&[altered, stored("b", b"2")])).unwrap();
    assert_eq!(whys(&end), ["its checksum does not match, so what was read may be altered"]);
    assert_eq!((end.damage[0].path.as_str(), end.entries), ("a", 2));
}

#[test]
fn what_is_encrypted_or_strangely_compressed_costs_itself() {
    let strange = |flags, method| Zipped { flags, method, ..stored("a", b"secret") };
    for (entry, why) in [
        (strange(1, 0), "it is encrypted, which is not read"),
        (strange(1, 99), "it is encrypted, which is not read"),
        (strange(0, 9), "it is compressed by Deflate64, which is not read"),
        (strange(0, 14), "it is compressed by method 14, which is not read"),
    ] {
        let (entries, end) = collect_both(&zip(&[entry, stored("b", b"2")]));
        assert_eq!(entries, [("b".into(), Seen::Bytes(b"2".into()))]);
        assert_eq!((whys(&end), end.truncated), (vec![why], false));
    }
}

/// An entry stored as it came, whose lengths stand behind it.
fn undescribed(name: &str, bytes: &[u8], is_long: bool) -> Zipped {
    let behind = described(name, bytes, is_long, true).behind;
    let lengths = [(bytes.len() as u64).to_le_bytes(); 2];
    let width = if is_long { 8 } else { 4 };
    let lengths = lengths.iter().flat_map(|length| length[..width].to_vec());
    let behind = behind[..8].iter().copied().chain(lengths).collect();
    Zipped { flags: 8, is_long, behind, ..stored(name, bytes) }
}

#[test]
fn a_stored_entry_of_unknown_length_ends_at_its_descriptor() {
    let mut files = tree();
    let inner = zip(&[undescribed("x", b"kind: Pod\n", false), described("y", b"1", false, true)]);
    let odd = [b"PK\x07\x08".repeat(5000), b"PK\x07".to_vec(), inner[4..].to_vec()];
    files.extend((0..).zip(odd).map(|(at, bytes)| (format!("odd-{at}"), bytes)));
    for is_long in [false, true] {
        let entries: Vec<_> = files.iter().map(|(n, b)| undescribed(n, b, is_long)).collect();
        let mut entries = [entries, vec![stored("last", b"1")]].concat();
        entries.insert(0, Zipped { flags: 8, ..stored("mg/", b"") });
        let (entries, end) = collect_both(&zip(&entries));
        assert_eq!(entries[..files.len()], seen(&files));
        assert_eq!((entries.len(), end.damage.len()), (files.len() + 1, 0));
    }
    let whole = zip(&[undescribed("a", &[b'x'; 9000], false), stored("b", b"2")]);
    let (entries, end) = collect_stream(&whole[..9020]).unwrap();
    assert_eq!((entries, end.truncated), (vec![("a".into(), Seen::Failed)], true));
    assert_eq!(whys(&end), ["it breaks off in entry a"]);
}

#[test]
fn what_is_encrypted_without_its_length_ends_a_stream_but_not_a_file() {
    let entry = Zipped { flags: 9, behind: vec![0; 16], ..stored("b", b"2") };
    let bytes = zip(&[stored("a", b"1"), entry, stored("c", b"3")]);
    assert_eq!(collect_ok(&bytes).0.len(), 2);
    let (entries, end) = collect_stream(&bytes).unwrap();
    assert_eq!((entries.len(), end.truncated), (1, true));
    let whys = whys(&end);
    assert_eq!(whys[0], "it is encrypted, which is not read");
    assert_eq!(whys[1], "it cannot be read on in entry b: the rest is not read");
}

#[test]
fn names_that_leave_the_archive_are_damage() {
    for name in ["../../etc/passwd", "/etc/passwd", "a/../../b", "..\\a", "C:\\a"] {
        let (entries, end) = collect_both(&zip(&[stored(name, b"x"), stored("a", b"1")]));
        assert_eq!(entries.len(), 1);
        assert_eq!(whys(&end), ["its name leaves the archive"]);
        assert_eq!(end.damage[0].path, name);
    }
}

#[test]
fn entries_that_share_their_bytes_are_refused() {
    let entry = deflated("a", &vec![0; 1 << 20]);
    let bytes = [entry.header(None), entry.packed.clone()].concat();
    let named = |at: usize| Zipped { name: format!("n{at}").into_bytes(), ..entry.clone() };
    let placed: Vec<_> = (0..1000).map(|at| (0, named(at))).collect();
    let (entries, end) = collect_ok(&close(bytes, &placed));
    assert_eq!((entries.len(), end.bytes_read, end.damage.len()), (0, 0, 1000));
    assert_eq!(end.damage[0].why, "its bytes belong to another entry, too");

    // One entry whose bytes are the whole of the next one: only the next is its own.
    let inner = zip(&[stored("b", b"2")]);
    let (inner, _) = inner.split_at(32);
    let outer = stored("a", inner);
    let at = u32::try_from(outer.header(None).len()).unwrap();
    let bytes = [outer.header(None), inner.to_vec()].concat();
    let (entries, end) = collect_ok(&close(bytes, &[(0, outer), (at, stored("b", b"2"))]));
    assert_eq!(entries, [("b".into(), Seen::Bytes(b"2".into()))]);
    assert_eq!(end.damage[0].path, "a");
}

#[test]
fn a_directory_that_points_nowhere_costs_what_it_describes() {
    let entry = stored("a", b"1");
    let bytes = [entry.header(None), entry.packed.clone()].concat();
    let (entries, end) = collect_ok(&close(bytes, &[(0, entry.clone()), (5000, entry)]));
    assert_eq!((entries.len(), end.damage.len()), (1, 1));
    assert!(end.damage[0].why.starts_with("its header cannot be read"), "{end:?}");
}

#[test]
fn a_flipped_bit_harms_nobody() {
    let files = tree();
    let described: Vec<_> = files.iter().map(|(n, b)| described(n, b, false, false)).collect();
    let mut noise = Noise(19);
    for whole in [zip_of(&files), zip(&described)] {
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
    fn no_bytes_behind_the_magic_are_too_odd(bytes: Vec<u8>) {
        for magic in [b"PK\x03\x04", b"PK\x05\x06"] {
            let bytes = [magic.as_slice(), &bytes].concat();
            let _ = collect(&bytes);
            let _ = collect_stream(&bytes);
        }
    }
}
