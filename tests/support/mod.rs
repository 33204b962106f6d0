//! What the modules share: running the program, and trees of files for its input.

pub(crate) mod dice;
pub(crate) mod measured;
pub(crate) mod planted;
pub(crate) mod run;
pub(crate) mod schemas;
pub(crate) mod tree;
pub(crate) mod watchdog;

use std::path::{Path, PathBuf};

/// The cluster that waits for the missing ConfigMap.
pub(crate) const SEED: &str = "okd-4.16-bootstrap-configmap-missing";
/// The same symptoms with another cause.
pub(crate) const ENDPOINTS: &str = "okd-4.16-endpoints-not-ready";
/// The seed cluster, inspected without kube-system.
pub(crate) const NOT_COLLECTED: &str = "okd-4.16-kube-system-not-collected";
/// A healthy cluster.
pub(crate) const HEALTHY: &str = "okd-4.16-healthy";

/// The directory of the whole project.
pub(crate) fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The committed archive of that name.
pub(crate) fn fixture(name: &str) -> PathBuf {
    checkout().join("fixtures").join(format!("{name}.tar.gz"))
}

/// The real samples, where `../shared/samples` has them.
pub(crate) fn samples() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples");
    let samples = std::env::var_os("MUSTKNOW_SAMPLES").map_or_else(beside, PathBuf::from);
    if !samples.is_dir() {
        println!("skipped: no samples");
        return None;
    }
    Some(samples)
}
