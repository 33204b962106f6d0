//! Archives made to break their reader: only the broken part is lost, and nothing is claimed that the
//! intact archive would not confirm.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use mustknow_archive::Limits;
use mustknow_report::text::TextStyle;
use mustknow_report::{Report, ReportOptions, ScannedInput};
use mustknow_rules::engine::run;
use mustknow_rules::{GapKind, Need, Severity, catalog};
use serde_json::Value;
use tempfile::tempdir;

use crate::support::dice::Dice;
use crate::support::run::{
    alarms, assert_quiet, command, finish, has, list, read, report, verdict,
};
use crate::support::tree::{Tree, append, append_other, gzip, write};
use crate::support::{HEALTHY, SEED, fixture, watchdog};

const MISSING: &str = "apiservices/bootstrap-configmap-missing";
const CONFIG_MAPS: &str = "namespaces/kube-system/core/configmaps.yaml";

/// The reports on an input, made in this process; none when nothing of it can be read.
fn judge(path: &Path) -> Vec<Report> {
    let path = path.to_owned();
    watchdog::run(move || judge_here(&path))
}

fn judge_here(path: &Path) -> Vec<Report> {
    let rules = catalog::all();
    let archive = mustknow_cluster::open(path, &run::interest(rules), Limits::default(), &|_| {});
    let reports: Vec<_> = archive
        .iter()
        .flat_map(|archive| {
            let input = ScannedInput {
                path: "x",
                entries: archive.entries,
                bytes: archive.bytes,
                truncated: archive.truncated,
            };
            archive.snapshots.iter().map(move |snapshot| {
                let judgement = run::judge(snapshot, rules);
                mustknow_report::build(input, snapshot, &judgement, ReportOptions::default())
            })
        })
        .collect();
    for report in &reports {
        for unknown in &report.unknown {
            assert_ne!(unknown.gap, GapKind::Crashed, "{unknown:?}");
        }
        for damage in &report.damage {
            assert_ne!(&*damage.why, "parser failed", "{damage:?}");
        }
        let style = TextStyle { verbose: true, ..TextStyle::default() };
        mustknow_report::text::write(report, style, &mut std::io::sink()).unwrap();
    }
    reports
}

/// Rules that found something worse than information.
fn rules(reports: &[Report]) -> BTreeSet<&'static str> {
    let findings = reports.iter().flat_map(|report| &report.findings);
    findings
        .filter(|finding| finding.severity != Severity::Info)
        .map(|finding| finding.rule)
        .collect()
}

/// Every path below a directory.
fn listing(dir: &Path) -> BTreeSet<PathBuf> {
    let mut seen = BTreeSet::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.is_symlink() {
            seen.extend(listing(&path));
        }
        seen.insert(path);
    }
    seen
}

#[test]
fn an_input_that_is_not_a_dump_is_refused_in_one_line() {
    let dir = tempdir().unwrap();
    let mut dice = Dice(7);
    let noise: Vec<u8> = (0..100_000).map(|_| dice.byte()).collect();
    let folder = dir.path().join("folder");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("readme.txt"), "hello").unwrap();
    let nothing = dir.path().join("nothing");
    fs::create_dir(&nothing).unwrap();
    let inputs = [
        dir.path().join("absent"),
        write(&dir, "empty", b""),
        write(&dir, "noise.tar.gz", &noise),
        write(&dir, "letter.txt", b"Dear reader,\n"),
        write(&dir, "page.tar.gz", b"<!DOCTYPE html><html>404</html>"),
        write(&dir, "zeros.tar", &[0; 10_240]),
        write(&dir, "hello.gz", &gzip(b"hello")),
        write(&dir, "nothing.gz", &gzip(b"")),
        Tree::default().with("readme.md", "hello").to_tar_gz(&dir, "other.tgz"),
        folder,
        nothing,
    ];
    for input in inputs {
        let [text, _] = read(&input);
        assert_eq!((text.code, text.stdout.as_str()), (2, ""), "{}", input.display());
        assert_eq!(text.stderr.lines().count(), 1, "{}", text.stderr);
        let name = input.file_name().unwrap().to_str().unwrap();
        assert!(text.stderr.contains(name), "{} does not name {name}", text.stderr);
    }
}

#[test]
fn a_cut_archive_claims_nothing_that_the_whole_does_not() {
    let dir = tempdir().unwrap();
    let whole = fs::read(fixture(SEED)).unwrap();
    let whole_report = report(&fixture(SEED));
    let truth: BTreeSet<_> = alarms(&whole_report).into_iter().collect();
    for part in 0..40 {
        let length = whole.len() * (2 * part + 1) / 80;
        let path = write(&dir, "cut.tar.gz", &whole[..length]);
        let [text, json] = read(&path);
        if text.code == 2 {
            assert!(text.stderr.contains("truncated"), "{part}: {}", text.stderr);
            continue;
        }
        let scan: Value = serde_json::from_str(&json.stdout).unwrap();
        let report = &scan["reports"][0];
        assert_eq!(report["archive"]["truncated"], true, "cut at {length}");
        assert!(!list(report, "damage").is_empty(), "cut at {length}");
        assert!(text.stdout.contains("is truncated"), "{}", text.stdout);
        let found: BTreeSet<_> = alarms(report).into_iter().collect();
        let invented: Vec<_> = found.difference(&truth).collect();
        assert!(invented.is_empty(), "cut at {length}: {invented:?}");
    }
}

#[test]
fn a_cut_folder_list_never_proves_an_absence() {
    let dir = tempdir().unwrap();
    let healthy = Tree::image_of(HEALTHY);
    // The object that matters comes last, so that every cut removes it first.
    let (head, items) = healthy.text(CONFIG_MAPS).split_once("\n- ").unwrap();
    let (items, tail) = items.split_once("\nkind: ").unwrap();
    let (bootstrap, others): (Vec<_>, Vec<_>) =
        items.split("\n- ").partition(|item| item.contains("name: bootstrap\n"));
    assert_eq!(bootstrap.len(), 1);
    let items = [others, bootstrap].concat().join("\n- ");
    let whole = format!("{head}\n- {items}\nkind: {tail}");
    let dump = Tree::image_of(SEED).edit(CONFIG_MAPS, |_| whole.clone()).to_dir(dir.path());
    assert!(!rules(&judge(&dump)).contains(MISSING));
    let ends: Vec<_> = whole.match_indices('\n').map(|(at, _)| at + 1).collect();
    let in_the_last_words = (whole.len() - 60..whole.len()).step_by(7);
    for length in ends.into_iter().step_by(5).chain(in_the_last_words) {
        fs::write(dump.join(CONFIG_MAPS), &whole.as_bytes()[..length]).unwrap();
        assert!(!rules(&judge(&dump)).contains(MISSING), "cut at {length} of {}", whole.len());
    }
}

#[test]
fn a_flipped_bit_damages_only_its_file() {
    let dir = tempdir().unwrap();
    let packed = fs::read(fixture(SEED)).unwrap();
    let plain = Tree::of(SEED).to_tar();
    let mut dice = Dice(2024);
    for (bytes, flips) in [(packed, 100), (plain, 100)] {
        for _ in 0..flips {
            let mut bytes = bytes.clone();
            let at = dice.roll(bytes.len());
            bytes[at] ^= 1 << dice.roll(8);
            judge(&write(&dir, "flipped", &bytes));
        }
    }
}

#[test]
fn a_gzip_that_does_not_match_its_checksum_is_damage() {
    let dir = tempdir().unwrap();
    let mut bytes = fs::read(fixture(SEED)).unwrap();
    let checksum = bytes.len() - 6;
    bytes[checksum] ^= 1;
    let report = report(&write(&dir, "odd.tgz", &bytes));
    let damage = list(&report, "damage");
    assert!(damage[0]["why"].as_str().unwrap().contains("checksum"), "{damage:?}");
    assert!(has(&report, MISSING));
}

/// Files in place of the one list that could prove the ConfigMap absent.
fn unreadable() -> Vec<(&'static str, Vec<u8>)> {
    let many = |word: &str| word.repeat(100_000).into_bytes();
    let indented: String = (0..3000).map(|depth| " ".repeat(depth) + "a:\n").collect();
    let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
    for n in 1..30 {
        let before = format!("*a{}", n - 1);
        bomb.push_str(&format!("a{n}: &a{n} [{}]\n", vec![before; 10].join(",")));
    }
    let bomb_of_items = format!("{bomb}items: *a29\nkind: ConfigMapList\n");
    vec![
        ("nothing", Vec::new()),
        ("a line", b"forbidden".to_vec()),
        ("half a value", b"apiVersion: v1\nitems:\n- apiVersion: v1\n  data:\n    a: \"b".to_vec()),
        ("brackets", many("[")),
        ("braces", many("{a: ")),
        ("JSON brackets", many("{\"items\":[")),
        ("dashes", many("- ")),
        ("questions", many("? ")),
        ("indentation", indented.into_bytes()),
        ("aliases", bomb.into_bytes()),
        ("aliases for items", bomb_of_items.into_bytes()),
        ("an alias of itself", b"items: &a [*a]\nkind: ConfigMapList\n".to_vec()),
        ("zeros", vec![0; 100_000]),
        ("UTF-16", b"\xff\xfei\0t\0e\0m\0s\0:\0 \0[\0]\0\n\0".to_vec()),
        ("one long line", [b"items: ".to_vec(), many("x")].concat()),
        ("a scalar for items", b"items: none\nkind: ConfigMapList\n".to_vec()),
        ("a web page", b"<html>\n<body>502: bad gateway</body>\n</html>\n".to_vec()),
    ]
}

#[test]
fn an_unreadable_list_proves_no_absence() {
    let dir = tempdir().unwrap();
    let seed = Tree::image_of(SEED);
    let dump = seed.to_dir(&dir.path().join("dump"));
    for (what, bytes) in unreadable() {
        fs::write(dump.join(CONFIG_MAPS), &bytes).unwrap();
        let [text, _] = read(&dump);
        let report = report(&dump);
        assert!(!has(&report, MISSING), "{what}: {}", text.stdout);
        let unknown = verdict(&report, "unknown", MISSING).unwrap_or_else(|| panic!("{what}"));
        assert!(unknown["what"].as_str().unwrap().contains(CONFIG_MAPS), "{what}: {unknown}");
        let named = list(&report, "damage").iter().any(|damage| damage["path"] == CONFIG_MAPS);
        assert!(named, "{what}: {}", text.stdout);
    }
}

#[test]
fn a_list_of_something_else_proves_no_absence() {
    let dir = tempdir().unwrap();
    let dump = Tree::image_of(SEED).to_dir(dir.path());
    for list in ["items: []\nkind: ConfigMapList\n", "items: []\nkind: PodList\n", "kind: Status\n"]
    {
        fs::write(dump.join(CONFIG_MAPS), list).unwrap();
        assert!(verdict(&report(&dump), "unknown", MISSING).is_some(), "{list}");
    }
}

#[test]
fn an_unreadable_json_proves_no_absence_either() {
    let dir = tempdir().unwrap();
    let dump = Tree::image_of(SEED).to_dir(&dir.path().join("dump"));
    fs::remove_file(dump.join(CONFIG_MAPS)).unwrap();
    let json = dump.join(CONFIG_MAPS.replace(".yaml", ".json"));
    for text in ["[".repeat(100_000), "{\"a\":".repeat(100_000), "{\"items\":[".to_owned()] {
        fs::write(&json, text).unwrap();
        read(&dump);
        assert!(verdict(&report(&dump), "unknown", MISSING).is_some());
    }
}

#[test]
fn when_no_file_can_be_read_nothing_is_claimed() {
    let dir = tempdir().unwrap();
    let mut tree = Tree::of(SEED);
    for (path, bytes) in &mut tree.0 {
        if path.rsplit('.').next().is_some_and(|suffix| matches!(suffix, "yaml" | "json")) {
            *bytes = b"{[\x00".to_vec();
        }
    }
    let path = tree.to_tar_gz(&dir, "broken.tgz");
    let [text, _] = read(&path);
    assert_eq!(text.code, 0, "{}", text.stdout);
    let report = report(&path);
    assert_eq!(alarms(&report), Vec::<&str>::new());
    // Logs and timestamps were readable; what depends only on them may be healthy.
    let is_from_text = |rule: &str| {
        let meta = &catalog::find(rule).unwrap().meta;
        rule == "gather/client-clock-skewed"
            || meta.sources().any(|need| matches!(need, Need::Log(_)))
    };
    for healthy in list(&report, "healthy") {
        let rule = healthy["rule"].as_str().unwrap();
        assert!(is_from_text(rule), "{rule} judged what nobody could read");
    }
    assert!(list(&report, "damage").len() > 20);
}

#[test]
fn nothing_is_written_and_nothing_outside_is_read() {
    let dir = tempdir().unwrap();
    let work = dir.path().join("a/b/work");
    fs::create_dir_all(&work).unwrap();
    let outside = write(&dir, "outside.yaml", Tree::image_of(SEED).text(CONFIG_MAPS).as_bytes());
    let mut tar = tar::Builder::new(Vec::new());
    for (path, bytes) in &Tree::image_of(SEED).0 {
        if path != CONFIG_MAPS {
            append(&mut tar, tar::EntryType::Regular, path, bytes);
        }
    }
    let outside = outside.to_str().unwrap();
    let bytes = fs::read(outside).unwrap();
    let absolute = dir.path().join("written");
    for path in ["../up", "../../../up", "a/../../up", absolute.to_str().unwrap(), "/etc/mustknow"]
    {
        append(&mut tar, tar::EntryType::Regular, &format!("{path}/{CONFIG_MAPS}"), &bytes);
    }
    append_other(&mut tar, tar::EntryType::Symlink, CONFIG_MAPS, outside);
    append_other(&mut tar, tar::EntryType::Link, CONFIG_MAPS, outside);
    append_other(&mut tar, tar::EntryType::Symlink, "namespaces/loop", "../namespaces");
    append_other(&mut tar, tar::EntryType::Char, "namespaces/kube-system/core/pods.yaml", "");
    append_other(&mut tar, tar::EntryType::Block, "namespaces/kube-system/core/x.yaml", "");
    append_other(&mut tar, tar::EntryType::Fifo, "namespaces/kube-system/core/y.yaml", "");
    let path = write(&dir, "links.tgz", &gzip(&tar.into_inner().unwrap()));
    let before = listing(dir.path());
    let run = finish(command().current_dir(&work).args(["-v", "-o", "json"]).arg(&path));
    assert_quiet(&run.stderr);
    assert_eq!(listing(dir.path()), before);
    assert!(!Path::new("/etc/mustknow").exists());
    let report = report(&path);
    assert!(verdict(&report, "unknown", MISSING).is_some(), "{}", run.stdout);
    let refused = list(&report, "damage")
        .iter()
        .filter(|damage| damage["why"].as_str().unwrap().contains("points outside the archive"));
    assert_eq!(refused.count(), 5);
}

#[cfg(unix)]
#[test]
fn a_folder_of_links_and_pipes_is_read_without_following_them() {
    use std::os::unix::fs::symlink;

    let dir = tempdir().unwrap();
    let outside = write(&dir, "outside.yaml", Tree::image_of(SEED).text(CONFIG_MAPS).as_bytes());
    let dump = Tree::image_of(SEED).to_dir(&dir.path().join("dump"));
    fs::remove_file(dump.join(CONFIG_MAPS)).unwrap();
    symlink(outside, dump.join(CONFIG_MAPS)).unwrap();
    symlink("..", dump.join("namespaces/loop")).unwrap();
    symlink("/", dump.join("namespaces/all-of-it")).unwrap();
    let pipe = dump.join("namespaces/kube-system/core/events.yaml");
    fs::remove_file(&pipe).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    read(&dump);
    assert!(verdict(&report(&dump), "unknown", MISSING).is_some());
    let [text, _] = read(&pipe);
    assert_eq!(text.code, 2);
}

#[test]
fn a_log_that_inflates_without_end_is_not_kept() {
    let dir = tempdir().unwrap();
    let zeros = gzip(&vec![0; 1 << 20]);
    let bomb: Vec<u8> = zeros.repeat(200);
    let log = "namespaces/openshift-network-operator/pods/p/network-operator/network-operator/logs/rotated/0.log.20241028-101010.gz";
    judge(&Tree::image_of(SEED).with(log, bomb).to_tar_gz(&dir, "bomb.tgz"));
}

#[test]
fn many_small_folders_are_read() {
    let dir = tempdir().unwrap();
    let mut tree = Tree::image_of(SEED).below("m/");
    for n in 0..12_000 {
        let pod = format!("apiVersion: v1\nkind: Pod\nmetadata:\n  name: p{n}\n  namespace: x\n");
        tree = tree.with(&format!("d{n}/pod.yaml"), pod).with(&format!("w{n}/timestamp"), "x");
    }
    judge(&write(&dir, "folders.tar", &tree.to_tar()));
}
