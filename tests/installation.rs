//! What an installation repairs by itself raises no alarm while it runs, and all of it once it is stuck.

use mustknow_testkit::fixtures::installation::Installation;
use serde_json::Value;
use tempfile::tempdir;

use crate::support::run::{Run, command, findings, finish, list};
use crate::support::tree::Tree;

/// The same installation with one and with three nodes of the control plane.
fn topologies(installation: Installation) -> [Installation; 2] {
    [installation, installation.on_single_node()]
}

/// The files of its must-gather.
fn tree(installation: Installation) -> Tree {
    let files = installation.must_gather();
    Tree(files.iter().map(|(path, bytes)| (path.to_owned(), bytes.to_owned())).collect())
}

/// The files as a recorder of objects leaves them: no time of the collection, and no leases.
fn without_clock(mut tree: Tree) -> Tree {
    tree.0.retain(|(path, _)| !path.ends_with("/timestamp") && !path.contains("/leases/"));
    tree
}

/// Reads a directory with these files; warnings count for the exit code too.
fn scan(tree: &Tree) -> (Run, Value) {
    let dir = tempdir().unwrap();
    tree.to_dir(dir.path());
    let run = finish(command().args(["-o", "json", "--fail-on", "warning"]).arg(dir.path()));
    let mut scan: Value = serde_json::from_str(&run.stdout).unwrap();
    let reports = scan["reports"].as_array_mut().unwrap();
    assert_eq!(reports.len(), 1, "{}", run.stderr);
    let report = reports.remove(0);
    (run, report)
}

/// Every finding above info, whatever its role.
fn above_info(report: &Value) -> Vec<String> {
    findings(report)
        .iter()
        .filter(|finding| finding["severity"] != "info")
        .map(|finding| {
            let text = |field: &str| finding[field].as_str().unwrap().to_owned();
            format!("{} {}: {}", text("severity"), text("rule"), text("summary"))
        })
        .collect()
}

/// Whether a finding of that rule is above info.
fn is_above_info(report: &Value, rule: &str) -> bool {
    let infix = format!(" {rule}: ");
    above_info(report).iter().any(|finding| finding.contains(&infix))
}

fn assert_nothing_above_info(tree: &Tree, case: &str) {
    let (run, report) = scan(tree);
    assert_eq!(list(&report, "damage").len(), 0, "{case}");
    let raised = above_info(&report);
    assert!(raised.is_empty(), "{case}:\n{}", raised.join("\n"));
    assert_eq!(run.code, 0, "{case}: {}", run.stderr);
}

#[test]
fn nothing_is_above_info_while_an_installation_runs() {
    for minute in [1, 5, 20, 60] {
        for installation in topologies(Installation::after_minutes(minute)) {
            let case = format!("{minute} minutes: {installation:?}");
            assert_nothing_above_info(&tree(installation), &case);
            let case = format!("{case}, without a clock");
            assert_nothing_above_info(&without_clock(tree(installation)), &case);
        }
    }
}

#[test]
fn nothing_is_above_info_before_the_history_is_written() {
    for installation in topologies(Installation::after_seconds(10)) {
        assert_nothing_above_info(&tree(installation), &format!("{installation:?}"));
    }
}

#[test]
fn an_installation_that_is_stuck_shows_its_faults() {
    for installation in topologies(Installation::after_minutes(100)) {
        let (run, report) = scan(&tree(installation));
        for rule in ["operators/unavailable", "pods/crash-looping", "workloads/rollout-timed-out"] {
            assert!(is_above_info(&report, rule), "{rule}: {:?}", above_info(&report));
        }
        assert_eq!(run.code, 1);
    }
}

#[test]
fn what_no_installation_repairs_is_above_info_at_any_age() {
    for installation in topologies(Installation::after_minutes(40).with_denied_image()) {
        let (run, report) = scan(&tree(installation));
        assert!(is_above_info(&report, "pods/image-not-pulled"), "{:?}", above_info(&report));
        assert_eq!(above_info(&report).len(), 1, "{:?}", above_info(&report));
        assert_eq!(run.code, 1);
    }
}
