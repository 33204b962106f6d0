//! The events of each source.

use mustknow_cluster::model::time::rfc3339;
use mustknow_rules::engine::run;
use mustknow_rules::{Severity, catalog};
use mustknow_timeline::{self, Filter, ObjectPattern, ReadScope, Source};

use crate::certificates::SECRET;
use crate::{collect, filtered, lines, snapshot};

const VERSION: (&str, &str) = (
    "cluster-scoped-resources/config.openshift.io/clusterversions.yaml",
    "\
apiVersion: config.openshift.io/v1
items:
- apiVersion: config.openshift.io/v1
  kind: ClusterVersion
  metadata:
    name: version
  status:
    conditions:
    - lastTransitionTime: \"2024-10-28T09:00:00Z\"
      message: Could not update deployment
      reason: ClusterOperatorDegraded
      status: \"True\"
      type: Failing
    - lastTransitionTime: null
      status: \"False\"
      type: Available
    history:
    - completionTime: null
      startedTime: \"2024-10-28T08:00:00Z\"
      state: Partial
      verified: false
      version: 4.16.3
    - completionTime: \"2024-10-28T08:00:00Z\"
      startedTime: \"2024-10-27T08:00:00Z\"
      state: Partial
      verified: true
      version: 4.16.2
    - completionTime: \"2024-09-01T09:00:00Z\"
      startedTime: \"2024-09-01T08:00:00Z\"
      state: Completed
      verified: false
      version: 4.16.1
kind: ClusterVersionList
",
);

#[test]
fn the_update_history_has_events_for_start_and_end() {
    let timeline = collect(&[VERSION]);
    assert_eq!(
        lines(&timeline, "update"),
        [
            "2024-09-01T08:00:00Z info ClusterVersion/version: installation of 4.16.1 started",
            "2024-09-01T09:00:00Z info ClusterVersion/version: installation of 4.16.1 completed",
            "2024-10-27T08:00:00Z info ClusterVersion/version: update to 4.16.2 started",
            "2024-10-28T08:00:00Z warning ClusterVersion/version: update to 4.16.2 ended incomplete, replaced by \
             another update",
            "2024-10-28T08:00:00Z info ClusterVersion/version: update to 4.16.3 started, release not verified",
        ]
    );
}

#[test]
fn a_condition_has_an_event_for_its_last_change() {
    let timeline = collect(&[VERSION]);
    assert_eq!(
        lines(&timeline, "condition"),
        [
            "2024-10-28T09:00:00Z error ClusterVersion/version: Failing became True: ClusterOperatorDegraded: Could not \
          update deployment"
        ]
    );
    let event = timeline.events.iter().find(|event| event.source == Source::Condition).unwrap();
    let mustknow_rules::Place::Document { document, span } = &event.place else { panic!() };
    assert_eq!(
        (&*document.path, document.tree.line(span.start)),
        (&*format!("{}/{}", crate::IMAGE, VERSION.0), 9)
    );
}

const NODE: (&str, &str) = (
    "cluster-scoped-resources/core/nodes/worker-0.yaml",
    "\
apiVersion: v1
kind: Node
metadata:
  creationTimestamp: \"2024-09-01T08:10:00Z\"
  name: worker-0
spec:
  taints:
  - effect: NoSchedule
    key: node.kubernetes.io/unschedulable
    timeAdded: \"2024-10-28T09:10:00Z\"
  - effect: NoExecute
    key: example.com/own
status:
  conditions:
  - lastHeartbeatTime: \"2024-10-28T10:00:00Z\"
    lastTransitionTime: \"2024-10-28T09:15:00Z\"
    reason: NodeStatusUnknown
    status: Unknown
    type: Ready
",
);

#[test]
fn a_node_has_events_for_creation_taints_and_conditions() {
    assert_eq!(
        lines(&collect(&[NODE]), "node"),
        [
            "2024-09-01T08:10:00Z info Node/worker-0: joined the cluster",
            "2024-10-28T09:10:00Z warning Node/worker-0: cordoned (node.kubernetes.io/unschedulable:NoSchedule)",
            "2024-10-28T09:15:00Z critical Node/worker-0: Ready became Unknown: NodeStatusUnknown",
        ]
    );
}

const POD: (&str, &str) = (
    "namespaces/shop/core/pods.yaml",
    "\
apiVersion: v1
items:
- apiVersion: v1
  kind: Pod
  metadata:
    creationTimestamp: \"2024-10-28T08:00:00Z\"
    name: web
    namespace: shop
  status:
    conditions:
    - lastTransitionTime: \"2024-10-28T08:01:00Z\"
      reason: PodCompleted
      status: \"False\"
      type: Ready
    containerStatuses:
    - lastState:
        terminated:
          exitCode: 137
          finishedAt: \"2024-10-28T08:05:00Z\"
          reason: OOMKilled
          startedAt: \"2024-10-28T08:02:00Z\"
      name: web
      restartCount: 2
      state:
        running:
          startedAt: \"2024-10-28T08:06:00Z\"
    - name: once
      restartCount: 0
      state:
        terminated:
          exitCode: 0
          finishedAt: \"2024-10-28T08:03:00Z\"
          reason: Completed
kind: PodList
metadata: {}
",
);

#[test]
fn a_pod_has_events_for_the_runs_of_its_containers() {
    assert_eq!(
        lines(&collect(&[POD]), "pod"),
        [
            "2024-10-28T08:00:00Z info Pod/shop/web: created",
            "2024-10-28T08:01:00Z info Pod/shop/web: Ready became False: PodCompleted",
            "2024-10-28T08:03:00Z info Pod/shop/web: container once terminated with exit code 0: Completed",
            "2024-10-28T08:05:00Z error Pod/shop/web: container web terminated with exit code 137: OOMKilled",
            "2024-10-28T08:06:00Z info Pod/shop/web: container web started again, restart 2",
        ]
    );
}

const EVENTS: (&str, &str) = (
    "namespaces/shop/core/events.yaml",
    "\
apiVersion: v1
items:
- apiVersion: v1
  count: 7
  eventTime: null
  firstTimestamp: \"2024-10-28T08:00:00Z\"
  involvedObject:
    kind: Pod
    name: web
    namespace: shop
  kind: Event
  lastTimestamp: \"2024-10-28T08:40:00Z\"
  message: Back-off restarting failed container
  metadata:
    name: web.1
    namespace: shop
  reason: BackOff
  type: Warning
- apiVersion: v1
  count: 1
  eventTime: null
  firstTimestamp: \"2024-10-28T07:00:00Z\"
  involvedObject:
    kind: Pod
    name: web
    namespace: shop
  kind: Event
  lastTimestamp: \"2024-10-28T07:00:00Z\"
  message: Pulling image
  metadata:
    name: web.0
    namespace: shop
  reason: Pulling
  type: Normal
- apiVersion: v1
  involvedObject:
    kind: Pod
    name: web
    namespace: shop
  kind: Event
  message: without a time
  metadata:
    name: web.2
    namespace: shop
  reason: Pulled
  type: Normal
kind: EventList
metadata: {}
",
);

#[test]
fn events_are_series_and_include_normal_ones() {
    assert_eq!(
        lines(&collect(&[EVENTS]), "event"),
        [
            "2024-10-28T07:00:00Z info Pod/shop/web: Pulling: Pulling image",
            "2024-10-28T08:00:00Z to 2024-10-28T08:40:00Z x7 warning Pod/shop/web: BackOff: Back-off restarting failed \
             container",
        ]
    );
}

#[test]
fn a_scan_includes_only_what_rules_read() {
    let rules = catalog::all();
    let files = [VERSION, NODE, POD, EVENTS, REVISION, SECRET, CHECK];
    let snapshot = snapshot(&files, &run::interest(rules));
    let judgement = run::judge(&snapshot, rules);
    let timeline =
        mustknow_timeline::of(&snapshot, &judgement, ReadScope::Scan, &Filter::default());
    assert_eq!(lines(&timeline, "update").len(), 5);
    let [routine, event] = &lines(&timeline, "event")[..] else { panic!() };
    assert!(routine.starts_with("2024-10-28T07:00:00Z info"), "{routine}");
    assert!(event.starts_with("2024-10-28T08:40:00Z x7 warning"), "{event}");
    assert!(lines(&timeline, "outage").is_empty());
    assert!(!lines(&timeline, "certificate").iter().any(|line| line.contains("wrote")));
}

const REVISION: (&str, &str) = (
    "namespaces/openshift-kube-apiserver/core/configmaps.yaml",
    "\
apiVersion: v1
items:
- apiVersion: v1
  data:
    reason: configmap \"config\" has changed
    revision: \"7\"
    status: InProgress
  kind: ConfigMap
  metadata:
    creationTimestamp: \"2024-10-28T08:20:00Z\"
    name: revision-status-7
    namespace: openshift-kube-apiserver
- apiVersion: v1
  data:
    a: b
  kind: ConfigMap
  metadata:
    creationTimestamp: \"2024-10-28T08:21:00Z\"
    name: config-7
    namespace: openshift-kube-apiserver
kind: ConfigMapList
metadata: {}
",
);

#[test]
fn revisions_of_static_pods_have_their_reason() {
    let operator = (
        "cluster-scoped-resources/operator.openshift.io/kubeapiservers/cluster.yaml",
        "\
apiVersion: operator.openshift.io/v1
kind: KubeAPIServer
metadata:
  name: cluster
status:
  nodeStatuses:
  - currentRevision: 6
    lastFailedReason: InstallerFailed
    lastFailedRevision: 7
    lastFailedRevisionErrors:
    - no such secret
    lastFailedTime: \"2024-10-28T08:25:00Z\"
    nodeName: master-0
  - currentRevision: 7
    nodeName: master-1
",
    );
    let subject = "ConfigMap/openshift-kube-apiserver/revision-status-7";
    assert_eq!(
        lines(&collect(&[REVISION, operator]), "revision"),
        [
            format!("2024-10-28T08:20:00Z info {subject}: revision 7 created, status InProgress: configmap \"config\" has changed"),
            "2024-10-28T08:25:00Z error KubeAPIServer/cluster: revision 7 failed on node master-0: InstallerFailed: no \
             such secret"
                .to_owned(),
        ]
    );
}

const CHECK: (&str, &str) = (
    "pod_network_connectivity_check/podnetworkconnectivitychecks.yaml",
    "\
apiVersion: v1
items:
- apiVersion: controlplane.operator.openshift.io/v1alpha1
  kind: PodNetworkConnectivityCheck
  metadata:
    name: to-api
    namespace: openshift-kube-apiserver
  status:
    outages:
    - end: \"2024-10-28T08:31:00Z\"
      message: connection refused
      start: \"2024-10-28T08:30:00Z\"
      startLogs:
      - latency: 1ms
    successes: []
kind: PodNetworkConnectivityCheckList
metadata: {}
",
);

#[test]
fn an_outage_lasts_from_its_start_to_its_end() {
    let subject = "PodNetworkConnectivityCheck/openshift-kube-apiserver/to-api";
    assert_eq!(
        lines(&collect(&[CHECK]), "outage"),
        [format!(
            "2024-10-28T08:30:00Z to 2024-10-28T08:31:00Z warning {subject}: endpoint unreachable: connection refused"
        )]
    );
}

#[test]
fn an_alert_has_its_start_and_its_severity() {
    let alerts = (
        "monitoring/prometheus/rules.json",
        r#"{"data": {"groups": [{"rules": [{"alerts": [
            {"activeAt": "2024-10-28T08:00:00Z", "labels": {"alertname": "etcdDown", "namespace": "openshift-etcd",
             "severity": "critical"}, "annotations": {"description": "etcd is down"}, "state": "firing"},
            {"activeAt": "2024-10-28T08:01:00Z", "labels": {"alertname": "Soon"}, "state": "pending"}]}]}]}}"#,
    );
    let timeline = collect(&[VERSION, alerts]);
    assert_eq!(
        lines(&timeline, "alert"),
        [
            "2024-10-28T08:00:00Z critical Alert/openshift-etcd/etcdDown: the alert started firing: etcd is down"
        ]
    );
    let gaps = |timeline: &mustknow_timeline::Timeline| format!("{:?}", timeline.gaps);
    assert!(!gaps(&timeline).contains("rules.json"));
    assert!(gaps(&collect(&[VERSION])).contains("rules.json was not collected"));
}

#[test]
fn gaps_list_only_what_was_not_collected() {
    let gaps = |files: &[_]| format!("{:?}", collect(files).gaps);
    assert!(gaps(&[POD]).contains("events of 1 of 1 namespaces were not collected: shop"));
    assert!(!gaps(&[POD, EVENTS]).contains("events"));
    assert!(gaps(&[POD, EVENTS]).contains("nodes"));
    assert!(!gaps(&[POD, EVENTS, NODE]).contains("nodes"));
}

#[test]
fn filters_count_what_they_leave_out() {
    let files = [VERSION, NODE, POD, EVENTS];
    let all = collect(&files);
    assert_eq!(all.filtered_out.count(), 0);
    let check = |filter: Filter, is_wanted: &dyn Fn(&mustknow_timeline::TimelineEvent) -> bool| {
        let some = filtered(&files, &filter);
        let matching = all.events.iter().filter(|event| is_wanted(event)).count();
        assert!(matching > 0 && some.events.iter().all(is_wanted), "{filter:?}");
        assert_eq!(
            (some.events.len(), some.filtered_out.count()),
            (matching, all.events.len() - matching)
        );
    };
    let from = rfc3339("2024-10-28T08:30:00Z").unwrap();
    // A series that continues after `from` is included.
    check(Filter { from: Some(from), ..Filter::default() }, &|it| it.end() >= from);
    check(Filter { to: Some(from), ..Filter::default() }, &|it| it.at <= from);
    let (shop, none) = ("shop".to_owned(), String::new());
    check(Filter { namespaces: vec![shop], ..Filter::default() }, &|it| {
        it.subject.namespace == "shop"
    });
    check(Filter { namespaces: vec![none], ..Filter::default() }, &|it| {
        it.subject.namespace.is_empty()
    });
    let objects = vec![ObjectPattern::of("no/"), ObjectPattern::of("version")];
    check(Filter { objects, ..Filter::default() }, &|it| {
        it.subject.kind == "Node" || it.subject.name == "version"
    });
    let sources = vec![Source::Event, Source::Update];
    check(Filter { sources, ..Filter::default() }, &|it| {
        matches!(it.source, Source::Event | Source::Update)
    });
    let severity = Some(Severity::Error);
    check(Filter { severity, ..Filter::default() }, &|it| it.severity >= Severity::Error);
}
