//! Intact inputs: every container yields what was put in.

#[cfg(unix)]
use std::os::unix::{
    fs::{PermissionsExt, symlink},
    net::UnixListener,
};

use super::*;
use crate::input_size;

fn write_tree(root: &Path, files: &[(String, Vec<u8>)]) {
    for (path, bytes) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

#[test]
fn a_directory_a_tar_and_a_tar_gz_yield_the_same() {
    let files = tree();
    let dir = tempfile::tempdir().unwrap();
    write_tree(dir.path(), &files);
    let (from_dir, end) = collect_from(dir.path()).unwrap();
    assert_eq!(from_dir, seen(&files));
    let payload = files.iter().map(|(_, bytes)| bytes.len() as u64).sum::<u64>();
    assert_eq!((end.entries, end.bytes_read), (files.len() as u64, payload));

    let tar = tar_of(&files);
    for bytes in [tar.clone(), gzip(&tar)] {
        let (entries, end) = collect_ok(&bytes);
        assert_eq!(entries, from_dir);
        assert_eq!((end.entries, end.bytes_read), (files.len() as u64, payload));
        assert!(!end.truncated && end.damage.is_empty(), "{end:?}");
    }
}

#[test]
fn a_missing_path_is_not_found() {
    let error = collect_from(Path::new("/no/such/place")).unwrap_err();
    assert!(matches!(error, SourceError::NotFound { .. }), "{error}");
    assert_eq!(error.to_string(), "/no/such/place: no such file or directory");
}

#[test]
fn an_empty_file_is_empty() {
    assert!(matches!(collect(b""), Err(SourceError::Empty { .. })));
}

#[test]
fn random_bytes_have_an_unknown_format() {
    let mut noise = Noise(3);
    let bytes: Vec<u8> = (0..5000).map(|_| noise.next().to_le_bytes()[0]).collect();
    assert!(matches!(collect(&bytes), Err(SourceError::UnknownFormat { .. })));
}

#[test]
fn a_text_is_one_entry_with_its_own_name() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("co.yaml");
    fs::write(&path, "kind: ClusterOperator\n").unwrap();
    let (entries, end) = collect_from(&path).unwrap();
    assert_eq!(
        entries,
        [("co.yaml".into(), EntryContent::Bytes(b"kind: ClusterOperator\n".into()))]
    );
    assert_eq!((end.entries, end.bytes_read, end.truncated), (1, 22, false));
}

#[test]
fn a_compressed_text_is_a_text_without_its_suffix() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("co.yaml.gz");
    fs::write(&path, gzip(&gzip(b"kind: Pod\n"))).unwrap();
    let (entries, end) = collect_from(&path).unwrap();
    assert_eq!(entries, [("co.yaml".into(), EntryContent::Bytes(b"kind: Pod\n".into()))]);
    assert_eq!((end.entries, end.bytes_read, end.truncated), (1, 10, false));
}

#[test]
fn a_compressed_file_of_an_unknown_format_is_refused_with_a_description() {
    let found = |bytes: &[u8]| match collect(&gzip(bytes)) {
        Err(SourceError::UnknownFormat { found, .. }) => found,
        other => panic!("{other:?}"),
    };
    assert_eq!(found(b"7z\xbc\xaf\x27\x1c"), "a gzip stream that contains a 7z archive");
    assert_eq!(found(b""), "a gzip stream that contains no data");
}

#[test]
fn an_empty_tar_has_no_entries_and_no_damage() {
    for bytes in [vec![0; 1024], gzip(&vec![0; 10_240])] {
        let (entries, end) = collect_ok(&bytes);
        assert_eq!((entries.len(), end.truncated, end.damage.len()), (0, false, 0));
    }
}

#[test]
fn names_of_any_length_are_complete() {
    let long = |length: usize| ["deep/".repeat(length / 5).as_str(), "x.yaml"].concat();
    let names =
        ["a".into(), "b".repeat(100), long(99), long(101), long(250), long(256), long(4000)];
    let files: Vec<_> = names.map(|name| (name, b"data".to_vec())).into_iter().collect();
    assert_eq!(collect_ok(&tar_of(&files)).0, seen(&files), "GNU long names");

    let mut builder = ::tar::Builder::new(Vec::new());
    for (name, bytes) in &files {
        builder.append_pax_extensions([("path", name.as_bytes())]).unwrap();
        let mut header = ::tar::Header::new_ustar();
        header.set_path("short").unwrap();
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        builder.append(&header, bytes.as_slice()).unwrap();
    }
    assert_eq!(collect_ok(&builder.into_inner().unwrap()).0, seen(&files), "PAX names");
}

#[test]
fn ustar_prefixes_are_joined_and_leading_dots_dropped() {
    let mut header = ::tar::Header::new_ustar();
    let name = format!("./{}/b.yaml", "p".repeat(120));
    header.set_path(&name).unwrap();
    header.as_ustar_mut().unwrap().name[..6].copy_from_slice(b"b.yaml");
    header.set_cksum();
    let bytes =
        archive(&[member(b"./", b'5', 0, b""), header.as_bytes().to_vec(), file("./a", "1")]);
    let paths: Vec<_> = collect_ok(&bytes).0.into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, [name.trim_start_matches("./"), "a"]);
}

#[test]
fn a_directory_of_an_old_tar_is_recognised_by_its_slash() {
    let bytes = archive(&[file("mg/", ""), file("mg/a", "1")]);
    assert_eq!(collect_ok(&bytes).0, [("mg/a".into(), EntryContent::Bytes(b"1".into()))]);
}

#[test]
fn a_pax_length_overrides_the_header() {
    let record = b"11 size=13\n";
    let bytes = archive(&[
        member(b"p", b'x', record.len() as u64, record),
        member(b"a", b'0', 0, b"thirteen byte"),
        file("b", "2"),
    ]);
    let (entries, end) = collect_ok(&bytes);
    assert_eq!(entries[0], ("a".into(), EntryContent::Bytes(b"thirteen byte".into())));
    assert_eq!((entries.len(), end.damage.len()), (2, 0));
}

#[test]
fn links_and_devices_are_named_and_never_followed() {
    let kinds = [
        (b'1', "hard link"),
        (b'2', "symbolic link"),
        (b'3', "character device"),
        (b'4', "block device"),
        (b'6', "fifo"),
        (b'Q', "entry of an unknown type"),
    ];
    for (kind, what) in kinds {
        let bytes = archive(&[member(b"odd", kind, 0, b""), file("a", "1")]);
        let (entries, end) = collect_ok(&bytes);
        let expected = [
            ("odd".into(), EntryContent::Other(what)),
            ("a".into(), EntryContent::Bytes(b"1".into())),
        ];
        assert_eq!(entries, expected);
        assert!(end.damage.is_empty());
    }
}

#[cfg(unix)]
#[test]
fn links_and_sockets_in_a_directory_are_not_opened() {
    let dir = tempfile::tempdir().unwrap();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret"), "x").unwrap();
    let root = dir.path().join("root");
    write_tree(&root, &[("b/file".into(), b"1".to_vec())]);
    symlink(outside.path(), root.join("a-dir")).unwrap();
    symlink(outside.path().join("secret"), root.join("c-file")).unwrap();
    symlink("nowhere", root.join("d-dangling")).unwrap();
    symlink(".", root.join("e-loop")).unwrap();
    let _socket = UnixListener::bind(root.join("f-socket")).unwrap();
    let link = EntryContent::Other("symbolic link");
    let expected: CollectedEntries = vec![
        ("a-dir".into(), link.clone()),
        ("b/file".into(), EntryContent::Bytes(b"1".into())),
        ("c-file".into(), link.clone()),
        ("d-dangling".into(), link.clone()),
        ("e-loop".into(), link),
        ("f-socket".into(), EntryContent::Other("socket")),
    ];
    assert_eq!(collect_from(&root).unwrap().0, expected);

    let root_link = dir.path().join("link");
    symlink(&root, &root_link).unwrap();
    assert_eq!(collect_from(&root_link).unwrap().0, expected, "a root that is a link is followed");
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_damage_and_the_rest_is_read() {
    let dir = tempfile::tempdir().unwrap();
    write_tree(dir.path(), &[("a".into(), b"1".to_vec()), ("b".into(), b"2".to_vec())]);
    let closed = dir.path().join("a");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o0)).unwrap();
    if fs::read(&closed).is_ok() {
        return; // Root can read everything.
    }
    let (entries, end) = collect_from(dir.path()).unwrap();
    assert_eq!(entries, [("b".into(), EntryContent::Bytes(b"2".into()))]);
    assert_eq!(reasons(&end), ["cannot be opened: permission denied"]);
}

#[cfg(unix)]
#[test]
fn a_socket_as_input_is_refused_unopened() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("socket");
    let _socket = UnixListener::bind(&path).unwrap();
    let error = collect_from(&path).unwrap_err();
    assert!(matches!(error, SourceError::NotAFile { kind: "socket", .. }), "{error}");
}

#[test]
fn a_visitor_may_skip_read_in_part_and_stop() {
    let files = tree();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("mg.tgz");
    fs::write(&path, gzip(&tar_of(&files))).unwrap();
    let starts = Mutex::new(Vec::new());
    let end = read(&path, &Budget::default(), 2, &|_| {}, &|_| true, &|| {
        Box::new(|entry| {
            let mut starts = starts.lock().unwrap();
            let mut some = [0; 100];
            let read = match entry.body {
                EntryBody::File(body) if starts.len() % 2 == 0 => body.read(&mut some).unwrap(),
                _ => 0,
            };
            starts.push(some[..read].to_vec());
            if starts.len() == 7 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
    });
    let end = end.unwrap();
    assert_eq!((end.entries, end.truncated, end.damage.len()), (7, false, 0));
    for (start, (path, bytes)) in starts.into_inner().unwrap().iter().zip(&files) {
        assert!(bytes.starts_with(start), "{path}");
    }
}

#[test]
fn progress_counts_compressed_bytes_up_to_the_length_of_the_file() {
    let mut noise = Noise(5);
    let body = (0..2_000_000).map(|_| noise.next().to_le_bytes()[0]).collect();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("input");
    fs::write(&path, gzip(&tar_of(&[("a".into(), body)]))).unwrap();
    let reported = Mutex::new(Vec::new());
    let report = |bytes| reported.lock().unwrap().push(bytes);
    read(&path, &Budget::default(), 2, &report, &|_| true, &|| {
        Box::new(|_| ControlFlow::Continue(()))
    })
    .unwrap();
    let reported = reported.into_inner().unwrap();
    assert!(reported.is_sorted() && reported.len() > 4, "{reported:?}");
    assert_eq!(reported.last().copied(), input_size(&path));
    assert_eq!(input_size(dir.path()), None);
}
