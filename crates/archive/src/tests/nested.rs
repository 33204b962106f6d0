//! Nested archives: they count as one input with one set of limits.

use super::zips::{deflated, stored, zip};
use super::*;
use crate::ledger::Ledger;
use crate::limits::NAME_LIMIT;
use crate::open;
use crate::origin::StreamOrigin;
use crate::stream::Stream;

fn entry(name: &str, bytes: &[u8]) -> Vec<u8> {
    member(name.as_bytes(), b'0', bytes.len() as u64, bytes)
}

/// The entries of a nested archive with their full paths.
fn below(path: &str, files: &[(String, Vec<u8>)]) -> CollectedEntries {
    seen(files).into_iter().map(|(name, seen)| (format!("{path}/{name}"), seen)).collect()
}

#[test]
fn archives_of_every_kind_are_opened_within_archives_of_every_kind() {
    let files = tree();
    let tar = tar_of(&files);
    let inner: Vec<_> = files.iter().map(|(name, bytes)| deflated(name, bytes)).collect();
    let inners = [
        ("a.tar", tar.clone()),
        ("b.tar.gz", gzip(&tar)),
        ("c.tar.zst", compressions::zstd(&tar)),
        ("d", compressions::bzip2(&tar)),
        ("e.zip", zip(&inner)),
        ("f.zip.gz", gzip(&zip(&inner))),
    ];
    let expected: CollectedEntries = inners
        .iter()
        .flat_map(|(name, _)| below(name, &files))
        .chain([("last".into(), EntryContent::Bytes(b"1".into()))])
        .collect();
    let outer_tar: Vec<_> = inners.iter().map(|(name, bytes)| entry(name, bytes)).collect();
    let outer_tar = archive(&[outer_tar.concat(), file("last", "1")]);
    let outer_zip = |pack: fn(&str, &[u8]) -> zips::ZipEntryBytes| {
        let mut entries: Vec<_> = inners.iter().map(|(name, bytes)| pack(name, bytes)).collect();
        entries.push(pack("last", b"1"));
        zip(&entries)
    };
    for bytes in [gzip(&outer_tar), outer_tar, outer_zip(stored), outer_zip(deflated)] {
        for (entries, end) in [collect_ok(&bytes), collect_stream(&bytes).unwrap()] {
            assert_eq!(entries, expected);
            assert!(!end.truncated && end.damage.is_empty(), "{end:?}");
            let payload = files.iter().map(|(_, bytes)| bytes.len() as u64).sum::<u64>();
            assert_eq!(end.bytes_read, 6 * payload + 1);
            assert_eq!(end.archives, inners.each_ref().map(|(name, _)| *name));
        }
    }
}

#[test]
fn archives_in_a_directory_are_opened() {
    let files = [("x/y".to_owned(), b"1".to_vec())];
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("b.tgz"), gzip(&tar_of(&files))).unwrap();
    fs::write(dir.path().join("a"), "2").unwrap();
    fs::write(dir.path().join("c.zip"), zip(&[stored("x/y", b"1")])).unwrap();
    fs::write(dir.path().join("d.yaml.gz"), gzip(b"3")).unwrap();
    let (entries, end) = collect_from(dir.path()).unwrap();
    let text = |text: &str| EntryContent::Bytes(text.into());
    let expected = [
        ("a".to_owned(), text("2")),
        ("b.tgz/x/y".to_owned(), text("1")),
        ("c.zip/x/y".to_owned(), text("1")),
        ("d.yaml".to_owned(), text("3")),
    ];
    assert_eq!(entries, expected);
    assert_eq!((end.bytes_read, end.truncated), (4, false));
}

#[test]
fn an_archive_that_may_not_be_opened_is_a_file() {
    let inner = gzip(&archive(&[file("a", "1")]));
    let bytes = archive(&[entry("log.gz", &inner)]);
    let seen = Mutex::new(Vec::new());
    read_stream(
        "x",
        bytes.as_slice(),
        &Budget::default(),
        1,
        &|_| {},
        &|path| path != "log.gz",
        &|| {
            Box::new(|entry| {
                let EntryBody::File(body) = entry.body else { panic!() };
                let mut bytes = Vec::new();
                body.read_to_end(&mut bytes).unwrap();
                seen.lock().unwrap().push((entry.path, bytes));
                ControlFlow::Continue(())
            })
        },
    )
    .unwrap();
    assert_eq!(seen.into_inner().unwrap(), [("log.gz".to_owned(), inner)]);
}

#[test]
fn a_nested_compressed_text_loses_its_suffix() {
    let gz = gzip(b"kind: Pod\n");
    let names = [("a/co.yaml.gz", "a/co.yaml"), ("b", "b"), (".gz", ".gz"), ("c/.gz", "c/.gz")];
    let members: Vec<_> = names.iter().map(|(name, _)| entry(name, &gz)).collect();
    let (entries, end) = collect_ok(&archive(&members));
    let paths: Vec<_> = entries.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, names.map(|(_, shown)| shown));
    assert_eq!((end.bytes_read, end.damage.len()), (40, 0));
}

#[test]
fn a_file_that_only_looks_like_an_archive_is_a_file_or_damage() {
    let odd = [
        ("zeros", vec![0; 2000]),
        ("short", b"\x1f\x8b".to_vec()),
        ("magic", [b"PK\x03\x04".as_slice(), &[7; 600]].concat()),
        ("pk", b"PKI is a word".to_vec()),
    ];
    let members: Vec<_> = odd.iter().map(|(name, bytes)| entry(name, bytes)).collect();
    let (entries, end) = collect_ok(&archive(&[members.concat(), file("last", "1")]));
    let paths: Vec<_> = entries.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["zeros", "pk", "last"]);
    let damaged: Vec<_> = end.damage.iter().map(|damage| damage.path.as_str()).collect();
    assert_eq!(damaged, ["short", "magic"]);
}

#[test]
fn a_truncated_nested_archive_loses_only_its_own_entries() {
    let files = tree();
    let whole = gzip(&tar_of(&files));
    for cut in (20..whole.len() - 1).step_by(whole.len() / 40) {
        let bytes = archive(&[entry("b.tgz", &whole[..cut]), file("last", "1")]);
        let (mut entries, end) = collect_ok(&bytes);
        assert_eq!(entries.pop(), Some(("last".into(), EntryContent::Bytes(b"1".into()))));
        entries.retain(|(_, seen)| *seen != EntryContent::Failed);
        assert_eq!(entries[..], below("b.tgz", &files)[..entries.len()], "cut at {cut}");
        assert!(end.truncated || entries.len() == files.len(), "cut at {cut}");
        assert_eq!(end.damage[0].path, "b.tgz");
    }
}

#[test]
fn names_that_point_outside_a_nested_archive_are_damage() {
    let inner = archive(&[member(b"../../x", b'0', 1, b"x"), file("a", "1")]);
    let (entries, end) = collect_ok(&archive(&[entry("in.tar", &inner)]));
    assert_eq!(entries, [("in.tar/a".into(), EntryContent::Bytes(b"1".into()))]);
    assert_eq!(end.damage[0].path, "in.tar/../../x");
}

#[test]
fn the_nesting_limit_is_enforced() {
    let layers = |count: u32| {
        let mut bytes = b"kind: Pod\n".to_vec();
        for layer in 0..count {
            bytes = if layer % 2 == 0 { archive(&[entry("x", &bytes)]) } else { gzip(&bytes) };
        }
        collect_ok(&bytes)
    };
    let (entries, end) = layers(Limits::default().depth);
    assert_eq!((entries.len(), end.truncated), (1, false));
    assert_eq!(entries[0].0, ["x"; 8].join("/"));
    let (entries, end) = layers(Limits::default().depth + 2);
    assert_eq!((entries.len(), end.truncated), (0, true));
    assert_eq!(reasons(&end), ["archive nesting depth exceeds 16 (--max-depth); not read"]);
}

#[test]
fn the_name_limit_counts_from_the_top_of_the_input() {
    let long = "n/".repeat(NAME_LIMIT / 2 - 2) + "x";
    let inner = tar_of(&[(long.clone(), b"1".to_vec()), ("a".into(), b"1".to_vec())]);
    let (entries, end) = collect_ok(&archive(&[entry("inner", &inner)]));
    assert_eq!(entries.len(), 1);
    assert_eq!(reasons(&end), ["name is longer than 4096 bytes"]);
    assert!(end.damage[0].path.starts_with("inner/n/n") && end.damage[0].path.len() < 300);
}

#[test]
fn the_entry_limit_counts_all_archives() {
    let inner = archive(&[file("a", "1"), file("b", "2")]);
    let bytes = archive(&[entry("x", &inner), entry("y", &inner), file("z", "3")]);
    let budget = Budget::new(Limits { entries: 5, ..Limits::default() });
    let visit = Box::new(|_: Entry<'_>| ControlFlow::Continue(()));
    let mut ledger = Ledger::new("input", visit, &budget, &|_| true, open::open);
    let stream = Stream::new("input", Box::new(bytes.as_slice()));
    open::open(stream, StreamOrigin::of_input("input"), &mut ledger).unwrap();
    let end = ledger.finish();
    assert_eq!((end.entries, end.truncated), (3, true));
    let paths: Vec<_> = end.damage.iter().map(|damage| damage.path.as_str()).collect();
    assert_eq!(paths, ["y", "input"]);
}

#[test]
fn a_visitor_that_stops_in_a_nested_archive_gets_no_more_entries() {
    let inner = archive(&[file("a", "1"), file("b", "2")]);
    let gz = gzip(&inner);
    let tar = archive(&[entry("x", &gz), file("z", "3")]);
    let zips = [stored("x", &gz), stored("z", b"3")];
    for bytes in [tar, zip(&zips)] {
        let end =
            read_stream("x", bytes.as_slice(), &Budget::default(), 2, &|_| {}, &|_| true, &|| {
                Box::new(|_| ControlFlow::Break(()))
            });
        assert_eq!(end.unwrap().entries, 1);
    }
}

#[test]
fn a_text_that_is_the_whole_input_is_marked() {
    for bytes in [b"kind: Pod\n".to_vec(), gzip(b"kind: Pod\n"), compressions::zstd(b"kind: Pod\n")]
    {
        let seen = Mutex::new(Vec::new());
        read_stream("stdin", bytes.as_slice(), &Budget::default(), 1, &|_| {}, &|_| true, &|| {
            Box::new(|entry| {
                seen.lock().unwrap().push((entry.path, entry.is_input));
                ControlFlow::Continue(())
            })
        })
        .unwrap();
        assert_eq!(seen.into_inner().unwrap(), [("stdin".to_owned(), true)]);
    }
}
