//! The samples in `../shared/samples`, where they are present, and the truth about them.
//!
//! The truth is taken from `samples/README.md` and the `.truth.md` next to an archive.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use mustknow_testkit::workspace;

use super::scan::scan;
use super::truth::{AccuracyRow, Truth, table};

/// Recorded clusters whose files share a prefix.
const LOOSE: [Truth; 7] = [
    Truth::of(
        "4.14.1-degraded",
        "a control-plane node is not ready, and four operators complain of it",
        &["nodes/reported-not-ready"],
    ),
    Truth::of(
        "4.14.1-paused-worker-pool",
        "an update has just begun, and a pool is paused",
        &["machineconfig/pool-paused"],
    ),
    Truth::calm("4.14.1-workers-started-updating-multiple-pools", "an update in progress"),
    Truth::calm("4.15.0-ec2-early", "an update in progress over an incomplete one")
        .tolerated(&["update/superseded-partial"]),
    Truth::calm("4.16.0-compact", "an update in progress"),
    Truth::calm("no-version-upgrading", "nothing goes on"),
    Truth::calm("not-upgrading", "nothing goes on"),
];

const ARCHIVES: [Truth; 4] = [
    Truth::calm("must-gather-4.8-aws.tar.xz", "a healthy cluster of CI"),
    Truth::of(
        "made/a-seed-okd-416-bootstrap-missing.tar.gz",
        "ConfigMap kube-system/bootstrap is missing",
        &["apiservices/bootstrap-configmap-missing"],
    ),
    Truth::of(
        "made/b-decoy-endpoints-not-ready.tar.gz",
        "the API servers' pods are not ready",
        &["apiservices/endpoints-not-ready"],
    ),
    Truth::calm(
        "made/d-decoy-kube-system-not-collected.tar.gz",
        "as the first, with the evidence not collected: inconclusive",
    )
    .tolerated(&["operators/unavailable"]),
];

/// The table over the samples; None where they are not there.
pub(super) fn section() -> Option<Result<String, Box<dyn Error>>> {
    let folder = workspace().join("../shared/samples");
    folder.is_dir().then(|| {
        let mut rows = Vec::new();
        for truth in ARCHIVES {
            rows.push(AccuracyRow::new(truth, &scan(&folder.join(truth.name))?));
        }
        for truth in LOOSE {
            let together = tempfile::tempdir()?;
            for file in files_of(&folder.join("oc-upgrade-status"), truth.name)? {
                fs::copy(&file, together.path().join(file.file_name().unwrap_or_default()))?;
            }
            rows.push(AccuracyRow::new(truth, &scan(together.path())?));
        }
        Ok(format!("{}\n", table(&rows)))
    })
}

fn files_of(folder: &Path, prefix: &str) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let kind = name.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('-'));
        if kind.is_some_and(|kind| !kind.contains('-') && kind.contains(".yaml")) {
            files.push(path);
        }
    }
    Ok(files)
}
