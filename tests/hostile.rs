//! Archives made to break their reader: a broken part costs that part, and nothing is claimed
//! that the whole would not bear out.

#![cfg(test)]

#[expect(dead_code, reason = "every suite uses a part of it")]
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use mustknow_gather::Wanted;
use mustknow_report::Report;
use mustknow_report::text::Style;
use mustknow_rules::{catalog, engine};
use serde_json::Value;
use support::run::{Run, alarms, command, finish, has, list, mustknow, report, verdict};
use support::tree::{Tree, append, append_other, gzip, write};
use support::{HEALTHY, SEED, fixture};
use tempfile::tempdir;

const MISSING: &str = "apiservices/bootstrap-configmap-missing";
const CONFIG_MAPS: &str = "namespaces/kube-system/core/configmaps.yaml";
const OPERATOR: &str =
    "cluster-scoped-resources/operator.openshift.io/authentications/cluster.yaml";
/// No input of this suite may take longer, in a debug build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Calls the program as a stranger's archive might be read: text and JSON, everything shown.
fn read(path: &Path) -> [Run; 2] {
    let begun = Instant::now();
    let runs = ["text", "json"]
        .map(|output| mustknow(["-v", "-o", output, path.to_str().expect("UTF-8")]));
    assert!(begun.elapsed() < 2 * PATIENCE, "{} took {:?}", path.display(), begun.elapsed());
    for run in &runs {
        assert!(matches!(run.code, 0..=2), "{run:?}");
        assert_quiet(&run.stderr);
    }
    runs
}

fn assert_quiet(stderr: &str) {
    for word in ["panic", "internal error", "overflow", "RUST_BACKTRACE"] {
        assert!(!stderr.contains(word), "{stderr}");
    }
}

/// The reports on an input, made in this process; none when nothing of it can be read.
fn judge(path: &Path) -> Vec<Report> {
    let begun = Instant::now();
    let rules = catalog::all();
    let archive = mustknow_gather::open(path, &engine::wanted(rules), 1, &|_| {});
    let reports: Vec<_> = archive
        .iter()
        .flat_map(|archive| {
            let input = mustknow_report::Input {
                path: "x",
                entries: archive.entries,
                bytes: archive.bytes,
                truncated: archive.truncated,
            };
            archive.snapshots.iter().map(move |snapshot| {
                mustknow_report::build(input, snapshot, &engine::judge(snapshot, rules))
            })
        })
        .collect();
    for report in &reports {
        for unknown in &report.unknown {
            assert_ne!(unknown.gap, "crashed", "{unknown:?}");
        }
        for damage in &report.damage {
            assert_ne!(damage.why, "the reader failed on it", "{damage:?}");
        }
        let style = Style { verbose: true, ..Style::default() };
        mustknow_report::text::write(report, style, &mut std::io::sink()).unwrap();
    }
    assert!(begun.elapsed() < PATIENCE, "{} took {:?}", path.display(), begun.elapsed());
    reports
}

/// Rules that found something worse than information.
fn rules(reports: &[Report]) -> BTreeSet<&'static str> {
    let findings = reports.iter().flat_map(|report| &report.findings);
    findings.filter(|finding| finding.severity != "info").map(|finding| finding.rule).collect()
}

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.roll(256)).unwrap()
    }
}

/// Every path below a folder.
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
fn what_is_no_dump_is_refused_in_one_line() {
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
            assert!(text.stderr.contains("breaks off"), "{part}: {}", text.stderr);
            continue;
        }
        let scan: Value = serde_json::from_str(&json.stdout).unwrap();
        let report = &scan["reports"][0];
        assert_eq!(report["archive"]["truncated"], true, "cut at {length}");
        assert!(!list(report, "damage").is_empty(), "cut at {length}");
        assert!(text.stdout.contains("breaks off before its end"), "{}", text.stdout);
        let found: BTreeSet<_> = alarms(report).into_iter().collect();
        let invented: Vec<_> = found.difference(&truth).collect();
        assert!(invented.is_empty(), "cut at {length}: {invented:?}");
    }
}

#[test]
fn a_cut_folder_list_never_proves_an_absence() {
    let dir = tempdir().unwrap();
    let healthy = Tree::image_of(HEALTHY);
    // The object that matters stands last, so that every cut takes it away first.
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
        fs::write(dump.join(CONFIG_MAPS), &whole[..length]).unwrap();
        assert!(!rules(&judge(&dump)).contains(MISSING), "cut at {length} of {}", whole.len());
    }
}

#[test]
fn a_flipped_bit_breaks_nothing_but_what_it_hits() {
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

/// Files that take the place of the one list that could prove the ConfigMap absent.
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
        if path.ends_with(".yaml") || path.ends_with(".json") {
            *bytes = b"{[\x00".to_vec();
        }
    }
    let path = tree.to_tar_gz(&dir, "broken.tgz");
    let [text, _] = read(&path);
    assert_eq!(text.code, 0, "{}", text.stdout);
    let report = report(&path);
    assert_eq!(alarms(&report), Vec::<&str>::new());
    assert_eq!(list(&report, "healthy"), &[] as &[Value]);
    assert!(list(&report, "damage").len() > 20);
}

#[test]
fn logs_may_hold_any_bytes() {
    let dir = tempdir().unwrap();
    let log =
        "namespaces/openshift-network-operator/pods/p/network-operator/network-operator/logs/";
    let mut line = b"2024-10-28T10:00:00.000000000Z \xff\xfe\x1b[31m\0 ".to_vec();
    line.extend_from_slice(
        b"network-node-identity webhook will not be applied, bootstrap is not complete \xc3\n",
    );
    let mut dice = Dice(3);
    let mut noise: Vec<u8> = (0..3_000_000).map(|_| dice.byte()).collect();
    noise.extend_from_slice(&line);
    let tree = Tree::image_of(SEED)
        .with(&format!("{log}current.log"), line.repeat(100))
        .with(&format!("{log}previous.log"), noise)
        .with(&format!("{log}rotated/0.log.20241028-101010.gz"), &gzip(&line)[..40]);
    let [text, json] = read(&tree.to_tar_gz(&dir, "logs.tgz"));
    assert_harmless(&text.stdout);
    assert_harmless_json(&json.stdout);
    assert!(text.stdout.contains("100 lines"), "{}", text.stdout);
}

/// Whether a terminal or a reader would obey a character instead of showing it.
fn acts(c: char) -> bool {
    let turns = ['\u{200b}'..='\u{200f}', '\u{202a}'..='\u{202e}', '\u{2066}'..='\u{2069}'];
    (c.is_control() && c != '\n') || c == '\u{feff}' || turns.iter().any(|range| range.contains(&c))
}

fn assert_harmless(words: &str) {
    assert_eq!(words.lines().find(|line| line.contains(acts)), None);
}

/// The same for every text in a JSON, as a program would print it.
fn assert_harmless_json(json: &str) {
    fn walk(value: &Value) {
        match value {
            Value::String(text) => assert_harmless(text),
            Value::Array(items) => items.iter().for_each(walk),
            Value::Object(members) => members.values().for_each(walk),
            _ => {}
        }
    }
    assert_harmless(json);
    walk(&serde_json::from_str(json).unwrap());
}

#[test]
fn words_of_the_archive_cannot_act() {
    let dir = tempdir().unwrap();
    let evil = r#"message: "boo\e[2J\e]8;;http://x\a\0\u202egnp.exe\u2066\uFEFF\r\nRoot cause\n""#;
    let raw = "message: 'boo \u{1b}[2J \u{202e}gnp.exe \u{9b}31m'";
    for message in [evil, raw] {
        let tree = Tree::image_of(SEED).edit(OPERATOR, |text| {
            let text = text.replace("message: PreconditionNotReady", message);
            text.replace("reason: PreconditionNotReady", "reason: ErrorCheckingPrecondition")
        });
        let [text, json] = read(&tree.to_tar_gz(&dir, "evil.tgz"));
        assert_harmless(&text.stdout);
        assert_harmless_json(&json.stdout);
        assert!(text.stdout.contains("boo"), "{}", text.stdout);
        assert!(text.stdout.contains("\\u{1b}"), "{}", text.stdout);
        assert!(text.stdout.contains("\\u{202e}"), "{}", text.stdout);
        assert!(json.stdout.contains("\\\\u{1b}"), "{}", json.stdout);
        assert_eq!(text.stdout.matches("\nRoot cause").count(), 1, "{}", text.stdout);
    }
}

#[test]
fn names_of_files_cannot_act_and_stay_on_their_line() {
    let dir = tempdir().unwrap();
    let root = "m\u{1b}[2J\u{202e}\nRoot cause\ncritical: lies\n/";
    let tree = Tree::image_of(SEED)
        .below(root)
        .with(&format!("{root}namespaces/kube-system/core/endpoints.yaml"), "{[");
    for path in [tree.to_tar_gz(&dir, "names.tgz"), tree.to_dir(&dir.path().join("a\u{1b}[2J\nb"))]
    {
        let [text, json] = read(&path);
        assert_harmless(&text.stdout);
        assert_harmless_json(&json.stdout);
        assert!(text.stdout.contains("\\u{1b}"), "{}", text.stdout);
        assert!(
            !text.stdout.lines().any(|line| line.trim() == "critical: lies"),
            "{}",
            text.stdout
        );
        assert_eq!(text.code, 1);
    }
    let none = Tree::default().with("x\u{1b}[2J\nmustknow: all is well", "x");
    let path = none.to_tar_gz(&dir, "none\u{1b}[2J.tgz");
    let [text, json] = read(&path);
    assert_eq!(text.code, 2);
    assert_harmless(&text.stderr);
    assert_harmless_json(&json.stdout);
    assert_eq!(text.stderr.lines().count(), 1, "{}", text.stderr);
    let table = mustknow([path, fixture(HEALTHY)]);
    assert_harmless(&table.stdout);
    assert_eq!(table.stdout.lines().count(), 3, "{}", table.stdout);
}

#[test]
fn names_of_objects_cannot_act() {
    let dir = tempdir().unwrap();
    let mut tree = Tree::image_of(SEED);
    let files =
        ["config.openshift.io/clusteroperators.yaml", "config.openshift.io/clusterversions.yaml"];
    for (path, bytes) in &mut tree.0 {
        if !files.iter().any(|file| path.ends_with(file)) {
            continue;
        }
        let text = std::str::from_utf8(bytes).unwrap();
        *bytes = text.replace("name: dns\n", "name: \"d\\e[2J\\nns\"\n").into_bytes();
    }
    let tree = tree
        .edit("infrastructures.yaml", |text| text.replace("HighlyAvailable", "\"H\\e[2J\\u202e\""));
    let [text, json] = read(&tree.to_tar_gz(&dir, "objects.tgz"));
    assert_harmless(&text.stdout);
    assert_harmless_json(&json.stdout);
    assert!(text.stdout.contains("H\\u{1b}[2J\\u{202e}"), "{}", text.stdout);
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
    let list = fs::read(outside).unwrap();
    let absolute = dir.path().join("written");
    for path in ["../up", "../../../up", "a/../../up", absolute.to_str().unwrap(), "/etc/mustknow"]
    {
        append(&mut tar, tar::EntryType::Regular, &format!("{path}/{CONFIG_MAPS}"), &list);
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
    let refused = support::run::list(&report, "damage")
        .iter()
        .filter(|damage| damage["why"].as_str().unwrap().contains("leaves the archive"));
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

const MARKER: &str = "Tr0ub4dor";

/// A list of Secrets that hold the marker wherever a Secret can hold something.
fn secrets(namespace: &str) -> String {
    let base64 = "VHIwdWI0ZG9y";
    format!(
        "---\napiVersion: v1\nitems:\n- apiVersion: v1\n  data:\n    tls.crt: {base64}\n    \
         tls.key: {MARKER}\n  kind: Secret\n  metadata:\n    annotations:\n      \
         kubectl.kubernetes.io/last-applied-configuration: |\n        \
         {{\"stringData\":{{\"password\":\"{MARKER}\"}}}}\n    creationTimestamp: \
         \"2024-02-06T08:12:04Z\"\n    name: serving-cert\n    namespace: {namespace}\n  \
         stringData:\n    password: {MARKER}\n  type: kubernetes.io/tls\n- apiVersion: v1\n  \
         data: {MARKER}\n  kind: Secret\n  metadata:\n    name: api\n    namespace: {namespace}\n  \
         type: Opaque\nkind: SecretList\nmetadata:\n  resourceVersion: \"1\"\n"
    )
}

#[test]
fn no_word_of_a_secret_is_printed() {
    let dir = tempdir().unwrap();
    let mut tree = Tree::image_of(SEED);
    for (path, bytes) in &mut tree.0 {
        if let Some(namespace) = path.strip_suffix("/core/secrets.yaml") {
            let namespace = namespace.rsplit('/').next().unwrap();
            *bytes = secrets(namespace).into_bytes();
        }
    }
    tree = tree.with("secret.yaml", secrets("loose"));
    for broken in broken_secrets() {
        let tree = tree.clone().with("namespaces/openshift-etcd/core/secrets.yaml", broken);
        for run in read(&tree.to_tar_gz(&dir, "secrets.tgz")) {
            for marker in [MARKER, "VHIwdWI0ZG9y"] {
                assert!(!run.stdout.contains(marker), "{}", run.stdout);
                assert!(!run.stderr.contains(marker), "{}", run.stderr);
            }
        }
    }
}

/// Secrets that no reader can read; what is said of them must not quote them.
fn broken_secrets() -> Vec<String> {
    let head = "apiVersion: v1\nitems:\n- data:\n    password: ";
    let tails = [
        format!("\"{MARKER}\n"),
        format!("'{MARKER}"),
        format!("*{MARKER}\n"),
        format!("!{MARKER} x\n"),
        format!("!!{MARKER} x\n"),
        format!("!!int {MARKER}\n"),
        format!("!!binary {MARKER}\n"),
        format!("%{MARKER}\n"),
        format!("@{MARKER}\n"),
        format!("{MARKER}: {MARKER}: {MARKER}\n"),
        format!("[{MARKER}\n"),
        format!("{{{MARKER}\n"),
        format!("x\n    {MARKER}: 1\n    {MARKER}: 2\n"),
        format!("x\n   {MARKER}\n"),
        format!("x\n\t{MARKER}: 1\n"),
        format!("\"\\{MARKER}\"\n"),
        format!("|{MARKER}\n"),
        format!("&{MARKER} &{MARKER} x\n"),
        format!("\0{MARKER}\n"),
    ];
    tails.into_iter().map(|tail| format!("{head}{tail}")).collect()
}

#[test]
fn no_word_of_a_broken_secret_is_in_its_damage() {
    let dir = tempdir().unwrap();
    for broken in broken_secrets() {
        for text in [broken.clone(), broken.replace("items:\n- data", "  \"items\"\n- data")] {
            let tree = Tree::default().with("namespaces/x/core/secrets.yaml", text.clone());
            let path = write(&dir, "broken.tar", &tree.to_tar());
            let archive = mustknow_gather::open(&path, &Wanted::everything(), 1, &|_| {}).unwrap();
            for damage in archive.snapshots.iter().flat_map(|snapshot| snapshot.damage()) {
                assert!(!damage.why.contains(MARKER), "{damage:?} quotes {text}");
            }
        }
    }
}

#[test]
fn a_log_that_inflates_beyond_measure_is_read_in_passing() {
    let dir = tempdir().unwrap();
    let zeros = gzip(&vec![0; 1 << 20]);
    let bomb: Vec<u8> = zeros.repeat(200);
    let log = "namespaces/openshift-network-operator/pods/p/network-operator/network-operator/logs/rotated/0.log.20241028-101010.gz";
    judge(&Tree::image_of(SEED).with(log, bomb).to_tar_gz(&dir, "bomb.tgz"));
}

#[test]
fn many_small_folders_take_no_longer_than_their_number() {
    let dir = tempdir().unwrap();
    let mut tree = Tree::image_of(SEED).below("m/");
    for n in 0..12_000 {
        let pod = format!("apiVersion: v1\nkind: Pod\nmetadata:\n  name: p{n}\n  namespace: x\n");
        tree = tree.with(&format!("d{n}/pod.yaml"), pod).with(&format!("w{n}/timestamp"), "x");
    }
    let begun = Instant::now();
    judge(&write(&dir, "folders.tar", &tree.to_tar()));
    assert!(begun.elapsed() < PATIENCE / 4, "{:?}", begun.elapsed());
}
