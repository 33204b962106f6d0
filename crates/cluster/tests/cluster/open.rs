//! Small archives: clusters, copies, coverage and the clock.

use mustknow_archive::Limits;
use mustknow_cluster::model::clock::ClockSource;
use mustknow_cluster::model::coverage::CoverageState;
use mustknow_cluster::model::kinds::{CONFIG_MAP, EVENT, POD};
use mustknow_cluster::model::log::LogPattern;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{ClusterOperator, ConfigMap, Event, Node, Pod};
use mustknow_cluster::{Error, Interest, Lookup, Snapshot, open};

use super::support::tree;

fn snapshots(files: &[(&str, &str)]) -> Result<Vec<Snapshot>, Error> {
    let dir = tree(files);
    let limits = Limits { threads: 2, ..Limits::default() };
    open(dir.path(), &Interest::everything(), limits, &|_| {}).map(|archive| archive.snapshots)
}

fn snapshot(files: &[(&str, &str)]) -> Snapshot {
    let mut found = snapshots(files).unwrap();
    assert_eq!(found.len(), 1);
    found.remove(0)
}

fn operator(name: &str, version: u32, since: &str) -> String {
    format!(
        "---\napiVersion: config.openshift.io/v1\nkind: ClusterOperator\nmetadata:\n  name: {name}\n  \
         resourceVersion: \"{version}\"\nstatus:\n  conditions:\n  - lastTransitionTime: \"{since}\"\n    \
         status: \"True\"\n    type: Available\n"
    )
}

fn node(created: &str, heartbeat: &str) -> String {
    format!(
        "---\napiVersion: v1\nkind: Node\nmetadata:\n  creationTimestamp: \"{created}\"\n  name: a\nstatus:\n  \
         conditions:\n  - lastHeartbeatTime: \"{heartbeat}\"\n    type: Ready\n"
    )
}

fn config_maps(names: &[&str]) -> String {
    let items: Vec<_> = names
        .iter()
        .map(|name| format!("- metadata:\n    name: {name}\n    namespace: kube-system\n"))
        .collect();
    let items = items.concat();
    format!(
        "---\napiVersion: v1\nitems:\n{items}kind: ConfigMapList\nmetadata:\n  continue: \"\"\n"
    )
}

const LIST: &str = "mg/image/namespaces/kube-system/core/configmaps.yaml";

#[test]
fn the_copy_with_the_higher_resource_version_wins() {
    let places = [
        "mg/a/cluster-scoped-resources/config.openshift.io/clusteroperators/dns.yaml",
        "mg/b/cluster-scoped-resources/config.openshift.io/clusteroperators/dns.yaml",
    ];
    let (old, new) =
        (operator("dns", 9, "2024-01-01T00:00:00Z"), operator("dns", 10, "2024-01-02T00:00:00Z"));
    for bodies in [[&old, &new], [&new, &old]] {
        let found = snapshot(&[(places[0], bodies[0]), (places[1], bodies[1])]);
        let all: Vec<_> = found.all::<ClusterOperator<'_>>().collect();
        assert_eq!(all.len(), 1);
        let since = all[0].condition("Available").unwrap().since().unwrap();
        assert_eq!(since.to_string(), "2024-01-02T00:00:00Z");
        assert_eq!(all[0].resource().also_in().count(), 1);
    }
}

#[test]
fn an_item_without_a_kind_has_the_kind_of_its_list() {
    let found = snapshot(&[(LIST, &config_maps(&["kube-root-ca.crt", "x"]))]);
    assert!(found.find::<ConfigMap<'_>>("kube-system", "x").is_some());
}

#[test]
fn only_a_complete_list_proves_absence() {
    let look_up = |files: &[(&str, &str)]| match snapshot(files)
        .look_up::<ConfigMap<'_>>("kube-system", "bootstrap")
    {
        Lookup::Here(_) => "here",
        Lookup::Absent(_) => "absent",
        Lookup::Unknown(_) => "unknown",
    };
    let other = (
        "mg/image/namespaces/x/x.yaml",
        "---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: x\n",
    );
    assert_eq!(look_up(&[(LIST, &config_maps(&["kube-root-ca.crt"]))]), "absent");
    assert_eq!(look_up(&[(LIST, &config_maps(&["bootstrap"]))]), "here");
    assert_eq!(look_up(&[(LIST, &config_maps(&["lock"]))]), "unknown");
    assert_eq!(look_up(&[(LIST, "")]), "unknown");
    let secrets = config_maps(&["kube-root-ca.crt"]).replace("ConfigMapList", "SecretList");
    assert_eq!(look_up(&[(LIST, &secrets)]), "unknown");
    let nameless = config_maps(&["x"]).replace("name: x", "names: x");
    assert_eq!(look_up(&[(LIST, &nameless)]), "unknown");
    assert_eq!(look_up(&[other]), "unknown");
    let refused = (
        "mg/must-gather.logs",
        "error: configmaps is forbidden: User \"x\" cannot list resource \"configmaps\" in the namespace \"kube-system\"\n",
    );
    assert_eq!(look_up(&[(LIST, &config_maps(&["kube-root-ca.crt"])), refused]), "unknown");
}

#[test]
fn coverage_distinguishes_empty_absent_and_damaged() {
    let found = snapshot(&[
        (LIST, &config_maps(&["kube-root-ca.crt", "x"])),
        (
            "mg/image/namespaces/kube-system/core/pods.yaml",
            "---\napiVersion: v1\nitems: []\nkind: PodList\nmetadata:\n  continue: \"\"\n",
        ),
        ("mg/image/namespaces/x/core/pods.yaml", "---\napiVersion: v1\nitems:\n- metadata: \"\n"),
    ]);
    let coverage = found.coverage();
    assert_eq!(coverage.of(&CONFIG_MAP, "kube-system"), CoverageState::Collected(2));
    assert_eq!(coverage.of(&POD, "kube-system"), CoverageState::Empty);
    assert!(matches!(coverage.of(&POD, "x"), CoverageState::Damaged(_)));
    assert_eq!(coverage.of(&POD, "y"), CoverageState::Absent);
    assert_eq!(found.damage().len(), 1);
}

#[test]
fn a_pod_in_several_files_counts_once() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  namespace: x\n";
    let found = snapshot(&[
        (
            "mg/image/namespaces/x/core/pods.yaml",
            "---\napiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: p\n    namespace: x\nkind: PodList\n",
        ),
        ("mg/image/namespaces/x/pods/p/p.yaml", pod),
        ("mg/image/namespaces/x/pods/._p/._p.yaml", "junk"),
    ]);
    assert_eq!(found.all::<Pod<'_>>().count(), 1);
    assert_eq!(found.coverage().of(&POD, "x"), CoverageState::Collected(1));
}

#[test]
fn the_clock_of_the_gather_pod_is_preferred_to_records() {
    let stamp =
        "2024-10-28 10:18:30.1 +0000 UTC m=+0.1\n2024-10-28 10:20:30.1 +0000 UTC m=+120.1\n";
    let found = snapshot(&[
        (LIST, &config_maps(&["kube-root-ca.crt"])),
        ("mg/image/timestamp", stamp),
        ("mg/timestamp", "2024-10-28 12:35:30.1 +0200 CEST m=+0.1\n"),
    ]);
    let clock = found.clock().unwrap();
    assert_eq!(clock.source, ClockSource::GatherPod);
    assert_eq!(clock.now.to_string(), "2024-10-28T10:20:30.1Z");
    assert_eq!(clock.client_ahead.unwrap().to_string(), "15m");
}

#[test]
fn nodes_of_another_cluster_do_not_set_the_clock() {
    let operator = operator("dns", 1, "2023-11-03T17:26:54Z");
    let now = |node: &str| {
        let clock = snapshot(&[("co.yaml", &operator), ("node.yaml", node)]).clock().unwrap();
        assert_eq!(clock.source, ClockSource::NewestRecord);
        clock.now.to_string()
    };
    assert_eq!(now(&node("2023-11-03T14:00:00Z", "2023-11-05T00:00:00Z")), "2023-11-05T00:00:00Z");
    assert_eq!(now(&node("2024-02-07T16:00:47Z", "2024-02-07T16:32:50Z")), "2023-11-03T17:26:54Z");
}

#[test]
fn two_clusters_in_one_input_are_two_snapshots() {
    let version = |id: &str| {
        format!(
            "apiVersion: config.openshift.io/v1\nkind: ClusterVersion\nmetadata:\n  name: version\nspec:\n  clusterID: {id}\n"
        )
    };
    let path = "cluster-scoped-resources/config.openshift.io/clusterversions/version.yaml";
    let found = snapshots(&[
        (&format!("one/a/{path}"), &version("1")),
        (
            "one/b/cluster-scoped-resources/core/nodes/a.yaml",
            &node("2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
        ),
        (&format!("two/a/{path}"), &version("2")),
    ])
    .unwrap();
    let nodes: Vec<_> = found.iter().map(|one| one.all::<Node<'_>>().count()).collect();
    assert_eq!(nodes, [1, 0]);
}

#[test]
fn an_input_without_cluster_data_is_an_error() {
    let error = snapshots(&[("notes/readme.txt", "hello"), ("a.yaml", "a: b\n")]).unwrap_err();
    assert!(matches!(error, Error::NotADump { entries: 2, .. }), "{error}");
}

#[test]
fn objects_over_the_memory_limit_are_reported_and_prove_nothing() {
    let dir = tree(&[(LIST, config_maps(&["kube-root-ca.crt", "a", "b", "c"]))]);
    let read_within = |memory| {
        let limits = Limits { memory, ..Limits::default() };
        open(dir.path(), &Interest::everything(), limits, &|_| {}).map(|archive| archive.snapshots)
    };
    let whole = read_within(1 << 20).unwrap().remove(0);
    let lookup = whole.look_up::<ConfigMap<'_>>("kube-system", "bootstrap");
    assert!(matches!(lookup, Lookup::Absent(_)));

    let part = read_within(1000).unwrap().remove(0);
    assert!(part.objects() < whole.objects(), "{}", part.objects());
    let lookup = part.look_up::<ConfigMap<'_>>("kube-system", "bootstrap");
    assert!(matches!(lookup, Lookup::Unknown(_)), "{lookup:?}");
    let is_reported = part.damage().iter().any(|damage| damage.why.contains("--memory"));
    assert!(is_reported, "{:?}", part.damage());
}

#[test]
fn an_empty_log_does_not_count_as_scanned() {
    static SLOW: LogPattern = LogPattern::new("slow", "openshift-etcd", "etcd");
    let log = "mg/namespaces/openshift-etcd/pods/etcd-a/etcd/etcd/logs/current.log";
    let scanned = |body: &str| {
        let dir = tree(&[(log, body)]);
        let interest = Interest { logs: [&SLOW].into(), ..Interest::everything() };
        let archive = open(dir.path(), &interest, Limits::default(), &|_| {}).unwrap();
        archive.snapshots[0].logs_scanned(&SLOW)
    };
    assert_eq!((scanned("x\n"), scanned("")), (1, 0));
}

#[test]
fn only_the_newest_routine_event_is_stored_and_all_are_counted() {
    let event = |name: &str, of_type: &str, reason: &str, minute: u32| {
        format!(
            "- lastTimestamp: \"2024-01-01T00:{minute:02}:00Z\"\n  metadata:\n    name: {name}\n    \
             namespace: x\n  reason: {reason}\n  type: {of_type}\n"
        )
    };
    let items = [
        event("a", "Normal", "Pulled", 5),
        event("b", "Normal", "Scheduled", 9),
        event("c", "Normal", "ConfigMapCreated", 7),
        event("d", "Normal", "OperatorStatusChanged", 6),
        event("e", "Warning", "Killing", 8),
    ];
    let list = format!("---\napiVersion: v1\nitems:\n{}kind: EventList\n", items.concat());
    let found = snapshot(&[("mg/namespaces/x/core/events.yaml", &list)]);
    let stored: Vec<_> = found.all::<Event<'_>>().map(|event| event.resource().name()).collect();
    assert_eq!(stored, ["b", "d", "e"]);
    assert_eq!(found.coverage().of(&EVENT, "x"), CoverageState::Collected(5));
    assert_eq!(found.clock().unwrap().now.to_string(), "2024-01-01T00:09:00Z");
}
