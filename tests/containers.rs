//! Archives within archives, compressed texts, and input from a pipe.

use std::io::Write;
use std::process::Stdio;
use std::{fs, thread};

use serde_json::Value;
use tempfile::tempdir;

use crate::support::run::{Run, alarms, assert_quiet, command, has, json, list, mustknow, report};
use crate::support::tree::{Tree, gzip, write};
use crate::support::watchdog::output_of;
use crate::support::{HEALTHY, SEED, fixture};

const MISSING: &str = "apiservices/bootstrap-configmap-missing";
const ID: &str = "5d1f7c1e-2f0b-4c7a-9a44-0f7d6d2b8e13";
const OTHER: &str = "00000000-1111-2222-3333-444444444444";

/// Calls the program with `input` on its standard input.
fn piped(args: &[&str], input: Vec<u8>) -> Run {
    let mut child = command()
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let feeder = thread::spawn(move || {
        // The program may refuse its input before it has read all of it.
        let _ = stdin.write_all(&input);
    });
    let output = output_of(child);
    feeder.join().unwrap();
    let run = Run {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    };
    assert_quiet(&run.stderr);
    run
}

fn piped_reports(input: Vec<u8>) -> Vec<Value> {
    let run = piped(&["scan", "-o", "json", "-"], input);
    let scan: Value = serde_json::from_str(&run.stdout).unwrap();
    list(&scan, "reports").to_vec()
}

/// The healthy cluster with another id.
fn other() -> Tree {
    let mut healthy = Tree::image_of(HEALTHY);
    for (_, bytes) in &mut healthy.0 {
        if let Ok(text) = std::str::from_utf8(bytes) {
            *bytes = text.replace(ID, OTHER).into_bytes();
        }
    }
    healthy
}

fn packed(tree: &Tree) -> Vec<u8> {
    gzip(&tree.to_tar())
}

/// The report about a cluster of that id.
fn about<'r>(reports: &[&'r Value], id: &str) -> &'r Value {
    reports.iter().copied().find(|report| report["cluster"]["id"] == id).unwrap()
}

#[test]
fn archives_of_two_clusters_in_one_archive_make_two_reports() {
    let dir = tempdir().unwrap();
    let seed = fs::read(fixture(SEED)).unwrap();
    let outer = Tree::default().with("case/one.tgz", seed).with("case/two.tgz", packed(&other()));
    let tree = dir.path().join("tree");
    // In a directory each archive is an input.
    for (input, root) in
        [(outer.to_tar_gz(&dir, "both.tgz"), "case/two.tgz"), (outer.to_dir(&tree), "")]
    {
        let scan = json([input]);
        let reports: Vec<_> = scan["reports"].as_array().unwrap().iter().collect();
        assert_eq!(reports.len(), 2);
        assert_eq!(alarms(about(&reports, OTHER)), Vec::<&str>::new());
        assert_eq!(list(&about(&reports, OTHER)["archive"], "roots"), [root]);
        assert!(has(about(&reports, ID), MISSING));
    }
}

#[test]
fn two_archives_of_one_cluster_gathered_at_different_times_stay_apart() {
    let dir = tempdir().unwrap();
    let (seed, healthy) = (Tree::image_of(SEED), Tree::image_of(HEALTHY));
    let outer =
        Tree::default().with("before.tgz", packed(&seed)).with("after.tgz", packed(&healthy));
    let scan = json([outer.to_tar_gz(&dir, "both.tgz")]);
    let of = |root: &str| {
        let is_it = |report: &&Value| list(&report["archive"], "roots") == [root];
        list(&scan, "reports").iter().find(is_it).unwrap().clone()
    };
    assert!(has(&of("before.tgz"), MISSING));
    assert_eq!(alarms(&of("after.tgz")), Vec::<&str>::new());
}

#[test]
fn the_table_distinguishes_clusters_of_one_input() {
    let dir = tempdir().unwrap();
    let seed = packed(&Tree::image_of(SEED).below("must-gather/quay-io/"));
    let outer = Tree::default().with("case/one.tgz", seed).with("case/two.tgz", packed(&other()));
    let table = mustknow([outer.to_tar_gz(&dir, "both.tgz")]).stdout;
    for row in ["\nboth.tgz/case/one.", "\nboth.tgz/case/two."] {
        assert!(table.contains(row), "{table}");
    }
}

#[test]
fn an_archive_without_an_id_joins_the_cluster_whose_objects_it_contains() {
    let seed = Tree::image_of(SEED);
    let inspect = |year: &str| {
        let files = seed.0.iter().filter(|(path, _)| path.starts_with("namespaces/"));
        let change = |(path, bytes): &(String, Vec<u8>)| {
            let text = String::from_utf8_lossy(bytes);
            (path.clone(), text.replace("creationTimestamp: \"20", year).into_bytes())
        };
        Tree(files.map(change).collect())
    };
    let same = inspect("creationTimestamp: \"20");
    let born_later = inspect("creationTimestamp: \"21");
    for (inner, reports) in [(same, 1), (born_later, 2)] {
        let dir = tempdir().unwrap();
        let outer = seed.clone().below("must-gather/").with("inspect.tgz", packed(&inner));
        let scan = json([outer.to_tar_gz(&dir, "case.tgz")]);
        assert_eq!(list(&scan, "reports").len(), reports);
        let all: Vec<_> = list(&scan, "reports").iter().collect();
        let roots = list(&about(&all, ID)["archive"], "roots");
        assert_eq!(roots.len(), 3 - reports, "{roots:?}");
    }
}

#[test]
fn a_broken_archive_within_is_damage_and_the_rest_is_read() {
    let dir = tempdir().unwrap();
    let whole = packed(&other());
    let outer = Tree::of(SEED).with("two.tgz", &whole[..whole.len() / 2]);
    let scan = json([outer.to_tar_gz(&dir, "half.tgz")]);
    let reports: Vec<_> = scan["reports"].as_array().unwrap().iter().collect();
    assert!(has(about(&reports, ID), MISSING));
    for report in reports {
        let is_half = list(&report["archive"], "roots")[0].as_str().unwrap().starts_with("two.tgz");
        assert_eq!(report["archive"]["truncated"], is_half, "{}", report["archive"]);
    }
}

#[test]
fn a_compressed_text_is_a_text() {
    let dir = tempdir().unwrap();
    let seed = Tree::image_of(SEED);
    let operators: Vec<&str> = seed
        .0
        .iter()
        .filter(|(path, _)| path.contains("config.openshift.io/clusteroperators"))
        .map(|(_, bytes)| std::str::from_utf8(bytes).unwrap())
        .collect();
    let text = operators.join("\n---\n");
    let plain = report(&write(&dir, "co.yaml", text.as_bytes()));
    assert!(!list(&plain, "findings").is_empty());
    let packed = gzip(text.as_bytes());
    let inputs = [write(&dir, "co.yaml.gz", &packed), write(&dir, "co", &gzip(&packed))];
    for input in inputs {
        let report = report(&input);
        assert_eq!(list(&report, "findings").len(), list(&plain, "findings").len());
    }
    for input in [text.into_bytes(), packed] {
        let [report] = piped_reports(input).try_into().unwrap();
        assert_eq!(report["archive"]["path"], "stdin");
        assert_eq!(list(&report, "findings").len(), list(&plain, "findings").len());
    }
}

#[test]
fn standard_input_is_judged_as_the_file_is() {
    for name in [SEED, HEALTHY] {
        let [mut piped] = piped_reports(fs::read(fixture(name)).unwrap()).try_into().unwrap();
        let file = report(&fixture(name));
        assert_eq!(piped["archive"]["path"], "stdin");
        piped["archive"]["path"] = file["archive"]["path"].clone();
        assert_eq!(piped, file);
    }
}

#[test]
fn standard_input_is_given_once_and_is_not_empty() {
    let run = mustknow(["scan", "-", "-"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert_eq!(run.stderr, "error: standard input (-) is named more than once\n");
    let run = piped(&["-"], Vec::new());
    assert_eq!((run.code, run.stderr.as_str()), (2, "mustknow: stdin: is empty\n"));
    let run = piped(&["-"], vec![7; 100_000]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.starts_with("mustknow: stdin: not a supported format"), "{}", run.stderr);
}

#[test]
fn lines_of_the_client_around_objects_are_skipped_and_reported() {
    let dir = tempdir().unwrap();
    let pods = "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"items\":[{\"metadata\":{\"name\":\"a\",\
                \"namespace\":\"x\"},\"status\":{\"phase\":\"Running\"}}]}\n";
    let text = format!("$ kubectl get pods -o json\n{pods}error: the server was busy\n");
    let path = write(&dir, "pods.json", text.as_bytes());
    let report = report(&path);
    assert_eq!(report["cluster"]["objects"], 1, "{report}");
    let why = report["damage"][0]["why"].as_str().unwrap();
    assert_eq!(why, "lines that do not belong to its objects: 2");
}
