//! Inputs made to exhaust their reader: with default flags each is read in less than 200 MiB, only the
//! file that contains it is lost, and the rest of the archive stays readable.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::write::{DeflateEncoder, GzEncoder};
use flate2::{Compression, Crc};
use lzma_rust2::{XzOptions, XzWriter};
use serde_json::Value;
use tempfile::{TempDir, tempdir};

use crate::support::SEED;
use crate::support::measured::measured;
use crate::support::run::{Run, list};
use crate::support::tree::{Tree, gzip, write};

const MIB: usize = 1 << 20;
/// The most memory that an input may take.
const MEMORY: u64 = 200 << 20;
const MISSING: &str = "apiservices/bootstrap-configmap-missing";
const LOG: &str = "namespaces/openshift-apiserver/pods/p/openshift-apiserver/openshift-apiserver/logs/current.log";
const PODS: &str = "namespaces/bomb/core/pods.yaml";

/// Scans an input, in any output that may show what is in it.
fn scan(path: &Path, output: &str) -> Run {
    let (run, peak) = measured(&["-v", "-o", output, path.to_str().unwrap()]);
    println!("{} as {output}: {} MiB", path.display(), peak.unwrap_or(0) >> 20);
    assert!(matches!(run.code, 0..=2), "{run:?}");
    assert!(peak.is_none_or(|peak| peak < MEMORY), "{path:?} took {peak:?}");
    for said in [&run.stdout, &run.stderr] {
        let raw = said.chars().find(|letter| letter.is_control() && *letter != '\n');
        assert_eq!(raw, None, "{}", path.display());
    }
    run
}

/// The one report on an input that also contains a cluster.
fn survive(path: &Path) -> Value {
    scan(path, "text");
    let run = scan(path, "json");
    let mut scan: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{run:?}"));
    let reports = scan["reports"].as_array_mut().unwrap();
    assert_eq!(reports.len(), 1, "{}", run.stderr);
    let report = reports.remove(0);
    let is_found = list(&report, "findings").iter().any(|finding| finding["rule"] == MISSING);
    assert!(is_found, "{}", path.display());
    report
}

/// Asserts that a report lists damage of a path that ends so, with a reason that contains these words.
fn assert_damage(report: &Value, end: &str, words: &str) {
    let damage = list(report, "damage");
    let is_named = damage.iter().any(|damage| {
        let said = |name: &str| damage[name].as_str().unwrap();
        said("path").ends_with(end) && said("why").contains(words)
    });
    assert!(is_named, "{end}, {words}: {damage:?}");
}

/// A cluster with a known fault, as a tar without its end mark.
fn cluster() -> Vec<u8> {
    let mut tar = Tree::image_of(SEED).below("mg/").to_tar();
    tar.truncate(tar.len() - 1024);
    tar
}

/// The header of a file in the cluster's folder.
fn header(path: &str, size: usize) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    let path = format!("mg/{path}");
    header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
    header.set_mode(0o644);
    header.set_size(size as u64);
    header.set_cksum();
    header
}

/// A tar.gz with a file whose content is `piece`, repeated `times` times.
fn filled(
    dir: &TempDir,
    name: &str,
    path: &str,
    [begin, piece]: [&[u8]; 2],
    times: usize,
) -> PathBuf {
    let at = dir.path().join(name);
    let mut out = GzEncoder::new(BufWriter::new(File::create(&at).unwrap()), Compression::fast());
    out.write_all(&cluster()).unwrap();
    let size = begin.len() + piece.len() * times;
    out.write_all(header(path, size).as_bytes()).unwrap();
    out.write_all(begin).unwrap();
    let many = piece.repeat(MIB / piece.len());
    let mut left = piece.len() * times;
    while left > 0 {
        let part = left.min(many.len());
        out.write_all(&many[..part]).unwrap();
        left -= part;
    }
    out.write_all(&vec![0; size.next_multiple_of(512) - size + 1024]).unwrap();
    out.finish().unwrap().flush().unwrap();
    at
}

/// A cluster with one more file.
fn with(dir: &TempDir, name: &str, path: &str, bytes: &[u8]) -> PathBuf {
    Tree::image_of(SEED).with(path, bytes).below("mg/").to_tar_gz(dir, name)
}

/// The cluster, and the header of a log; its zeros follow.
fn before_zeros(mebibytes: usize) -> Vec<u8> {
    [cluster(), header(LOG, mebibytes * MIB).as_bytes().to_vec()].concat()
}

#[test]
fn a_compressed_log_without_end_costs_no_memory() {
    let dir = tempdir().unwrap();
    let zeros = vec![0; 4 * MIB];
    let gzipped = [gzip(&before_zeros(1200)), gzip(&zeros).repeat(310)].concat();
    let bzip2 = [bzip2(&before_zeros(1200)), bzip2(&zeros).repeat(310)].concat();
    for (name, bytes) in [("a.tgz", gzipped), ("a.tbz", bzip2.clone()), ("b", gzip(&bzip2))] {
        let report = survive(&write(&dir, name, &bytes));
        assert_eq!(list(&report, "damage").is_empty(), name == "a.tgz", "{name}");
    }
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ::bzip2::write::BzEncoder::new(Vec::new(), ::bzip2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn an_xz_takes_no_more_memory_than_the_largest_dictionary() {
    let dir = tempdir().unwrap();
    for (dictionary, is_borne) in [(128, true), (256, false)] {
        let mut options = XzOptions::with_preset(0);
        options.lzma_options.dict_size = dictionary << 20;
        let mut out = XzWriter::new(Vec::new(), options).unwrap();
        out.write_all(&before_zeros(200)).unwrap();
        for _ in 0..201 {
            out.write_all(&vec![0; MIB]).unwrap();
        }
        let bomb = write(&dir, "bomb.tar.xz", &out.finish().unwrap());
        if is_borne {
            survive(&bomb);
        } else {
            assert_eq!(scan(&bomb, "text").code, 2);
        }
    }
}

/// A frame of zstd with some bytes and mebibytes of zeros, in blocks that repeat one byte.
fn zstd(begin: &[u8], mebibytes: usize, window: u8) -> Vec<u8> {
    let block = |kind: usize, length: usize, is_last: bool| {
        (usize::from(is_last) | kind << 1 | length << 3).to_le_bytes()[..3].to_vec()
    };
    let mut out = [b"\x28\xb5\x2f\xfd\0".as_slice(), &[window]].concat();
    for chunk in begin.chunks(100_000) {
        out.extend([block(0, chunk.len(), false), chunk.to_vec()].concat());
    }
    out.extend([block(1, 128 << 10, false), vec![0]].concat().repeat(8 * mebibytes));
    out.extend([block(1, 1024, true), vec![0]].concat());
    out
}

#[test]
fn a_zstd_of_an_extreme_ratio_is_cut() {
    let dir = tempdir().unwrap();
    // Windows of 1 MiB, and of 128 MiB, the largest that is allowed.
    let report = survive(&write(&dir, "bomb.zst", &zstd(&before_zeros(4000), 4000, 0x50)));
    assert_eq!(report["archive"]["truncated"], true);
    assert_damage(&report, "", "compression ratio exceeds 2000");
    survive(&write(&dir, "window.zst", &zstd(&before_zeros(300), 300, 0x88)));
    let wide = write(&dir, "wide.zst", &zstd(&before_zeros(1), 1, 0x90));
    assert_eq!(scan(&wide, "json").code, 2);
    let inner = zstd(&before_zeros(100), 100, 0x70);
    survive(&write(&dir, "nested.zst", &zstd(&inner, 0, 0x88)));
}

#[test]
fn nested_compressions_end_at_a_depth() {
    let dir = tempdir().unwrap();
    let mut bomb = gzip(&vec![0; 64 * MIB]);
    for _ in 0..40 {
        bomb = gzip(&bomb);
    }
    let report = survive(&with(&dir, "deep.tgz", "deep.gz", &bomb));
    assert_damage(&report, "", "archive nesting depth exceeds 16");
}

/// A zip whose directory lists one deflated entry `times` times, with the length `said`.
fn zip(content: &[u8], said: u32, times: u16) -> Vec<u8> {
    let mut deflate = DeflateEncoder::new(Vec::new(), Compression::best());
    deflate.write_all(content).unwrap();
    let packed = deflate.finish().unwrap();
    let mut crc = Crc::new();
    crc.update(content);
    let header = |name: &str, is_listed: bool| {
        let mut out =
            if is_listed { b"PK\x01\x02\x14\x03" } else { b"PK\x03\x04\x14\0" }[..].to_vec();
        out.extend(if is_listed { &[20, 0][..] } else { &[] });
        out.extend([0, 0, 8, 0, 0, 0, 0, 0]);
        out.extend(crc.sum().to_le_bytes());
        out.extend(u32::try_from(packed.len()).unwrap().to_le_bytes());
        out.extend(said.to_le_bytes());
        out.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        out.extend([0, 0]);
        out.extend(if is_listed { &[0; 14][..] } else { &[] });
        [out, name.as_bytes().to_vec()].concat()
    };
    let mut out = [header("namespaces/n/core/pods.yaml", false), packed.clone()].concat();
    let start = u32::try_from(out.len()).unwrap();
    for time in 0..times {
        out.extend(header(&format!("namespaces/n{time}/core/pods.yaml"), true));
    }
    let length = u32::try_from(out.len()).unwrap() - start;
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([times.to_le_bytes(), times.to_le_bytes()].concat());
    out.extend([length.to_le_bytes(), start.to_le_bytes()].concat());
    [out, vec![0, 0]].concat()
}

#[test]
fn a_zip_with_false_sizes_is_damage() {
    let dir = tempdir().unwrap();
    let content = vec![b' '; 8 * MIB];
    // Every entry is the same bytes; one claims to be short, one to be long.
    for (name, said, times) in
        [("same.zip", 8 << 20, 60_000), ("short.zip", 5, 1), ("long.zip", u32::MAX - 1, 1)]
    {
        let path = write(&dir, name, &zip(&content, said, times));
        let run = scan(&path, "json");
        let scan: Value = serde_json::from_str(&run.stdout).unwrap();
        for report in list(&scan, "reports") {
            assert!(!list(report, "damage").is_empty(), "{name}");
        }
    }
}

#[test]
fn a_sparse_file_of_a_terabyte_is_damage() {
    let dir = tempdir().unwrap();
    let mut bomb = cluster();
    let mut header = header(PODS, 0);
    let gnu = header.as_gnu_mut().unwrap();
    gnu.typeflag = *b"S";
    gnu.realsize = *b"00000000000\0";
    gnu.realsize[..2].copy_from_slice(b"77");
    header.set_cksum();
    bomb.extend(header.as_bytes());
    bomb.extend([0; 1024]);
    let report = survive(&write(&dir, "sparse.tar", &bomb));
    assert_damage(&report, PODS, "");
}

#[test]
fn a_document_that_nests_or_multiplies_is_damage() {
    let dir = tempdir().unwrap();
    let mut laughs = "a0: &a0 [lol,lol,lol,lol,lol,lol,lol,lol,lol,lol]\n".to_owned();
    for n in 1..30 {
        let before = vec![format!("*a{}", n - 1); 10].join(",");
        laughs.push_str(&format!("a{n}: &a{n} [{before}]\n"));
    }
    let deep: String = (0..100_000).map(|_| "- ").collect();
    let documents = [
        ("laughs.tgz", laughs),
        ("deep.tgz", deep),
        ("flow.tgz", "[".repeat(100_000)),
        ("json.tgz", "{\"items\":".repeat(100_000)),
        ("closed.tgz", "[".repeat(100_000) + &"]".repeat(100_000)),
    ];
    for (name, text) in documents {
        assert_damage(&survive(&with(&dir, name, PODS, text.as_bytes())), PODS, "");
    }
}

#[test]
fn a_line_of_300_mebibytes_is_survived() {
    let dir = tempdir().unwrap();
    let words = b"failed: dial tcp 10.0.0.1:2379: connect: connection refused ";
    let log = filled(&dir, "log.tgz", LOG, [b"", words], 300 * MIB / words.len());
    survive(&log);
    let yaml = filled(&dir, "yaml.tgz", PODS, [b"items: ", b"x"], 300 * MIB);
    assert_damage(&survive(&yaml), PODS, "size exceeds 64 MiB");
    let dense: [(&str, [&[u8]; 2], usize); 4] = [
        ("dashes.tgz", [b"items:\n", b"-\n"], 30 * MIB),
        ("zeros.tgz", [b"{\"items\":[0", b",0"], 30 * MIB),
        ("documents.tgz", [b"", b"{}\n"], 20 * MIB),
        ("bytes.tgz", [b"items: ", b"\xff"], 60 * MIB),
    ];
    for (name, content, times) in dense {
        assert_damage(&survive(&filled(&dir, name, PODS, content, times)), PODS, "");
    }
}

/// A tar.gz of the cluster and of `count` files with the same content.
fn many(
    dir: &TempDir,
    name: &str,
    count: usize,
    content: &[u8],
    path: fn(usize) -> String,
) -> PathBuf {
    let at = dir.path().join(name);
    let mut out = GzEncoder::new(BufWriter::new(File::create(&at).unwrap()), Compression::fast());
    out.write_all(&cluster()).unwrap();
    let padding = vec![0; content.len().next_multiple_of(512) - content.len()];
    for number in 0..count {
        out.write_all(header(&path(number), content.len()).as_bytes()).unwrap();
        out.write_all(content).unwrap();
        out.write_all(&padding).unwrap();
    }
    out.write_all(&[0; 1024]).unwrap();
    out.finish().unwrap().flush().unwrap();
    at
}

#[test]
fn a_million_entries_are_counted_not_kept() {
    let dir = tempdir().unwrap();
    let path = many(&dir, "many.tgz", 1_000_000, b"", |number| format!("f{number}"));
    let report = survive(&path);
    assert!(report["archive"]["entries"].as_u64().unwrap() > 1_000_000);
}

#[test]
fn endless_lists_are_kept_up_to_a_limit() {
    let dir = tempdir().unwrap();
    let pods = |number| format!("namespaces/n{number}/core/pods.yaml");
    let path = many(&dir, "lists.tgz", 400_000, b"{[", pods);
    let run = scan(&path, "json");
    assert!(run.stdout.contains("too many lists, logs and damaged files"), "{}", run.stderr);
}

#[test]
fn many_copies_of_one_object_are_survived() {
    let dir = tempdir().unwrap();
    let head = b"apiVersion: v1\nkind: PodList\nitems:\n";
    let pod = b"- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: a\n    namespace: bomb\n";
    let path = filled(&dir, "copies.tgz", PODS, [head, pod], 70_000);
    survive(&path);
}

#[test]
fn objects_with_impossible_values_are_survived() {
    let dir = tempdir().unwrap();
    let pod = |name: &str, owner: &str, time: &str| {
        format!(
            "- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: {name}\n    name: {name}\n    namespace: bomb\n    \
             uid: {name}\n    generation: 99999999999999999999999\n    creationTimestamp: \"{time}\"\n    \
             ownerReferences:\n    - apiVersion: v1\n      kind: Pod\n      name: {owner}\n      uid: {owner}\n  \
             status:\n    phase: Pending\n    phase: Running\n    startTime: \"{time}\"\n    containerStatuses:\n    \
             - name: c\n      restartCount: -99999999999999999999999\n      state:\n        terminated:\n          \
             exitCode: 184467440737095516160\n          finishedAt: \"{time}\"\n"
        )
    };
    let pods = [
        pod("a", "b", "0000-01-01T00:00:00Z"),
        pod("b", "c", "9999-12-31T23:59:59Z"),
        pod("c", "a", "-9999-01-01T00:00:00Z"),
        pod("d", "d", "99999-99-99T99:99:99Z"),
        pod("a", "b", "9999-12-31T23:59:59Z"),
    ];
    let list = format!("apiVersion: v1\nitems:\n{}kind: PodList\n", pods.concat());
    survive(&with(&dir, "odd.tgz", PODS, list.as_bytes()));
    // The gather time itself.
    for time in ["0000-01-01 00:00:00", "9999-12-31 23:59:59"] {
        let tree = Tree::image_of(SEED)
            .map(|path| if path == "timestamp" { "other".to_owned() } else { path.to_owned() })
            .with("timestamp", format!("{time}.000000000 +0000 UTC m=+0.1\n"))
            .below("mg/");
        scan(&tree.to_tar_gz(&dir, "time.tgz"), "text");
    }
}

#[test]
fn what_would_move_a_cursor_is_never_shown_raw() {
    let dir = tempdir().unwrap();
    let evil = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{0}\u{9b}31m\u{202e}\r\u{8}";
    let mut tree = Tree::image_of(SEED);
    for (path, bytes) in &mut tree.0 {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let escaped = "\\u001b]0;owned\\u0007\\u001b[2J\\u0000\\u009b31m\\u202e";
        *bytes = if path.ends_with("current.log") {
            text.replace('\n', &format!("{evil}\n")).into_bytes()
        } else {
            text.replace("PreconditionNotReady\n", &format!("\"PreconditionNotReady{escaped}\"\n"))
                .into_bytes()
        };
    }
    let bytes = format!("kind: {evil}\nitems: [");
    let odd = evil.replace('\0', "");
    let tree = tree
        .with(&format!("namespaces/{odd}/core/pods.yaml"), bytes.as_bytes())
        .with(&format!("{odd}/{odd}"), "x")
        .below("mg/");
    let path = tree.to_tar_gz(&dir, "evil.tgz");
    for output in ["text", "json"] {
        let run = scan(&path, output);
        for raw in ['\u{202e}', '\u{9b}'] {
            assert!(!run.stdout.contains(raw), "{output}");
        }
    }
}
