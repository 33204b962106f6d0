//! Helpers that write dumps as folders of files and open them.

use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use mustknow_archive::Limits;
use mustknow_cluster::model::log::LogPattern;
use mustknow_cluster::views::Pod;
use mustknow_cluster::{Error, Interest, Lookup, Snapshot, open};
use tempfile::TempDir;

pub(crate) static REFUSED: LogPattern = LogPattern::new("connection refused", "shop", "web");

/// A folder with these files.
pub(crate) fn tree(files: &[(&str, impl AsRef<[u8]>)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, body) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, body).unwrap();
    }
    dir
}

pub(crate) fn interest() -> Interest {
    Interest { logs: [&REFUSED].into(), ..Interest::everything() }
}

pub(crate) fn snapshots(files: &[(&str, &str)]) -> Result<Vec<Snapshot>, Error> {
    let dir = tree(files);
    open(dir.path(), &interest(), Limits::default(), &|_| {}).map(|archive| archive.snapshots)
}

pub(crate) fn snapshot(files: &[(&str, &str)]) -> Snapshot {
    let mut found = snapshots(files).unwrap();
    assert_eq!(found.len(), 1);
    found.remove(0)
}

pub(crate) fn cluster_version(id: &str) -> String {
    format!(
        "apiVersion: config.openshift.io/v1\nkind: ClusterVersion\nmetadata:\n  name: version\n\
         spec:\n  clusterID: {id}\n"
    )
}

pub(crate) fn operator(name: &str) -> String {
    format!(
        "apiVersion: config.openshift.io/v1\nkind: ClusterOperator\nmetadata:\n  name: {name}\n"
    )
}

pub(crate) fn is_absent(found: &Snapshot, namespace: &str) -> bool {
    matches!(found.look_up::<Pod<'_>>(namespace, "absent"), Lookup::Absent(_))
}

pub(crate) const NODES: &str = r#"{"kind": "NodeList", "apiVersion": "v1", "metadata": {}, "items": [
  {"metadata": {"name": "a"}}, {"metadata": {"name": "b"}}]}"#;
pub(crate) const PODS: &str = r#"{"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": [
  {"metadata": {"name": "web-1", "namespace": "shop"}}]}"#;
pub(crate) const NO_PODS: &str =
    r#"{"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": []}"#;
pub(crate) const NO_CONTROLLERS: &str =
    r#"{"kind": "ReplicationControllerList", "apiVersion": "v1", "items": []}"#;
pub(crate) const LOGS: &str = "==== START logs for container web of pod shop/web-1 ====\n\
    dial: connection refused\n==== END logs for container web of pod shop/web-1 ====\n";

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

/// What `kubectl cluster-info dump` prints to standard output.
pub(crate) fn stream() -> String {
    let list = |kind: &str, items: &str| {
        format!(
            "{{\n    \"kind\": \"{kind}List\",\n    \"apiVersion\": \"v1\",\n    \"items\": [{items}]\n}}\n"
        )
    };
    let pod = r#"{"metadata": {"name": "web-1", "namespace": "shop"}}"#;
    [
        &list("Node", r#"{"metadata": {"name": "a"}}"#),
        &list("Event", ""),
        &list("ReplicationController", ""),
        &list("Service", ""),
        &list("Pod", pod),
        LOGS,
        &list("Event", ""),
        &list("Pod", ""),
    ]
    .concat()
}

/// The clock and its source.
pub(crate) fn shown(found: &Snapshot) -> String {
    found
        .clock()
        .map_or_else(|| "no time".to_owned(), |clock| format!("{} {:?}", clock.now, clock.source))
}

pub(crate) fn newest_record(time: &str) -> String {
    format!("{time} NewestRecord")
}

/// A pod that was created at that time.
pub(crate) fn pod(name: &str, created: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n  namespace: x\n  \
         creationTimestamp: \"{created}\"\n"
    )
}

/// A node with the heartbeat of its Ready condition.
pub(crate) fn node(name: &str, ready: &str, heartbeat: &str) -> (String, String) {
    let body = format!(
        "apiVersion: v1\nkind: Node\nmetadata:\n  name: {name}\n  creationTimestamp: \
         \"2024-01-01T00:00:00Z\"\nstatus:\n  conditions:\n  - lastHeartbeatTime: \
         \"{heartbeat}\"\n    lastTransitionTime: \"2024-01-01T00:00:00Z\"\n    status: \
         \"{ready}\"\n    type: Ready\n"
    );
    (format!("mg/cluster-scoped-resources/core/nodes/{name}.yaml"), body)
}

pub(crate) fn lease(name: &str, renewed: &str) -> (String, String) {
    let body = format!(
        "apiVersion: coordination.k8s.io/v1\nkind: Lease\nmetadata:\n  name: {name}\n  namespace: \
         kube-node-lease\nspec:\n  holderIdentity: {name}\n  renewTime: \"{renewed}\"\n"
    );
    (format!("mg/namespaces/kube-node-lease/coordination.k8s.io/leases/{name}.yaml"), body)
}

pub(crate) fn opened(files: &[(String, String)]) -> Snapshot {
    let files: Vec<_> = files.iter().map(|(path, body)| (path.as_str(), body.as_str())).collect();
    snapshot(&files)
}
