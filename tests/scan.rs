//! Complete archives, however they are packed: the report contains the truth about each.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::tempdir;

use crate::support::run::{alarms, findings, has, json, list, mustknow, report, text, verdict};
use crate::support::tree::Tree;
use crate::support::{ENDPOINTS, HEALTHY, NOT_COLLECTED, SEED, fixture, samples};

const MISSING: &str = "apiservices/bootstrap-configmap-missing";
const NOT_READY: &str = "apiservices/endpoints-not-ready";
const ASK: &str = "oc get configmap bootstrap -n kube-system -o yaml";

fn assert_seed(path: &Path) {
    let report = report(path);
    let critical: Vec<_> = findings(&report)
        .iter()
        .filter(|finding| {
            finding["severity"] == "critical" && finding["explained_by"] == Value::Array(vec![])
        })
        .map(|finding| &finding["rule"])
        .collect();
    assert_eq!(critical, [MISSING], "{}", path.display());
    assert_eq!(findings(&report)[0]["rule"], MISSING, "{}", path.display());
    assert!(!has(&report, NOT_READY), "{}", path.display());
}

fn assert_endpoints(path: &Path) {
    let report = report(path);
    assert_eq!(findings(&report)[0]["rule"], NOT_READY, "{}", path.display());
    assert_eq!(findings(&report)[0]["severity"], "critical");
    assert!(!has(&report, MISSING), "{}", path.display());
    let text = text(path);
    assert!(text.contains("is complete: it is not the cause"), "{text}");
}

fn assert_not_collected(path: &Path) {
    let report = report(path);
    let mut rules = findings(&report).iter().map(|finding| finding["rule"].as_str().unwrap());
    assert_eq!(rules.find(|rule| rule.contains("bootstrap")), None);
    let unknown = verdict(&report, "unknown", MISSING).expect("it is unknown");
    assert_eq!(unknown["gap"], "not-collected");
    assert!(list(unknown, "ask").contains(&Value::from(ASK)), "{unknown}");
    assert!(!list(unknown, "concerns").is_empty(), "{unknown}");
    let text = text(path);
    assert!(text.contains(ASK), "{text}");
    for claim in ["bootstrap does not exist", "bootstrap is missing", "create configmap"] {
        assert!(!text.contains(claim), "it says {claim}:\n{text}");
    }
}

fn assert_nothing_wrong(path: &Path) {
    assert_eq!(alarms(&report(path)), Vec::<&str>::new(), "{}", path.display());
}

/// A report without the fields that depend on how its archive was packed.
fn without_packing(mut report: Value) -> Value {
    report.as_object_mut().unwrap().remove("archive");
    report
}

#[test]
fn the_seed_leads_with_the_missing_config_map() {
    assert_seed(&fixture(SEED));
}

#[test]
fn the_look_alike_leads_with_the_endpoints() {
    assert_endpoints(&fixture(ENDPOINTS));
}

#[test]
fn what_was_not_collected_is_requested_and_not_claimed() {
    assert_not_collected(&fixture(NOT_COLLECTED));
}

#[test]
fn a_healthy_cluster_raises_no_alarm() {
    assert_nothing_wrong(&fixture(HEALTHY));
}

#[test]
fn real_collections_of_the_seed_and_its_look_alikes_give_the_same_truth() {
    let Some(samples) = samples() else { return };
    assert_seed(&samples.join("made/a-seed-okd-416-bootstrap-missing.tar.gz"));
    assert_endpoints(&samples.join("made/b-decoy-endpoints-not-ready.tar.gz"));
    assert_not_collected(&samples.join("made/d-decoy-kube-system-not-collected.tar.gz"));
}

#[test]
fn a_real_healthy_cluster_raises_no_alarm() {
    let Some(samples) = samples() else { return };
    assert_nothing_wrong(&samples.join("must-gather-4.8-aws.tar.xz"));
}

#[test]
fn real_archives_of_other_collectors_give_their_truth() {
    let Some(samples) = samples() else { return };
    for (name, truth) in [
        ("insights-4.7", &["pods/unschedulable", "update/minor-version-blocked"][..]),
        ("support-bundle-kurl", &["pods/crash-looping"]),
        (
            "analyze-files",
            &[
                "pods/container-not-created",
                "pods/image-not-pulled",
                "pods/out-of-memory",
                "pods/unschedulable",
                "pods/volume-not-mounted",
            ],
        ),
        (
            "made/g-kubernetes-cluster-info-dump",
            &["pods/crash-looping", "pods/image-not-pulled", "pods/out-of-memory"],
        ),
    ] {
        let report = report(&samples.join(format!("{name}.tar.gz")));
        let found: BTreeSet<_> = list(&report, "findings")
            .iter()
            .map(|finding| finding["rule"].as_str().unwrap())
            .collect();
        for rule in truth {
            assert!(found.contains(rule), "{name}: no {rule} in {found:?}");
        }
    }
}

#[test]
fn real_archives_of_other_collectors_are_read_without_damage() {
    let Some(samples) = samples() else { return };
    let names = [
        "insights-4.7",
        "support-bundle-kurl",
        "analyze-files",
        "made/g-kubernetes-cluster-info-dump",
    ];
    for name in names {
        let report = report(&samples.join(format!("{name}.tar.gz")));
        assert_eq!(list(&report, "damage"), &[] as &[Value], "{name}");
    }
}

#[test]
fn a_folder_and_a_tarball_of_it_say_the_same() {
    let dir = tempdir().unwrap();
    for name in [SEED, NOT_COLLECTED] {
        let tree = Tree::of(name);
        let folder = tree.to_dir(&dir.path().join(name));
        let tar = crate::support::tree::write(&dir, &format!("{name}.tar"), &tree.to_tar());
        let packed = without_packing(report(&fixture(name)));
        assert_eq!(without_packing(report(&folder)), packed);
        assert_eq!(without_packing(report(&tar)), packed);
    }
}

#[test]
fn one_thread_and_eight_write_the_same_bytes() {
    for name in [SEED, ENDPOINTS, NOT_COLLECTED] {
        let path = fixture(name);
        for output in ["text", "json", "yaml", "markdown", "sarif", "junit"] {
            let run = |jobs: &str| {
                let path = path.to_str().unwrap();
                mustknow(["-v", "--output", output, "--jobs", jobs, path])
            };
            let one = run("1");
            assert!((0..3).all(|_| run("8") == one), "{name} as {output}");
        }
    }
}

#[test]
fn eight_threads_agree_on_files_that_contradict_each_other() {
    let dir = tempdir().unwrap();
    let operator = "cluster-scoped-resources/operator.openshift.io/authentications/cluster.yaml";
    let seed = Tree::image_of(SEED);
    // The longer a copy takes to parse, the earlier it stands in the archive.
    let mut tree = Tree::default();
    for copies in [20_000, 2_000, 200, 20] {
        let labels: Vec<_> = (0..copies).map(|n| format!("    l{n}: x{copies}\n")).collect();
        let labels = labels.concat();
        let copy = seed
            .text(operator)
            .replace("  name: cluster\n", &format!("  labels:\n{labels}  name: cluster\n"));
        tree = tree.with(operator, copy);
    }
    let path = tree.and(seed).to_tar_gz(&dir, "twice.tgz");
    let run = |jobs: &str| mustknow(["-v", "-o", "json", "-j", jobs, path.to_str().unwrap()]);
    let one = run("1");
    assert!((0..5).all(|_| run("8") == one));
}

#[test]
fn several_inputs_make_one_table_in_which_the_worst_stands_first() {
    let healthy = fixture(HEALTHY);
    let seed = fixture(SEED);
    let run = mustknow([&healthy, &seed]);
    assert_eq!(run.code, 1);
    let at = |words: &str| run.stdout.find(words).unwrap_or_else(|| panic!("{}", run.stdout));
    assert_eq!(at("ARCHIVE"), 0);
    assert!(at("\nokd-4.16-bootstrap") < at("\nokd-4.16-healthy"));
    assert!(at("critical:") < at("no problems found"));
    let totals = "\n\n2 archives, 2 reports on 1 cluster: 1 with a root cause, 1 healthy\n";
    assert!(run.stdout.ends_with(totals), "{}", run.stdout);
}

#[test]
fn an_unreadable_input_does_not_stop_the_others() {
    let inputs = [fixture(SEED), PathBuf::from("/nowhere/at-all"), fixture(HEALTHY)];
    let run = mustknow(&inputs);
    assert_eq!(run.code, 2);
    for row in ["\nokd-4.16-bootstrap", "\nokd-4.16-healthy", "\nat-all ", "not read: "] {
        assert!(run.stdout.contains(row), "{}", run.stdout);
    }
    assert!(run.stderr.contains("/nowhere/at-all"), "{}", run.stderr);
    let scan = json(&inputs);
    assert_eq!((list(&scan, "reports").len(), list(&scan, "failed").len()), (2, 1));
    assert_eq!(scan["failed"][0]["path"], "/nowhere/at-all");
}

#[test]
fn every_report_is_shown_before_the_table_when_all_is_asked_for() {
    let run = mustknow(["-v".into(), fixture(SEED), fixture(HEALTHY)]);
    assert_eq!(run.stdout.matches("\n  verdict ").count(), 2, "{}", run.stdout);
    assert!(run.stdout.contains("\nARCHIVE"), "{}", run.stdout);
}

#[test]
fn a_collection_is_found_at_any_depth() {
    let dir = tempdir().unwrap();
    for (at, root) in ["", "./", "a/b/c/", "a b/ä/"].into_iter().enumerate() {
        let tree = Tree::image_of(SEED).below(root);
        assert_seed(&tree.to_tar_gz(&dir, &format!("{at}.tgz")));
        assert_seed(&tree.to_dir(&dir.path().join(at.to_string())));
    }
}

#[test]
fn two_image_folders_of_one_cluster_make_one_report() {
    let dir = tempdir().unwrap();
    let tree = Tree::image_of(SEED).map(|path| {
        let image = if path.starts_with("namespaces/") { "quay-io-b" } else { "quay-io-a" };
        format!("must-gather.local.1/{image}/{path}")
    });
    let path = tree.to_tar_gz(&dir, "two.tgz");
    assert_seed(&path);
    let report = report(&path);
    assert_eq!(
        list(&report["archive"], "roots"),
        ["must-gather.local.1/quay-io-a", "must-gather.local.1/quay-io-b"]
    );
}

#[test]
fn two_clusters_in_one_archive_make_two_reports() {
    let dir = tempdir().unwrap();
    let other = "00000000-1111-2222-3333-444444444444";
    let rename = |text: &str| text.replace("5d1f7c1e-2f0b-4c7a-9a44-0f7d6d2b8e13", other);
    let mut healthy = Tree::image_of(HEALTHY).below("dumps/two/");
    for (_, bytes) in &mut healthy.0 {
        if let Ok(text) = std::str::from_utf8(bytes) {
            *bytes = rename(text).into_bytes();
        }
    }
    let both = Tree::image_of(SEED).below("dumps/one/").and(healthy);
    let scan = json([both.to_tar_gz(&dir, "both.tgz")]);
    let reports = list(&scan, "reports");
    assert_eq!(reports.len(), 2);
    let (two, one): (Vec<_>, Vec<_>) =
        reports.iter().partition(|report| report["cluster"]["id"] == other);
    assert_eq!(alarms(two[0]), Vec::<&str>::new());
    assert!(has(one[0], MISSING));
    assert_eq!(list(&one[0]["archive"], "roots"), ["dumps/one"]);
}

#[test]
fn of_two_copies_of_an_object_the_newer_counts() {
    let dir = tempdir().unwrap();
    let operators = ["authentications/cluster.yaml", "openshiftapiservers/cluster.yaml"];
    let seed = Tree::image_of(SEED);
    for (folder, version, waits) in
        [("a", "99999999", false), ("z", "99999999", false), ("a", "1", true), ("z", "1", true)]
    {
        let mut tree = seed.clone().below("m/");
        for operator in operators {
            let path = format!("cluster-scoped-resources/operator.openshift.io/{operator}");
            let copy = at_version(&now_available(seed.text(&path)), version);
            tree = tree.with(&format!("{folder}/{path}"), copy);
        }
        for name in ["authentication", "openshift-apiserver"] {
            let file = format!("clusteroperators/{name}.yaml");
            let copy = at_version(&now_available(seed.text(&file)), version);
            let path = format!("{folder}/cluster-scoped-resources/config.openshift.io/{file}");
            tree = tree.with(&path, copy);
        }
        let report = report(&tree.to_tar_gz(&dir, "copies.tgz"));
        assert_eq!(has(&report, MISSING), waits, "copies of version {version} in {folder}");
    }
}

/// The object with its condition about APIServices set to healthy.
fn now_available(text: &str) -> String {
    let turned: Vec<_> = text
        .lines()
        .filter(|line| !line.contains("PreconditionNotReady"))
        .map(|line| if line.trim() == "status: \"False\"" { "    status: \"True\"" } else { line })
        .collect();
    turned.join("\n") + "\n"
}

fn at_version(text: &str, version: &str) -> String {
    let lines = text.lines().map(|line| match line.split_once("resourceVersion: ") {
        Some((before, _)) => format!("{before}resourceVersion: \"{version}\"\n"),
        None => format!("{line}\n"),
    });
    lines.collect()
}

#[test]
fn the_shadow_files_of_macos_are_ignored() {
    let dir = tempdir().unwrap();
    let tree = Tree::of(SEED);
    let mut shadowed = Tree::default();
    for (path, bytes) in &tree.0 {
        let (folder, name) = path.rsplit_once('/').unwrap();
        shadowed =
            shadowed.with(&format!("{folder}/._{name}"), &b"\0\x05\x16\x07\0\x02\0\0Mac"[..]);
        shadowed = shadowed.with(path, bytes.clone());
    }
    let shadowed = report(&shadowed.to_tar_gz(&dir, "mac.tgz"));
    let plain = report(&fixture(SEED));
    assert_eq!(shadowed["archive"]["roots"], plain["archive"]["roots"]);
    assert_eq!(without_packing(shadowed), without_packing(plain));
}

#[test]
fn shadow_files_alone_are_not_a_dump() {
    let dir = tempdir().unwrap();
    let path = Tree::default()
        .with("namespaces/kube-system/core/._configmaps.yaml", "x")
        .to_tar_gz(&dir, "mac.tgz");
    assert_eq!(mustknow([&path]).code, 2);
}

#[test]
fn a_single_file_of_objects_is_read() {
    let dir = tempdir().unwrap();
    let operators = Tree::of(HEALTHY).text("config.openshift.io/clusteroperators.yaml").to_owned();
    let path = dir.path().join("co.yaml");
    fs::write(&path, operators).unwrap();
    assert_eq!(report(&path)["cluster"]["objects"], 33);
}

/// Files of the healthy cluster, as `oc get -o yaml` writes each of them.
fn loose(dir: &Path) -> Vec<PathBuf> {
    let tree = Tree::of(HEALTHY);
    let parts = [
        ("cv.yaml", "config.openshift.io/clusterversions/version.yaml"),
        ("co.yaml", "config.openshift.io/clusteroperators.yaml"),
        ("node.txt", "core/nodes/master-0.okd.example.net.yaml"),
    ];
    let save = |(name, inside): (&str, &str)| {
        let path = dir.join(name);
        fs::write(&path, tree.text(inside)).unwrap();
        path
    };
    parts.into_iter().map(save).collect()
}

#[test]
fn several_files_of_objects_are_one_cluster_however_they_are_given() {
    let dir = tempdir().unwrap();
    let given = json(loose(dir.path()));
    let reports = list(&given, "reports");
    assert_eq!(reports.len(), 1, "{given}");
    assert_eq!(reports[0]["archive"]["format"], "3 manifest files");
    assert_eq!(alarms(&reports[0]), Vec::<&str>::new());
    let in_folder = report(dir.path());
    assert_eq!(without_packing(in_folder), without_packing(reports[0].clone()));
    // An archive given with them is another input.
    let mut inputs = loose(dir.path());
    inputs.push(fixture(SEED));
    assert_eq!(list(&json(inputs), "reports").len(), 2);
}

#[test]
fn recorded_updates_say_the_same_as_files_and_as_a_folder() {
    let Some(samples) = samples() else { return };
    let healthy = [
        "4.14.1-workers-started-updating-multiple-pools",
        "4.16.0-compact",
        "no-version-upgrading",
        "not-upgrading",
    ];
    for name in healthy {
        let paths = ["cv", "co", "mc", "mcp", "node"]
            .map(|part| samples.join(format!("oc-upgrade-status/{name}-{part}.yaml")));
        let scan = json(paths);
        assert_eq!(list(&scan, "reports").len(), 1, "{name}");
        assert_eq!(alarms(&list(&scan, "reports")[0]), Vec::<&str>::new(), "{name}");
    }
    // Two of the seven are of the same cluster.
    let scan = json([samples.join("oc-upgrade-status")]);
    assert_eq!(list(&scan, "reports").len(), 6);
    assert!(list(&scan, "reports").iter().all(|report| list(report, "damage").is_empty()));
}

#[test]
fn every_format_is_named() {
    let Some(samples) = samples() else { return };
    for (name, format) in [
        ("insights-4.7.tar.gz", "insights archive"),
        ("support-bundle-kurl.tar.gz", "support bundle"),
        ("analyze-files.tar.gz", "support bundle + 24 manifest files"),
        ("must-gather-4.8-aws.tar.xz", "must-gather"),
        ("made/d-decoy-kube-system-not-collected.tar.gz", "oc adm inspect"),
        ("made/g-kubernetes-cluster-info-dump.tar.gz", "kubectl cluster-info dump (2 collections)"),
    ] {
        assert_eq!(report(&samples.join(name))["archive"]["format"], format, "{name}");
    }
}
