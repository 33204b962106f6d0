//! The clock of a cluster: what it is taken from, and which clocks are wrong.

use mustknow_archive::Limits;
use mustknow_cluster::model::time::Span;
use mustknow_cluster::{Interest, open};

use super::support::{lease, newest_record, node, opened, pod, shown, snapshot, tree};

/// The newest time in these tests.
const NEWEST: &str = "2024-10-28T10:20:30Z";

/// An object with some older times.
fn object(kind: &str, rest: &str) -> String {
    let (version, kind) = kind.rsplit_once('/').unwrap();
    format!(
        "---\napiVersion: {version}\nkind: {kind}\nmetadata:\n  name: a\n  namespace: x\n  \
         resourceVersion: \"7\"\n{rest}"
    )
}

#[test]
fn the_newest_record_is_any_time_that_the_cluster_wrote() {
    let managed = "  managedFields:\n  - fieldsV1:\n      f:time: {}\n    manager: x\n    \
                   operation: Update\n    time: \"NOW\"\n  - manager: y\n    time: \
                   \"2024-01-01T00:00:00Z\"\n";
    let container = "status:\n  containerStatuses:\n  - name: c\n    lastState:\n      \
                     terminated:\n        finishedAt: \"NOW\"\n        startedAt: \
                     \"2024-01-01T00:00:00Z\"\n";
    let leader = "  annotations:\n    control-plane.alpha.kubernetes.io/leader: \
                  '{\"holderIdentity\":\"a\",\"renewTime\":\"NOW\",\"leaderTransitions\":0}'\n";
    for (kind, rest) in [
        ("v1/ConfigMap", "  creationTimestamp: \"NOW\"\n"),
        ("v1/ConfigMap", leader),
        ("v1/Secret", managed),
        ("apps/v1/Deployment", managed),
        (
            "v1/Pod",
            "  deletionGracePeriodSeconds: 30\n  deletionTimestamp: \"2024-10-28T10:21:00Z\"\n",
        ),
        ("v1/Pod", "status:\n  startTime: \"NOW\"\n"),
        ("v1/Pod", container),
        (
            "v1/Pod",
            "status:\n  initContainerStatuses:\n  - state:\n      running:\n        startedAt: NOW\n",
        ),
        ("v1/Pod", "status:\n  conditions:\n  - lastProbeTime: \"NOW\"\n    type: Ready\n"),
        ("v1/Node", "status:\n  conditions:\n  - lastHeartbeatTime: \"NOW\"\n    type: Ready\n"),
        ("apps/v1/Deployment", "status:\n  conditions:\n  - lastUpdateTime: \"NOW\"\n"),
        (
            "config.openshift.io/v1/ClusterOperator",
            "status:\n  conditions:\n  - lastTransitionTime: \"NOW\"\n    type: Available\n",
        ),
        (
            "config.openshift.io/v1/ClusterVersion",
            "status:\n  history:\n  - completionTime: null\n    startedTime: \"NOW\"\n",
        ),
        ("coordination.k8s.io/v1/Lease", "spec:\n  acquireTime: \"2024-10-28T10:20:30.000000Z\"\n"),
        ("batch/v1/Job", "status:\n  completionTime: \"NOW\"\n"),
        ("batch/v1/CronJob", "status:\n  lastScheduleTime: \"NOW\"\n"),
        ("v1/Event", "firstTimestamp: \"NOW\"\n"),
        ("v1/Event", "lastTimestamp: \"2024-10-28T12:20:30+02:00\"\n"),
        ("v1/Event", "eventTime: \"2024-10-28T10:20:30.000000Z\"\nlastTimestamp: null\n"),
        ("v1/Event", "series:\n  count: 2\n  lastObservedTime: \"2024-10-28T10:20:30.000000Z\"\n"),
        ("v1/Event", "  creationTimestamp: \"NOW\"\n"),
    ] {
        let body = object(kind, rest).replace("NOW", NEWEST);
        let json = serde_yaml::from_str::<serde_yaml::Value>(&body).unwrap();
        let json = serde_json::to_string(&json).unwrap();
        // The kind of a file is known by its path, by its content, or not before its objects.
        let (_, name) = kind.rsplit_once('/').unwrap();
        let path = match name {
            "Event" => "mg/namespaces/x/core/events.yaml".to_owned(),
            "Pod" => "mg/namespaces/x/pods/a/a.yaml".to_owned(),
            _ => "a.yaml".to_owned(),
        };
        for (path, body) in [(&*path, &body), ("b/c/a.yaml", &body), ("b/c/a.json", &json)] {
            let list = format!("---\napiVersion: v1\nkind: {name}List\nitems:\n- {}", {
                let (_, object) = body.split_once("---\n").unwrap_or(("", body));
                object.trim_end().replace('\n', "\n  ") + "\n"
            });
            let body = if path.ends_with("events.yaml") { &list } else { body };
            let found = snapshot(&[(path, body)]);
            assert_eq!(shown(&found), newest_record(NEWEST), "{path}:\n{body}");
        }
    }
}

#[test]
fn a_time_that_the_cluster_did_not_write_is_no_record() {
    let later = "2024-10-29T00:00:00Z";
    for (kind, rest) in [
        ("v1/Pod", "  annotations:\n    creationTimestamp: \"LATER\"\n"),
        ("v1/Pod", "  annotations:\n    control-plane.alpha.kubernetes.io/leader: LATER\n"),
        ("v1/Pod", "  labels:\n    startTime: \"LATER\"\n"),
        ("v1/Pod", "spec:\n  creationTimestamp: \"LATER\"\n  startTime: \"LATER\"\n"),
        ("v1/ConfigMap", "data:\n  status: |\n    startTime: LATER\n"),
        ("v1/Pod", "status:\n  message: |\n    startTime: \"LATER\"\n    x\n"),
        ("v1/Pod", "status:\n  conditions:\n  - message: \"lastTransitionTime: LATER\"\n"),
        ("batch/v1/CronJob", "status:\n  nextScheduleTime: \"LATER\"\n"),
        (
            "machineconfiguration.openshift.io/v1/MachineConfigPool",
            "status:\n  certExpirys:\n  - bundle: x\n    expiry: \"LATER\"\n",
        ),
        (
            "operators.coreos.com/v1alpha1/ClusterServiceVersion",
            "status:\n  certsRotateAt: LATER\n",
        ),
        ("v1/Secret", "  managedFields:\n  - fieldsV1:\n      f:time: LATER\n    mytime: LATER\n"),
    ] {
        let body = object(kind, rest).replace("LATER", later);
        let found = snapshot(&[("a.yaml", &body), ("b.yaml", &pod("p", NEWEST))]);
        assert_eq!(shown(&found), newest_record(NEWEST), "{body}");
    }
}

#[test]
fn an_absurd_time_is_never_the_clock() {
    for absurd in [
        "9999-12-31T23:59:59Z",
        "2100-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z",
        "-009999-01-02T01:59:59Z",
        "+009999-01-02T01:59:59Z",
        "99999-01-01T00:00:00Z",
        "2024-99-99T99:99:99Z",
        "9999-12-31T23:59:60+23:59",
        "infinity",
        "-infinity",
        "NaN",
        "9223372036854775807",
        "\u{0662}024-10-28T10:20:30Z",
    ] {
        let rest = format!(
            "  creationTimestamp: \"{absurd}\"\n  deletionGracePeriodSeconds: \
             -9223372036854775808\n  deletionTimestamp: \"{absurd}\"\n  managedFields:\n  - time: \
             \"{absurd}\"\nspec:\n  renewTime: \"{absurd}\"\nstatus:\n  startTime: \"{absurd}\"\n"
        );
        let lease = object("coordination.k8s.io/v1/Lease", &rest);
        let event = object("v1/Event", &format!("firstTimestamp: \"{absurd}\"\n{rest}"));
        let absurd_only = snapshot(&[("a.yaml", &lease), ("b.yaml", &event)]);
        assert_eq!(shown(&absurd_only), "no time", "{absurd}");
        let stamp = format!("{} +0000 UTC m=+0.1\n", absurd.replace(['T', 'Z'], " "));
        let start = format!("\"{}UTC\"", absurd.replace(['T', 'Z'], " "));
        let found = snapshot(&[
            ("mg/namespaces/x/pods/a/a.yaml", &object("v1/Pod", &rest)),
            ("mg/namespaces/x/pods/p/p.yaml", &pod("p", NEWEST)),
            ("mg/namespaces/x/coordination.k8s.io/leases/a.yaml", &lease),
            ("mg/timestamp", &stamp),
            ("timestamp", &stamp),
            ("mg/collected.timestamp", &start),
        ]);
        assert_eq!(shown(&found), newest_record(NEWEST), "{absurd}");
        assert_eq!(found.nodes_ahead().count(), 0);
    }
    let leap = snapshot(&[("a.yaml", &pod("p", "2016-12-31T23:59:60Z"))]);
    assert_eq!(shown(&leap), newest_record("2016-12-31T23:59:59Z"));
}

#[test]
fn a_few_times_in_the_future_of_everything_else_are_no_records() {
    let mut files: Vec<_> = (0..20)
        .map(|number| (format!("{number}.yaml"), pod(&format!("p{number}"), NEWEST)))
        .collect();
    files.push(("future.yaml".to_owned(), pod("future", "2035-01-01T00:00:00Z")));
    assert_eq!(shown(&opened(&files)), newest_record(NEWEST));
    // Two years alone prove nothing, but a clock that was running does.
    files.pop();
    files.push(("future.yaml".to_owned(), pod("future", "2026-10-28T10:20:30Z")));
    assert_eq!(shown(&opened(&files)), newest_record("2026-10-28T10:20:30Z"));
    files.push(node("n", "True", "2024-10-28T10:18:00Z"));
    assert_eq!(shown(&opened(&files)), newest_record(NEWEST));
    files.pop();
    files.push(node("n", "Unknown", "2024-10-28T10:18:00Z"));
    assert_eq!(shown(&opened(&files)), newest_record("2026-10-28T10:20:30Z"));
}

#[test]
fn the_newest_of_few_records_is_the_clock_even_if_it_is_much_newer() {
    let old = pod("old", "2022-01-01T00:00:00Z");
    let found = snapshot(&[("a.yaml", &old), ("b.yaml", &pod("new", NEWEST))]);
    assert_eq!(shown(&found), newest_record(NEWEST));
}

#[test]
fn the_clock_is_not_before_what_the_api_server_wrote() {
    let stamp = "2024-10-28 10:18:30 +0000 UTC m=+0.1\n";
    let pods = |body: &str| {
        let pods = "mg/image/namespaces/x/pods/p/p.yaml";
        shown(&snapshot(&[("mg/image/timestamp", stamp), (pods, body)]))
    };
    assert_eq!(pods(&pod("p", "2024-10-28T10:00:00Z")), "2024-10-28T10:18:30Z GatherPod");
    assert_eq!(pods(&pod("p", NEWEST)), format!("{NEWEST} GatherPod"));
    assert_eq!(pods(&pod("p", "2024-10-28T13:00:00Z")), newest_record("2024-10-28T13:00:00Z"));
    // A kubelet is not the API server.
    let started = object("v1/Pod", "status:\n  startTime: \"2024-10-28T13:00:00Z\"\n");
    assert_eq!(pods(&started), "2024-10-28T10:18:30Z GatherPod");
}

#[test]
fn the_lease_of_a_silent_node_is_no_clock_if_other_records_are_newer() {
    let mut files = vec![
        lease("a", "2024-09-28T10:00:00Z"),
        node("a", "Unknown", "2024-09-28T09:58:00Z"),
        ("mg/namespaces/x/pods/p/p.yaml".to_owned(), pod("p", NEWEST)),
    ];
    assert_eq!(shown(&opened(&files)), newest_record(NEWEST));
    files.push(lease("b", "2024-10-28T10:20:00Z"));
    assert_eq!(shown(&opened(&files)), format!("{NEWEST} Leases"));
}

#[test]
fn crust_gather_writes_when_it_began() {
    let start = ("cg/collected.timestamp", "\"2024-10-28 10:18:30.123456789 UTC\"");
    let at = |pod: &str| shown(&snapshot(&[start, ("cg/namespaces/x/v1/pod/p.yaml", pod)]));
    let client = |time: &str| format!("{time} Client");
    let created = |time: &str| object("v1/Pod", &format!("  creationTimestamp: {time}\n"));
    assert_eq!(at(&created("2024-10-28T10:00:00Z")), client("2024-10-28T10:18:30.123456789Z"));
    assert_eq!(at(&created(NEWEST)), client(NEWEST));
    // A pod of its own, with the time of the client.
    assert_eq!(at(&pod("p", NEWEST)), client("2024-10-28T10:18:30.123456789Z"));
}

#[test]
fn the_same_snapshot_can_have_another_clock() {
    let found = snapshot(&[("a.yaml", &pod("p", NEWEST))]);
    let clock = found.clock().unwrap();
    let found = found.with_clock(None);
    assert_eq!((found.clock(), found.now(), found.objects()), (None, None, 1));
    let found = found.with_clock(Some(clock.shifted(Span::hours(-1))));
    assert_eq!(shown(&found), newest_record("2024-10-28T09:20:30Z"));
    let found = found.with_clock(Some(clock.shifted(Span::days(365))));
    assert_eq!(shown(&found), newest_record("2025-10-28T10:20:30Z"));
}

#[test]
fn the_number_of_threads_does_not_change_the_clock() {
    let files: Vec<_> = (0..60)
        .map(|number| {
            let created = format!("2024-10-28T10:{number:02}:00Z");
            (format!("mg/namespaces/x/pods/p{number}/p{number}.yaml"), pod("p", &created))
        })
        .collect();
    let dir = tree(&files.iter().map(|(path, body)| (&**path, body)).collect::<Vec<_>>());
    for threads in [1, 8] {
        let limits = Limits { threads, ..Limits::default() };
        let archive = open(dir.path(), &Interest::everything(), limits, &|_| {}).unwrap();
        assert_eq!(shown(&archive.snapshots[0]), newest_record("2024-10-28T10:59:00Z"));
    }
}
