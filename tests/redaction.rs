//! No secret is printed, whichever rule quotes it and however it is written.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, thread};

use mustknow_archive::Limits;
use mustknow_report::text::TextStyle;
use mustknow_report::timeline::text::TimelineGrouping;
use mustknow_report::{ReportOptions, ScannedInput, timeline};
use mustknow_rules::catalog;
use mustknow_rules::engine::run;
use mustknow_testkit::cases::{Case, Cases};
use mustknow_timeline::{self, Filter, ReadScope};
use tempfile::{TempDir, tempdir};

use crate::support::planted::PLANTED;
use crate::support::run::{command, finish};
use crate::support::tree::Tree;
use crate::support::{SEED, checkout};

/// Everything that the program prints about these inputs, in every format.
fn outputs_about(paths: &[PathBuf]) -> Vec<String> {
    let calls: [&[&str]; 11] = [
        &["scan", "-v", "-o", "text"],
        &["scan", "-v", "-o", "json"],
        &["scan", "-o", "text"],
        &["scan", "-o", "yaml"],
        &["scan", "-o", "jsonl"],
        &["scan", "-o", "markdown"],
        &["scan", "-o", "html"],
        &["scan", "-o", "sarif"],
        &["scan", "-o", "junit"],
        &["timeline", "-v"],
        &["timeline", "-o", "jsonl"],
    ];
    let runs = calls.map(|flags| finish(command().args(flags).args(paths)));
    runs.into_iter().flat_map(|run| [run.stdout, run.stderr]).collect()
}

/// Whether a text contains a word; fast, because there are many of both.
fn holds(text: &str, word: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some()
}

/// The lines of outputs that contain a planted secret, with what was planted.
fn left(outputs: &[String]) -> Vec<String> {
    let leaks = |(words, secret): &(&str, &str)| {
        let output = outputs.iter().find(|output| holds(output, secret))?;
        let line = output.lines().find(|line| line.contains(secret))?;
        Some(format!("{words:?}\n  in {line}"))
    };
    PLANTED.iter().filter_map(leaks).collect()
}

fn assert_none_left(outputs: &[String]) {
    let left = left(outputs);
    assert!(left.is_empty(), "\n{}", left.join("\n"));
}

/// The harmless word in front of a planted secret.
fn neighbour(kind: usize) -> String {
    format!("beside{kind:03}x")
}

/// The text to plant in one place.
fn words(kind: usize) -> String {
    format!("{} {}", neighbour(kind), PLANTED[kind].0)
}

/// A case with a secret at the end of every message and every line of a log.
fn plant(mut case: Case, next: &mut usize) -> Case {
    for (path, body) in &mut case.files {
        let is_log = Path::new(path).extension().is_some_and(|end| end == "log" || end == "stderr");
        let lines = body.lines().map(|line| {
            *next += 1;
            let words = words(*next % PLANTED.len());
            if is_log {
                format!("{line} {}", words.replace('\n', "\\n"))
            } else {
                with_message(line, &words)
            }
        });
        *body = lines.flat_map(|line| [line, "\n".to_owned()]).collect();
    }
    case
}

/// Fields in which controllers write messages.
const MESSAGES: [&str; 4] =
    ["message", "note", "machineconfiguration.openshift.io/reason", "errorMessage"];

/// A line of YAML with more text in its message, if it has one.
fn with_message(line: &str, more: &str) -> String {
    let Some((key, value)) = line.split_once(": ") else { return with_json_message(line, more) };
    if !MESSAGES.contains(&key.trim_start_matches([' ', '-'])) {
        return with_json_message(line, more);
    }
    let value = match serde_yaml::from_str::<String>(value) {
        Ok(value) if !value.is_empty() => value,
        _ => return line.to_owned(),
    };
    let all = serde_json::to_string(&format!("{value} {more}")).unwrap();
    format!("{key}: {all}")
}

/// The same for a line of JSON.
fn with_json_message(line: &str, more: &str) -> String {
    let quoted = serde_json::to_string(&format!("{more} ")).unwrap();
    let open = quoted.trim_end_matches('"');
    ["message", "lastError", "error", "description"].iter().fold(line.to_owned(), |line, name| {
        line.replace(&format!("\"{name}\":\""), &format!("\"{name}\":{open}"))
    })
}

/// The first case of each rule in which it fires, with secrets in it, each in its directory.
fn planted_cases(dir: &TempDir) -> Vec<PathBuf> {
    let mut next = 0;
    let mut folders = Vec::new();
    for rule in catalog::all() {
        let fixture = checkout().join(format!("fixtures/rules/{}.md", rule.meta.id));
        let cases = Cases::parse(&fs::read_to_string(fixture).unwrap()).unwrap();
        let Some(case) = cases.all.into_iter().find(|case| case.expected() == "Fires") else {
            continue;
        };
        let folder = dir.path().join(rule.meta.id.replace('/', "."));
        plant(case, &mut next).lay_out(&folder).unwrap();
        folders.push(folder);
    }
    folders
}

/// What happened to the secrets planted in some cases.
#[derive(Default)]
struct Fate {
    /// The kinds that the rules themselves quote.
    quoted: BTreeSet<usize>,
    /// The kinds whose neighbour is shown.
    shown: BTreeSet<usize>,
    /// Secrets that are shown.
    left: Vec<String>,
}

fn fate(folder: &Path) -> Fate {
    let (rules, mut fate) = (catalog::all(), Fate::default());
    let archive = mustknow_cluster::open(folder, &run::interest(rules), Limits::default(), &|_| {});
    let path = folder.to_str().unwrap();
    let input = ScannedInput { path, entries: 1, bytes: 1, truncated: false };
    for snapshot in &archive.unwrap().snapshots {
        let judgement = run::judge(snapshot, rules);
        for (_, finding) in judgement.findings() {
            let text = [&*finding.summary, &*finding.why].join("\n");
            fate.quoted.extend((0..PLANTED.len()).filter(|kind| holds(&text, PLANTED[*kind].1)));
        }
        let report = mustknow_report::build(input, snapshot, &judgement, ReportOptions::default());
        let mut text = Vec::new();
        let style = TextStyle { verbose: true, width: 200, ..TextStyle::default() };
        mustknow_report::text::write(&report, style, &mut text).unwrap();
        let json = serde_json::to_string_pretty(&report).unwrap();
        fate.shown.extend((0..PLANTED.len()).filter(|kind| holds(&json, &neighbour(*kind))));
        let filter = Filter::default();
        let history = mustknow_timeline::of(snapshot, &judgement, ReadScope::Scan, &filter);
        let told = mustknow_report::build_timeline(path, 1, snapshot, &history, &filter);
        timeline::text::write(&told, TimelineGrouping::Day, style, &mut text).unwrap();
        timeline::jsonl::write(&told, &mut text).unwrap();
        fate.left.extend(left(&[String::from_utf8(text).unwrap(), json]));
    }
    fate
}

#[test]
fn a_secret_is_not_shown_whichever_rule_quotes_it() {
    let dir = tempdir().unwrap();
    let folders = planted_cases(&dir);
    assert!(folders.len() > 300, "{} cases", folders.len());
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let fates: Vec<Fate> = thread::scope(|scope| {
        let share = |folders: &[PathBuf]| folders.iter().map(|it| fate(it)).collect::<Vec<_>>();
        let shares: Vec<_> = folders
            .chunks(folders.len().div_ceil(threads))
            .map(|folders| scope.spawn(move || share(folders)))
            .collect();
        shares.into_iter().flat_map(|share| share.join().unwrap()).collect()
    });
    let left: Vec<_> = fates.iter().flat_map(|fate| &*fate.left).map(String::as_str).collect();
    assert!(left.is_empty(), "\n{}", left.join("\n"));
    // The neighbour of each is shown, and before the report is built the secrets are still there: it is the
    // report that removes them.
    let shown: BTreeSet<_> = fates.iter().flat_map(|fate| &fate.shown).collect();
    assert_eq!(shown.len(), PLANTED.len(), "{shown:?}");
    let quoted: BTreeSet<_> = fates.iter().flat_map(|fate| &fate.quoted).collect();
    assert!(quoted.len() > PLANTED.len() / 2, "{quoted:?}");
}

const PODS: &str = "namespaces/openshift-network-operator/pods";
const LOGGED: &str = "network-node-identity webhook will not be applied, bootstrap is not complete";

/// Every secret in the places of an archive other than messages: names, header, variables, objects.
fn planted_places() -> Tree {
    let lines = |indent: &str, words: &str| {
        words.lines().flat_map(|line| [indent, line, "\n"]).collect::<String>()
    };
    let mut data = String::new();
    let mut tree = Tree::image_of(SEED);
    for (kind, (words, secret)) in PLANTED.iter().enumerate() {
        let log =
            format!("2024-10-28T10:00:00.000000000Z {LOGGED} {} {words:?}\n", neighbour(kind));
        tree = tree.with(
            &format!("{PODS}/p{kind}/network-operator/network-operator/logs/current.log"),
            log,
        );
        data.push_str(&format!("    file{kind}: |\n{}", lines("      ", words)));
        // A file that cannot be read is listed by name.
        let name = words.replace('\n', " ").replace("//", "/ /");
        tree = tree
            .with(&format!("namespaces/ns{kind}/core/{name}/configmaps.yaml"), "{[")
            .with(&format!("namespaces/ns{kind}/core/configmaps.yaml"), format!("- {words}\n  {{["))
            .with(&format!("namespaces/ns{kind}/core/secrets.yaml"), secrets(kind, secret));
    }
    tree.with(
        "namespaces/openshift-config/core/configmaps/planted.yaml",
        format!(
            "---\napiVersion: v1\ndata:\n{data}kind: ConfigMap\nmetadata:\n  \
                 name: planted\n  namespace: openshift-config\n"
        ),
    )
}

/// A list of Secrets with a secret in every field that can have one.
fn secrets(kind: usize, secret: &str) -> String {
    format!(
        "---\napiVersion: v1\nitems:\n- apiVersion: v1\n  data:\n    tls.crt: {secret}\n    \
         tls.key: {secret}\n  kind: Secret\n  metadata:\n    annotations:\n      \
         kubectl.kubernetes.io/last-applied-configuration: |\n        \
         {{\"stringData\":{{\"a\":\"{secret}\"}}}}\n      \
         service.beta.openshift.io/expiry: \"2024-01-01T00:00:00Z {secret}\"\n    \
         creationTimestamp: \"2024-02-06T08:12:04Z\"\n    name: s{kind}\n    \
         namespace: ns{kind}\n  stringData:\n    a: {secret}\n  type: kubernetes.io/tls\n\
         kind: SecretList\nmetadata:\n  resourceVersion: \"1\"\n"
    )
}

#[test]
fn no_place_of_an_archive_leaks_a_secret() {
    let dir = tempdir().unwrap();
    let tree = planted_places();
    let outputs = outputs_about(&[tree.to_tar_gz(&dir, "places.tgz")]);
    assert_none_left(&outputs);
    let [text, _, json, ..] = &*outputs else { panic!("{outputs:?}") };
    assert!(text.contains("<redacted: ") && json.contains("<redacted: "), "{text}");
    for kind in 0..PLANTED.len() {
        assert!(json.contains(&neighbour(kind)), "the log of {kind} is quoted");
        // The name of a Secret is not secret, and its file is listed.
        assert!(json.contains(&format!("ns{kind}/")), "a file of {kind} is named");
    }
}

/// Crash-looping containers whose logs end with every secret.
fn planted_tails() -> Tree {
    PLANTED.iter().enumerate().fold(Tree::image_of(SEED), |tree, (kind, (words, _))| {
        let namespace = format!("tail{kind:03}x");
        let pod = format!(
            "---\napiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata:\n    \
             creationTimestamp: \"2024-10-01T07:00:00Z\"\n    name: p\n    \
             namespace: {namespace}\n  status:\n    containerStatuses:\n    - lastState:\n        \
             terminated:\n          exitCode: 1\n          \
             finishedAt: \"2024-10-28T10:15:00Z\"\n      name: c\n      ready: false\n      \
             restartCount: 9\n      state:\n        waiting:\n          \
             reason: CrashLoopBackOff\n    phase: Running\nkind: PodList\nmetadata:\n  \
             resourceVersion: \"1\"\n"
        );
        let folder = format!("namespaces/{namespace}");
        let filling = "words of a program ".repeat(30 * (kind % 2));
        let log = format!("panic: {namespace} denied {filling}{words}\nlast line {words}\n");
        tree.with(&format!("{folder}/core/pods.yaml"), pod)
            .with(&format!("{folder}/pods/p/c/c/logs/previous.log"), log)
    })
}

#[test]
fn the_last_words_of_a_log_leak_no_secret() {
    let dir = tempdir().unwrap();
    let outputs = outputs_about(&[planted_tails().to_tar_gz(&dir, "tails.tgz")]);
    assert_none_left(&outputs);
    for kind in 0..PLANTED.len() {
        let line = format!("panic: tail{kind:03}x denied");
        assert!(outputs[2].contains(&line), "the log of {kind} is quoted");
    }
}

#[test]
fn header_and_root_and_errors_leak_no_secret() {
    let dir = tempdir().unwrap();
    let mut paths = Vec::new();
    // A name has no slash.
    for (kind, (words, _)) in PLANTED.iter().enumerate().filter(|(_, it)| !it.0.contains('/')) {
        let name = words.replace('\n', " ");
        let quoted = serde_json::to_string(words).unwrap();
        let tree = Tree::image_of(SEED)
            .below(&format!("m {name}/"))
            .edit("infrastructures.yaml", |text| text.replace("HighlyAvailable", &quoted));
        paths.push(tree.to_tar_gz(&dir, &format!("header{kind}.tgz")));
        // Nothing of a cluster, below a name: the error lists what is there instead.
        let none = Tree::default().with(&format!("m {name}/x"), "x");
        paths.push(none.to_tar_gz(&dir, &format!("none{kind}.tgz")));
    }
    let outputs = outputs_about(&paths);
    assert_none_left(&outputs);
    assert_none_left(
        &paths
            .iter()
            .take(2)
            .flat_map(|path| outputs_about(std::slice::from_ref(path)))
            .collect::<Vec<_>>(),
    );
}
