//! Tests of which inputs are found in a folder.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::{TempDir, tempdir};

use super::*;

const POD: &[u8] = b"apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

fn tar() -> Vec<u8> {
    let mut tar = ::tar::Builder::new(Vec::new());
    let mut header = ::tar::Header::new_gnu();
    header.set_size(1);
    header.set_mode(0o644);
    tar.append_data(&mut header, "a/version", &b"x"[..]).unwrap();
    tar.into_inner().unwrap()
}

/// A folder with these files.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let dir = tempdir().unwrap();
    for (path, bytes) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    dir
}

/// The inputs and the skipped files, relative to the folder; `.` is the folder itself.
fn names(dir: &TempDir) -> (Vec<String>, Vec<String>) {
    let Inputs { inputs, passed_over, failed } = inputs_of(dir.path(), None);
    assert_eq!(failed, []);
    let name = |path: &PathBuf| match path.strip_prefix(dir.path()).unwrap().to_str().unwrap() {
        "" => ".".to_owned(),
        inner => inner.to_owned(),
    };
    let input = |paths: &Vec<PathBuf>| paths.iter().map(name).collect::<Vec<_>>().join(" + ");
    (inputs.iter().map(input).collect(), passed_over.iter().map(name).collect())
}

#[test]
fn each_archive_in_a_folder_is_an_input() {
    let tgz = gzip(&tar());
    let docx = [&b"PK\x03\x04"[..], &[0; 26], b"[Content_Types].xml"].concat();
    let dir = folder(&[
        ("b.bin", &tgz),
        ("a/late.tgz", &tgz),
        ("a/co.yaml", POD),
        ("a/nodes.txt", POD),
        ("a/pods.yaml.gz", &gzip(POD)),
        ("c/mg/namespaces/x/core/pods.yaml", POD),
        ("c/mg/namespaces/x/pods/p/c/c/logs/rotated/0.log.gz", &gzip(b"x\n")),
        ("c/mg/insights-data/1.tar.gz", &tgz),
        ("d/shot.png", b"\x89PNG\r\n\x1a\n"),
        ("notes.txt", b"Dear all\n"),
        ("report.docx", &docx),
        ("zeros", &[0; 600]),
    ]);
    let (inputs, passed) = names(&dir);
    let texts = "a/co.yaml + a/nodes.txt + a/pods.yaml.gz";
    assert_eq!(inputs, [texts, "a/late.tgz", "b.bin", "c/mg"]);
    assert_eq!(passed, ["d/shot.png", "notes.txt", "report.docx", "zeros"]);
}

#[test]
fn a_dump_is_one_input_with_everything_in_it() {
    let tgz = gzip(&tar());
    let archive: (&str, &[u8]) = ("inner.tgz", &tgz);
    for files in [
        &[("namespaces/x/core/pods.yaml", POD)][..],
        &[("cluster-resources/nodes.json", b"{}")],
        &[("default/replication-controllers.json", b"{}"), ("nodes.json", b"{}")],
        &[("config/clusteroperator/dns.json", b"{}")],
        &[("cluster/v1/node/a.yaml", POD)],
        &[("timestamp", b"x"), ("image/namespaces/x/core/pods.yaml", POD)],
        &[("quay-io-x-sha256-0/namespaces/x/core/pods.yaml", POD), ("z/version", b"x")],
    ] {
        assert_eq!(names(&folder(&[files, &[archive]].concat())).0, ["."], "{files:?}");
    }
}

#[test]
fn a_folder_without_archives_is_one_input() {
    for files in [
        &[("co.yaml", POD), ("mcp.yaml", POD), ("notes.txt", &b"x"[..])][..],
        &[("one/namespaces/x/core/pods.yaml", POD), ("two/namespaces/x/core/pods.yaml", POD)],
        &[("co.yaml.gz", &gzip(POD)), ("x.log.gz", &gzip(b"I0101\n"))],
        &[],
    ] {
        assert_eq!(names(&folder(files)), (vec![".".to_owned()], Vec::new()), "{files:?}");
    }
}

#[test]
fn each_dump_next_to_an_archive_is_an_input_with_its_wrapper() {
    let tgz = gzip(&tar());
    let dir = folder(&[
        ("a.tgz", &tgz),
        ("must-gather.local.1/one/namespaces/x/core/pods.yaml", POD),
        ("must-gather.local.1/two/namespaces/x/core/pods.yaml", POD),
        ("unpacked/inspect.local.1/namespaces/x/core/pods.yaml", POD),
        ("unpacked/inspect.local.2/namespaces/x/core/pods.yaml", POD),
        ("unpacked/dump/default/replication-controllers.json", b"{}"),
        ("unpacked/dump/nodes.json", b"{}"),
    ]);
    let unpacked = ["unpacked/dump", "unpacked/inspect.local.1", "unpacked/inspect.local.2"];
    let expected = [&["a.tgz", "must-gather.local.1"][..], &unpacked].concat();
    assert_eq!(names(&dir), (expected.into_iter().map(str::to_owned).collect(), Vec::new()));
}

#[test]
fn a_damaged_archive_is_an_input() {
    let broken = gzip(&tar());
    let dir = folder(&[
        ("empty.tgz", b""),
        ("page.tar.gz", b"<html>"),
        ("seven", b"7z\xbc\xaf\x27\x1c\0"),
        ("cut", &broken[..12]),
    ]);
    assert_eq!(names(&dir).0, ["cut", "empty.tgz", "page.tar.gz", "seven"]);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_and_the_excepted_file_is_skipped() {
    let dir = folder(&[("a.tgz", &gzip(&tar())), ("state.yaml", POD)]);
    std::os::unix::fs::symlink("/", dir.path().join("root")).unwrap();
    let found = inputs_of(dir.path(), Some(&dir.path().join("./state.yaml")));
    assert_eq!(found.inputs, [[dir.path().join("a.tgz")]]);
    assert_eq!(found.passed_over, [dir.path().join("root")]);
}

#[test]
fn the_number_of_inspected_entries_and_levels_is_limited() {
    let dir = folder(&[("a.tgz", &gzip(&tar())), ("b", b"x"), ("c", b"x")]);
    let mut search = InputSearch { except: None, entries: 2, is_over: false };
    let Ok(FolderKind::Other(content)) = search.inspect(dir.path(), "", 0) else { panic!() };
    assert_eq!(content.inputs.failed.len(), 1);
    let Ok(FolderKind::Other(content)) = search.inspect(dir.path(), "", DEPTH_LIMIT + 1) else {
        panic!()
    };
    assert_eq!(content.inputs.failed.len(), 1);
}
