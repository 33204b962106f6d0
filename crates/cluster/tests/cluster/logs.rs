//! Logs of archives: containers, node services, rotated and truncated logs.

use mustknow_archive::Limits;
use mustknow_cluster::model::log::{LogPattern, LogSource};
use mustknow_cluster::{Interest, Snapshot, open};

use super::support::{gzip, tree};

static SLOW: LogPattern = LogPattern::new("slow fdatasync", "openshift-etcd", "etcd");
/// etcd of OpenShift and of kubeadm, and the process that contains it on k3s.
static SLOW_ANYWHERE: LogPattern = LogPattern::in_any(
    "slow fdatasync",
    &[
        LogSource::container("openshift-etcd", "etcd"),
        LogSource::container("kube-system", "etcd"),
        LogSource::service("k3s"),
    ],
);
static KUBELET: LogPattern = LogPattern::new("PLEG is not healthy", "", "kubelet");

fn snapshot(files: &[(&str, Vec<u8>)]) -> Snapshot {
    let paths: Vec<_> = files.iter().map(|(path, _)| format!("mg/image/{path}")).collect();
    let files: Vec<_> =
        paths.iter().zip(files).map(|(path, (_, body))| (path.as_str(), body)).collect();
    let dir = tree(&files);
    let mut interest = Interest::everything();
    interest.logs.extend([&SLOW, &SLOW_ANYWHERE, &KUBELET]);
    open(dir.path(), &interest, Limits { threads: 2, ..Limits::default() }, &|_| {})
        .unwrap()
        .snapshots
        .remove(0)
}

/// Pod and number of hits of each log with hits.
fn hits<'s>(snapshot: &'s Snapshot, pattern: &'static LogPattern) -> Vec<(&'s str, u64)> {
    snapshot.log_hits(pattern).map(|hits| (&*hits.pod, hits.count)).collect()
}

#[test]
fn container_logs_rotated_logs_and_journals_are_scanned() {
    let line = "2024-10-28T10:00:00Z slow fdatasync\n";
    let logs = "namespaces/openshift-etcd/pods/etcd-a/etcd/etcd/logs";
    let pleg = "Oct 28 10:00:01.123456 a kubelet[1]: E1028 PLEG is not healthy\n";
    let snapshot = snapshot(&[
        (&format!("{logs}/current.log"), line.repeat(2).into()),
        (&format!("{logs}/previous.log"), line.repeat(3).into()),
        (&format!("{logs}/rotated/0.log.20241028-090000.gz"), gzip(line.repeat(4).as_bytes())),
        (&format!("{logs}/rotated/1.log.20241028-080000"), line.repeat(5).into()),
        ("nodes/a.b/a.b_logs_kubelet.gz", gzip(pleg.as_bytes())),
        ("host_service_logs/masters/kubelet_service.log", pleg.into()),
    ]);
    assert_eq!(
        hits(&snapshot, &SLOW),
        [("etcd-a", 2), ("etcd-a", 3), ("etcd-a", 4), ("etcd-a", 5)]
    );
    assert_eq!(snapshot.logs_scanned(&SLOW), 4);
    assert_eq!(hits(&snapshot, &KUBELET), [("masters", 1), ("a.b", 1)]);
    assert!(snapshot.damage().is_empty());
}

#[test]
fn one_pattern_finds_a_component_wherever_it_runs() {
    let log = |namespace: &str, pod: &str, container: &str| {
        format!("namespaces/{namespace}/pods/{pod}/{container}/{container}/logs/current.log")
    };
    let line = || b"2024-10-28T10:00:00Z slow fdatasync\n".to_vec();
    let snapshot = snapshot(&[
        (&log("openshift-etcd", "etcd-a", "etcd"), line()),
        (&log("kube-system", "etcd-b", "etcd"), line()),
        (&log("kube-system", "kube-apiserver-b", "kube-apiserver"), line()),
        (&log("shop", "etcd-0", "etcd"), line()),
        ("nodes/c/c_logs_k3s.gz", gzip(&line())),
    ]);
    let mut pods: Vec<_> =
        snapshot.log_hits(&SLOW_ANYWHERE).map(|it| (&*it.namespace, &*it.pod)).collect();
    pods.sort_unstable();
    assert_eq!(pods, [("", "c"), ("kube-system", "etcd-b"), ("openshift-etcd", "etcd-a")]);
    assert_eq!(snapshot.logs_scanned(&SLOW_ANYWHERE), 3);
    assert_eq!(hits(&snapshot, &SLOW), [("etcd-a", 1)]);
}

#[test]
fn a_truncated_gzip_log_is_damage_and_its_hits_count() {
    let path = "namespaces/openshift-etcd/pods/etcd-a/etcd/etcd/logs/rotated/0.log.gz";
    let mut whole = gzip(b"slow fdatasync\n");
    whole.truncate(whole.len() - 4);
    let snapshot = snapshot(&[(path, whole)]);
    assert_eq!(hits(&snapshot, &SLOW), [("etcd-a", 1)]);
    let [damage] = snapshot.damage() else { panic!("{:?}", snapshot.damage()) };
    assert_eq!(damage.path, format!("mg/image/{path}"));
    assert_eq!(damage.why, "gzip stream is truncated");
}
