//! Hostile inputs: names outside the archive, huge declared sizes, bombs.

use proptest::prelude::*;

use super::*;
use crate::ledger::Ledger;
use crate::limits::EXTENSION_LIMIT;
use crate::stream::Stream;
use crate::{open, tar};

#[test]
fn names_that_point_outside_the_archive_are_damage() {
    for name in ["../../etc/passwd", "/etc/passwd", "C:\\windows", "a/../../b"] {
        let bytes = archive(&[member(name.as_bytes(), b'0', 1, b"x"), file("a", "1")]);
        let (entries, end) = collect_ok(&bytes);
        assert_eq!(entries, [("a".into(), EntryContent::Bytes(b"1".into()))]);
        assert_eq!(end.damage[0].path, name);
        assert_eq!(reasons(&end), ["name points outside the archive"]);
        assert!(!end.truncated);
    }
}

#[test]
fn long_names_that_point_outside_the_archive_are_damage_too() {
    let name = format!("../{}", "x".repeat(200));
    let record = format!("{} path={name}\n", name.len() + 10);
    for (kind, body) in [(b'L', name.as_bytes()), (b'x', record.as_bytes())] {
        let bytes = archive(&[member(b"long", kind, body.len() as u64, body), file("a", "1")]);
        let (entries, end) = collect_ok(&bytes);
        assert_eq!((entries.len(), reasons(&end)), (0, vec!["name points outside the archive"]));
    }
}

#[test]
fn names_that_are_not_utf8_are_replaced() {
    let (entries, _) = collect_ok(&archive(&[member(b"a\xff\xfe.log", b'0', 1, b"x")]));
    assert_eq!(entries[0].0, "a\u{fffd}\u{fffd}.log");
}

#[test]
fn apple_double_files_are_entries() {
    let (entries, _) = collect_ok(&archive(&[file("mg/._version", "x")]));
    assert_eq!(entries[0].0, "mg/._version");
}

#[test]
fn a_huge_declared_extension_ends_the_tar_without_using_memory() {
    for kind in [b'L', b'x'] {
        for size in [EXTENSION_LIMIT + 1, 10 << 30, u64::MAX >> 1, u64::MAX] {
            let bytes = archive(&[file("a", "1"), member(b"big", kind, size, b"x")]);
            let (entries, end) = collect_ok(&bytes);
            assert_eq!((entries.len(), end.truncated), (1, true));
            let why = format!(
                "tar header after entry a declares an extension of {size} bytes; the rest was not read"
            );
            assert_eq!(reasons(&end), [why]);
        }
    }
}

#[test]
fn ignored_headers_of_any_length_are_skipped() {
    let big = vec![b'x'; 3 << 20];
    for kind in *b"gKVA" {
        let bytes = archive(&[member(b"note", kind, big.len() as u64, &big), file("a", "1")]);
        let (entries, end) = collect_ok(&bytes);
        assert_eq!((entries.len(), end.damage.len()), (1, 0));
    }
}

#[test]
fn a_name_that_is_too_long_loses_its_own_file() {
    let name = "n".repeat(5000);
    let long = member(b"long", b'L', 5000, name.as_bytes());
    let (entries, end) = collect_ok(&archive(&[long, file("a", "1"), file("b", "2")]));
    assert_eq!(entries, [("b".into(), EntryContent::Bytes(b"2".into()))]);
    assert_eq!(reasons(&end), ["name is longer than 4096 bytes"]);
    assert!(end.damage[0].path.len() < 300);
}

#[test]
fn a_huge_declared_file_is_truncated() {
    for size in [1 << 40, u64::MAX] {
        let (entries, end) = collect_ok(&archive(&[member(b"big", b'0', size, b"x")]));
        assert_eq!(entries, [("big".into(), EntryContent::Failed)]);
        assert!(end.truncated);
    }
}

#[test]
fn a_link_that_declares_a_body_has_none() {
    let bytes = archive(&[member(b"link", b'2', 1 << 40, b""), file("a", "1")]);
    assert_eq!(collect_ok(&bytes).0.len(), 2);
}

fn sparse(real_size: u64, body: &[u8], extended: bool) -> Vec<u8> {
    let mut header = ::tar::Header::new_gnu();
    header.set_path("sparse").unwrap();
    header.set_entry_type(::tar::EntryType::GNUSparse);
    header.set_size(body.len() as u64);
    let gnu = header.as_gnu_mut().unwrap();
    gnu.set_real_size(real_size);
    gnu.set_is_extended(extended);
    header.set_cksum();
    let mut bytes = header.as_bytes().to_vec();
    if extended {
        let mut one_more = ::tar::GnuExtSparseHeader::new();
        one_more.set_is_extended(true);
        bytes.extend_from_slice(one_more.as_bytes());
        bytes.extend_from_slice(::tar::GnuExtSparseHeader::new().as_bytes());
    }
    bytes.extend_from_slice(body);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

#[test]
fn a_sparse_file_is_damage_whatever_it_declares() {
    let record = b"22 GNU.sparse.major=1\n30 GNU.sparse.name=sparse.img\n";
    let pax = [member(b"p", b'x', record.len() as u64, record), file("GNUSparseFile.0/x", "1\n")];
    let kinds = [sparse(u64::MAX >> 1, b"abc", false), sparse(9, b"abc", true), pax.concat()];
    for bytes in kinds {
        let (entries, end) = collect_ok(&archive(&[bytes, file("a", "1")]));
        assert_eq!(entries, [("a".into(), EntryContent::Bytes(b"1".into()))]);
        assert_eq!(reasons(&end), ["sparse files are not supported"]);
    }
}

#[test]
fn malformed_pax_records_lose_their_own_file() {
    let bytes = archive(&[member(b"p", b'x', 9, b"nonsense\n"), file("a", "1"), file("b", "2")]);
    let (entries, end) = collect_ok(&bytes);
    assert_eq!(entries, [("b".into(), EntryContent::Bytes(b"2".into()))]);
    assert_eq!(reasons(&end), ["malformed PAX records"]);
}

#[test]
fn a_long_name_without_its_entry_is_a_truncation() {
    let bytes = [file("a", "1"), member(b"long", b'L', 3, b"abc")].concat();
    let (entries, end) = collect_ok(&bytes);
    assert_eq!((entries.len(), end.truncated), (1, true));
}

#[test]
fn the_entry_limit_ends_the_tar() {
    let bytes = archive(&[file("a", "1"), file("b", "2"), file("c", "3")]);
    let budget = Budget::new(Limits { entries: 2, ..Limits::default() });
    let visit = Box::new(|_: Entry<'_>| ControlFlow::Continue(()));
    let mut ledger = Ledger::new("input", visit, &budget, &|_| true, open::open);
    tar::read(&mut Stream::new("tar", Box::new(bytes.as_slice())), &mut ledger);
    let end = ledger.finish();
    assert_eq!((end.entries, end.truncated), (2, true));
    let why = "entry count exceeds 2 (--max-entries); the rest was not read";
    assert_eq!(reasons(&end), [why]);
}

#[test]
fn a_bomb_is_read_as_it_streams() {
    let body = vec![0; 50 << 20];
    let bytes = gzip(&tar_of(&[("zeros".into(), body)]));
    assert!(bytes.len() < 100_000);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("bomb");
    fs::write(&path, bytes).unwrap();
    let visitor = || -> Visitor<'static> { Box::new(|_| ControlFlow::Continue(())) };
    let end = read(&path, &Budget::default(), 2, &|_| {}, &|_| true, &visitor).unwrap();
    assert_eq!((end.entries, end.bytes_read), (1, 50 << 20));
}

proptest! {
    #[test]
    fn any_blocks_after_a_header_are_read(
        blocks in proptest::collection::vec((any::<u8>(), any::<u64>(), any::<[u8; 8]>()), 0..12)
    ) {
        let members: Vec<_> = blocks.iter()
            .map(|(kind, size, body)| member(b"m", *kind, size >> (size % 64), body))
            .collect();
        let (entries, end) = collect_ok(&archive(&members));
        prop_assert_eq!(entries.len() as u64, end.entries);
    }

    #[test]
    fn the_reader_agrees_with_the_tar_crate(
        files in proptest::collection::vec(("[a-z]{1,9}(/[a-z.]{1,140}x){0,3}", "[a-z\n]{0,1200}"), 0..8)
    ) {
        let files: Vec<_> = files.into_iter().map(|(name, body)| (name, body.into_bytes())).collect();
        let bytes = tar_of(&files);
        let mut expected = Vec::new();
        for entry in ::tar::Archive::new(bytes.as_slice()).entries().unwrap() {
            let mut entry = entry.unwrap();
            let path = String::from_utf8(entry.path_bytes().into_owned()).unwrap();
            let mut body = Vec::new();
            entry.read_to_end(&mut body).unwrap();
            expected.push((path, EntryContent::Bytes(body)));
        }
        prop_assert_eq!(collect_ok(&bytes).0, expected);
    }
}
