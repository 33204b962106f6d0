//! Text of the archive in the output: escaped where it could act; never a word of a Secret.

use mustknow_archive::Limits;
use mustknow_cluster::{Interest, Snapshot};
use serde_json::Value;
use tempfile::tempdir;

use crate::support::dice::Dice;
use crate::support::run::{mustknow, read};
use crate::support::tree::{Tree, gzip, write};
use crate::support::{HEALTHY, SEED, fixture};

const OPERATOR: &str =
    "cluster-scoped-resources/operator.openshift.io/authentications/cluster.yaml";
const MARKER: &str = "Tr0ub4dor";

/// Whether a terminal or a browser would act on a character instead of showing it.
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

#[test]
fn text_of_the_archive_cannot_act() {
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
    let forged = table.stdout.lines().find(|line| line.starts_with("mustknow:"));
    assert_eq!(forged, None, "{}", table.stdout);
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

/// A list of Secrets with the marker in every field that a Secret can have.
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

/// Secrets that cannot be parsed; their damage must not quote them.
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
            let archive =
                mustknow_cluster::open(&path, &Interest::everything(), Limits::default(), &|_| {})
                    .unwrap();
            for damage in archive.snapshots.iter().flat_map(Snapshot::damage) {
                assert!(!damage.why.contains(MARKER), "{damage:?} quotes {text}");
            }
        }
    }
}
