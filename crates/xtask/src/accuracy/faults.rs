//! What is found in whole clusters with one fault, and in the committed archives.

use std::error::Error;
use std::fs;

use mustknow_testkit::faults::FAULTS;
use mustknow_testkit::fixtures::archive::pack;
use mustknow_testkit::fixtures::cluster::GATHERED;
use mustknow_testkit::fixtures::scenarios::scenarios;
use mustknow_testkit::fixtures::tree::FileTree;

use super::scan::scan;
use super::truth::{AccuracyRow, Truth, table};

/// What was found in the clusters with a fault, and in the committed archives.
pub(super) fn section() -> Result<String, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let mut rows = Vec::new();
    let mut judge = |truth: Truth, tree: &FileTree| -> Result<(), Box<dyn Error>> {
        let path = folder.path().join("archive.tar.gz");
        fs::write(&path, pack(tree, GATHERED)?)?;
        rows.push(AccuracyRow::new(truth, &scan(&path)?));
        Ok(())
    };
    for scenario in scenarios() {
        judge(truth_of(scenario.name), &scenario.tree)?;
    }
    for fault in FAULTS {
        judge(Truth::of(fault.name, fault.story, fault.causes), &fault.cluster())?;
    }
    Ok(format!("## Clusters with one fault\n{}", table(&rows)))
}

/// What is true of a committed archive.
fn truth_of(name: &'static str) -> Truth {
    match name {
        "okd-4.16-bootstrap-configmap-missing" => Truth::of(
            name,
            "ConfigMap kube-system/bootstrap is missing",
            &["apiservices/bootstrap-configmap-missing"],
        ),
        "okd-4.16-endpoints-not-ready" => Truth::of(
            name,
            "the API servers' pods are not ready",
            &["apiservices/endpoints-not-ready"],
        ),
        "okd-4.16-kube-system-not-collected" => {
            Truth::calm(name, "as the first, with the evidence not collected: inconclusive")
                .tolerated(&["operators/unavailable"])
        }
        _ => Truth::calm(name, "nothing"),
    }
}
