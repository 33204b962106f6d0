//! What each format of a dump contains and what it proves.

use mustknow_archive::Limits;
use mustknow_cluster::model::coverage::CoverageState;
use mustknow_cluster::model::kinds::{
    CONFIG_MAP, CUSTOM_RESOURCE_DEFINITION, DEPLOYMENT, ENDPOINTS, EVENT, NODE, OPERATOR_ETCD, POD,
    SERVICE,
};
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{ClusterOperator, ClusterVersion, ConfigMap, Node, Pod};
use mustknow_cluster::{Lookup, open_together};

use super::support::*;

#[test]
fn a_cluster_info_dump_has_seven_lists_per_namespace_and_nothing_else() {
    let found = snapshot(&[
        ("dump/nodes.json", NODES),
        ("dump/shop/replication-controllers.json", NO_CONTROLLERS),
        ("dump/shop/pods.json", PODS),
        ("dump/shop/web-1/logs.txt", LOGS),
        ("dump/empty/replication-controllers.json", NO_CONTROLLERS),
        ("dump/empty/pods.json", NO_PODS),
    ]);
    assert_eq!(found.format(), "kubectl cluster-info dump");
    assert_eq!(found.roots().collect::<Vec<_>>(), ["dump"]);
    assert_eq!(found.coverage().of(&NODE, ""), CoverageState::Collected(2));
    assert_eq!(found.coverage().of(&POD, "shop"), CoverageState::Collected(1));
    assert_eq!(found.coverage().of(&POD, "empty"), CoverageState::Empty);
    assert!(is_absent(&found, "shop") && is_absent(&found, "empty"));
    assert!(!is_absent(&found, "elsewhere"));
    for kind in [&CONFIG_MAP, &ENDPOINTS, &CUSTOM_RESOURCE_DEFINITION] {
        assert_eq!(found.coverage().of_kind(kind), CoverageState::Absent, "{}", kind.name);
    }
    // The dump is truncated before this list.
    assert_eq!(found.coverage().of(&SERVICE, "shop"), CoverageState::Absent);
    assert_eq!(found.logs_scanned(&REFUSED), 1);
    assert_eq!(found.log_hits(&REFUSED).next().unwrap().first.number, 2);
}

#[test]
fn the_items_of_a_yaml_dump_get_their_kind_from_the_file() {
    let found = snapshot(&[
        ("nodes.yaml", "apiVersion: v1\nitems:\n- metadata:\n    name: a\nkind: NodeList\n"),
        (
            "shop/replication-controllers.yaml",
            "---\napiVersion: v1\nitems: []\nkind: ReplicationControllerList\n",
        ),
        (
            "shop/deployments.yaml",
            "---\napiVersion: apps/v1\nitems:\n- metadata:\n    name: d\n    namespace: shop\n\
             kind: DeploymentList\n",
        ),
    ]);
    assert_eq!(found.format(), "kubectl cluster-info dump");
    assert_eq!(found.coverage().of(&NODE, ""), CoverageState::Collected(1));
    assert_eq!(found.coverage().of(&DEPLOYMENT, "shop"), CoverageState::Collected(1));
}

#[test]
fn a_folder_of_lists_is_a_dump_only_with_the_marker_list() {
    let found = snapshot(&[("mine/nodes.json", NODES), ("mine/shop/pods.json", PODS)]);
    assert_eq!(found.format(), "2 manifest files");
    assert!(found.find::<Pod<'_>>("shop", "web-1").is_some());
    assert!(!is_absent(&found, "shop"));
    // A list of a cluster-scoped kind is complete at any path.
    assert!(matches!(found.look_up::<Node<'_>>("", "absent"), Lookup::Absent(_)));
}

#[test]
fn a_list_in_the_folder_of_another_namespace_proves_nothing() {
    let found = snapshot(&[
        ("other/replication-controllers.json", NO_CONTROLLERS),
        ("other/pods.json", PODS),
    ]);
    assert!(found.find::<Pod<'_>>("shop", "web-1").is_some());
    assert!(!is_absent(&found, "other") && !is_absent(&found, "shop"));
}

#[test]
fn a_printed_dump_is_read_like_a_written_one() {
    for name in ["dump.txt", "cluster-info.json", "printed"] {
        let found = snapshot(&[(name, &stream())]);
        assert_eq!(found.format(), "kubectl cluster-info dump", "{name}");
        assert_eq!(found.coverage().of(&NODE, ""), CoverageState::Collected(1));
        assert_eq!(found.coverage().of(&POD, "shop"), CoverageState::Collected(1));
        // The namespace of an empty list is that of its neighbours.
        assert_eq!(found.coverage().of(&SERVICE, "shop"), CoverageState::Empty);
        assert_eq!(found.coverage().of(&EVENT, "shop"), CoverageState::Empty);
        assert!(is_absent(&found, "shop"));
        let hits = found.log_hits(&REFUSED).next().unwrap();
        let line = stream().lines().position(|line| line.contains("refused")).unwrap() + 1;
        assert_eq!(hits.first.number, line as u64);
        assert_eq!(found.damage(), []);
    }
}

/// A list of a dump with Go field names, as older releases of kubectl wrote it.
fn with_go_field_names(items: &str) -> String {
    format!("{{\n  \"selfLink\": \"/x\", \"resourceVersion\": \"7\",\n  \"Items\": {items}\n}}\n")
}

const OLD_POD: &str = r#"[
    {"name": "web-1", "namespace": "shop", "creationTimestamp": "2018-05-01T10:00:00Z",
     "Spec": {"NodeName": "a"},
     "Status": {"Phase": "Pending", "ContainerStatuses": [{"Name": "web",
       "State": {"Waiting": {"Reason": "ImagePullBackOff", "Message": ""}, "Running": null}}]}}
  ]"#;

#[test]
fn go_field_names_of_an_old_dump_are_converted() {
    let nodes = with_go_field_names(r#"[{"name": "a", "Spec": {}, "Status": {}}]"#);
    let (none, pods) = (with_go_field_names("[]"), with_go_field_names(OLD_POD));
    let written = snapshot(&[
        ("dump/nodes.json", &nodes),
        ("dump/shop/replication-controllers.json", &none),
        ("dump/shop/services.json", &with_go_field_names("null")),
        ("dump/shop/pods.json", &pods),
    ]);
    let lists = [&nodes, &none, &none, &none, &none, &none, &none, &pods, LOGS];
    let printed = snapshot(&[("dump.txt", &lists.map(ToString::to_string).concat())]);
    for found in [&written, &printed] {
        assert_eq!(found.format(), "kubectl cluster-info dump");
        assert_eq!(found.coverage().of(&NODE, ""), CoverageState::Collected(1));
        assert_eq!(found.coverage().of(&POD, "shop"), CoverageState::Collected(1));
        assert_eq!(found.coverage().of(&SERVICE, "shop"), CoverageState::Empty);
        let pod: Pod<'_> = found.find("shop", "web-1").unwrap();
        assert_eq!(pod.node().as_deref(), Some("a"));
        assert!(pod.resource().created().is_some());
        let container = pod.containers().next().unwrap();
        assert_eq!(container.waiting_reason().as_deref(), Some("ImagePullBackOff"));
    }
}

#[test]
fn an_insights_archive_proves_no_absence() {
    let found = snapshot(&[
        (
            "a/config/version.json",
            r#"{"metadata": {"name": "version"}, "spec": {"clusterID": "1"}}"#,
        ),
        ("a/config/pod/shop/web-1.json", r#"{"metadata": {"name": "web-1", "namespace": "shop"}}"#),
        ("a/config/node/n.json", r#"{"metadata": {"name": "n"}}"#),
        (
            "a/config/clusteroperator/operator.openshift.io/etcd/cluster.json",
            r#"{"apiVersion": "operator.openshift.io/v1", "kind": "Etcd", "name": "cluster", "spec": {}}"#,
        ),
        ("a/config/pod/shop/logs/web-1/web_current.log", "nothing\n"),
        ("a/events/shop.json", r#"{"items": [{"namespace": "shop", "reason": "Failed"}]}"#),
    ]);
    assert_eq!(found.format(), "insights archive");
    assert!(found.is_openshift() && ClusterVersion::find(&found).is_some());
    assert!(found.find::<Pod<'_>>("shop", "web-1").is_some());
    // It has no status, so its conditions would count as missing.
    assert!(found.find_of(&OPERATOR_ETCD, "", "cluster").is_none());
    assert_eq!(found.coverage().of(&OPERATOR_ETCD, ""), CoverageState::Absent);
    assert!(!is_absent(&found, "shop"));
    assert!(matches!(found.look_up::<Node<'_>>("", "m"), Lookup::Unknown(_)));
    assert_eq!(found.coverage().of_kind(&EVENT), CoverageState::Absent);
    // A partial log without hits proves nothing.
    assert_eq!(found.logs_scanned(&REFUSED), 0);
}

#[test]
fn an_insights_archive_only_fills_the_gaps_of_a_must_gather() {
    let newer = |name: &str| {
        format!(
            r#"{{"kind": "ClusterOperator", "apiVersion": "config.openshift.io/v1",
            "metadata": {{"name": "{name}", "resourceVersion": "99"}}}}"#
        )
    };
    let id = cluster_version("1");
    let insights = "mg/image/insights-data/insights-operator/a/config";
    let found = snapshot(&[
        ("mg/image/cluster-scoped-resources/config.openshift.io/clusterversions/version.yaml", &id),
        (
            "mg/image/cluster-scoped-resources/config.openshift.io/clusteroperators/dns.yaml",
            &operator("dns"),
        ),
        ("mg/image/version", "openshift/must-gather\n4.16\n"),
        (&format!("{insights}/clusteroperator/dns.json"), &newer("dns")),
        (&format!("{insights}/clusteroperator/etcd.json"), &newer("etcd")),
        (&format!("{insights}/pod/shop/logs/web-1/web_current.log"), "connection refused\n"),
    ]);
    assert_eq!(found.format(), "must-gather + insights archive");
    let dns = found.find::<ClusterOperator<'_>>("", "dns").unwrap();
    assert!(dns.resource().document().path.starts_with("mg/image/cluster-scoped-resources"));
    assert!(found.find::<ClusterOperator<'_>>("", "etcd").is_some());
    assert_eq!(found.logs_scanned(&REFUSED), 1);
}

#[test]
fn hidden_values_of_a_support_bundle_are_detected() {
    let found = snapshot(&[
        ("b/cluster-resources/nodes.json", NODES),
        ("b/cluster-resources/pods/shop.json", PODS),
        // The format of older releases.
        (
            "b/cluster-resources/deployments/shop.json",
            r#"[{"metadata": {"name": "web", "namespace": "shop"}}]"#,
        ),
        (
            "b/cluster-resources/configmaps/shop.json",
            r#"{"kind": "ConfigMapList", "items": [{"metadata": {"name": "kube-root-ca.crt",
            "namespace": "shop"}, "data": {"password": "***HIDDEN***"}}]}"#,
        ),
        ("b/cluster-resources/pods-errors.json", "null"),
        ("b/cluster-resources/pods/logs/shop/web-1/web-previous.log", "connection refused\n"),
    ]);
    assert_eq!(found.format(), "support bundle");
    assert!(found.coverage().is_masked() && !found.coverage().is_redacted());
    assert!(is_absent(&found, "shop") && !is_absent(&found, "elsewhere"));
    assert_eq!(found.coverage().of(&DEPLOYMENT, "shop"), CoverageState::Collected(1));
    assert!(matches!(found.look_up::<ConfigMap<'_>>("shop", "x"), Lookup::Absent(_)));
    assert_eq!(found.coverage().of_kind(&ENDPOINTS), CoverageState::Absent);
    assert_eq!(found.logs_scanned(&REFUSED), 1);
    assert_eq!(found.damage(), []);
}

#[test]
fn an_obfuscated_archive_is_detected_by_its_addresses() {
    let node = |address: &str| {
        let text = format!(
            "apiVersion: v1\nkind: Node\nmetadata:\n  name: a\nstatus:\n  addresses:\n  \
             - address: {address}\n    type: InternalIP\n"
        );
        snapshot(&[("mg/cluster-scoped-resources/core/nodes/a.yaml", &text)])
    };
    for address in
        ["x-ipv4-0000000001-x", "xxx.xxx.xxx.xxx", "xxxxxxxxxxxxx-ipv6-000001-xxxxxxxxxxxxx"]
    {
        let found = node(address);
        assert!(found.coverage().is_redacted(), "{address}");
        assert_eq!(found.coverage().of(&CONFIG_MAP, "kube-system"), CoverageState::Redacted);
    }
    for address in ["10.0.0.1", "fd00::1", "''"] {
        assert!(!node(address).coverage().is_redacted(), "{address}");
    }
}

#[test]
fn crust_gather_proves_no_absence() {
    let found = snapshot(&[
        ("g/cluster/v1/node/a.yaml", "apiVersion: v1\nkind: Node\nmetadata:\n  name: a\n"),
        (
            "g/namespaces/shop/v1/pod/web-1.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web-1\n  namespace: shop\n  \
             creationTimestamp: 2026-11-23T06:37:45Z\n",
        ),
        ("g/namespaces/shop/v1/pod/web-1/web/current.log", "connection refused\n"),
    ]);
    assert_eq!(found.format(), "crust-gather");
    assert!(found.find::<Node<'_>>("", "a").is_some());
    assert!(found.find::<Pod<'_>>("shop", "web-1").is_some());
    assert!(!is_absent(&found, "shop"));
    assert_eq!(found.logs_scanned(&REFUSED), 1);
}

#[test]
fn a_file_that_cannot_be_read_does_not_affect_others() {
    let dir = tree(&[("cv.yaml", &cluster_version("1"))]);
    let paths = [dir.path().join("cv.yaml"), dir.path().join("absent.yaml")];
    let archive = open_together(&paths, &interest(), Limits::default(), &|_| {}).unwrap();
    assert_eq!(archive.snapshots.len(), 1);
    assert_eq!(archive.snapshots[0].damage()[0].path, "absent.yaml");
    assert!(open_together(&paths[1..], &interest(), Limits::default(), &|_| {}).is_err());
    assert!(open_together(&[], &interest(), Limits::default(), &|_| {}).is_err());
}

#[test]
fn unexpected_content_does_not_affect_other_files() {
    let id = r#"{"metadata": {"name": "version"}, "spec": {"clusterID": "1"}}"#;
    let hostile = [
        "null",
        "[]",
        "{}",
        "7",
        "\"x\"",
        "[[[]]]",
        "{\"items\": {}}",
        "{\"items\": [[], null, 1]}",
        "{\"items\": [{\"items\": [{\"metadata\": {\"name\": \"x\"}}]}]}",
        "{\"kind\": [], \"metadata\": [], \"items\": []}",
        "{\"metadata\": {\"name\": {}}}",
        "{\"kind\": \"Secret\", \"apiVersion\": \"v1\", \"metadata\": {\"name\": \"s\"}}",
        "{",
        "\u{0}",
    ];
    for body in hostile {
        let found = snapshot(&[
            ("a/config/version.json", id),
            ("a/config/pod/x/p.json", body),
            ("a/config/node/n.json", body),
            ("a/config/alerts.json", body),
            ("a/config/clusteroperator/operator.openshift.io/etcd/cluster.json", body),
            ("a/config/pod/x/logs/p/c_current.log", body),
            ("b/cluster-resources/pods/x.json", body),
            ("b/cluster-resources/nodes.json", body),
            ("b/cluster-resources/custom-resources/a.b/x.yaml", body),
            ("c/x/replication-controllers.json", body),
            ("c/x/pods.json", body),
            ("c/nodes.json", body),
            ("c/x/p/logs.txt", body),
            ("d/cluster/v1/node/n.yaml", body),
            ("d/namespaces/x/v1/pod/p.yaml", body),
            ("e.json", body),
            ("f.txt", body),
        ]);
        assert!(found.of_kind(&POD).is_empty() && found.of_kind(&NODE).is_empty(), "{body}");
        assert!(!matches!(found.coverage().of(&NODE, ""), CoverageState::Collected(_)), "{body}");
    }
}

#[test]
fn the_kind_of_an_object_overrides_its_path() {
    let found = snapshot(&[
        (
            "a/config/version.json",
            r#"{"metadata": {"name": "version"}, "spec": {"clusterID": "1"}}"#,
        ),
        (
            "a/config/node/n.json",
            r#"{"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "p", "namespace": "x"},
            "spec": {"tolerations": []}, "status": {"phase": "Running"}}"#,
        ),
        ("b/cluster-resources/pods/x.json", NODES),
    ]);
    assert!(found.find::<Pod<'_>>("x", "p").is_some());
    assert!(!is_absent(&found, "x"));
    assert_eq!(found.coverage().of(&POD, "x"), CoverageState::Collected(1));
}

#[test]
fn a_masked_value_is_neither_known_nor_absent() {
    let node = |address: &str, machine: &str| {
        let text = format!(
            "apiVersion: v1\nkind: Node\nmetadata:\n  name: a\nspec:\n  podCIDRs: [10.0.0.0/24, {machine}]\n\
             status:\n  addresses:\n  - address: {address}\n    type: InternalIP\n  - address: \
             {machine}\n    type: Hostname\n  nodeInfo:\n    machineID: {machine}\n"
        );
        snapshot(&[("mg/cluster-scoped-resources/core/nodes/a.yaml", &text)])
    };
    let found = node("10.0.0.1", "a1b2");
    let known = found.all::<Node<'_>>().next().unwrap();
    assert_eq!(known.visible_addresses("InternalIP").unwrap(), ["10.0.0.1"]);
    assert_eq!(known.visible_addresses("ExternalIP").unwrap(), [""; 0]);
    let resource = known.resource();
    assert_eq!(resource.visible(&["status", "nodeInfo", "machineID"]).unwrap().unwrap(), "a1b2");
    assert_eq!(resource.visible(&["status", "nodeInfo", "bootID"]), Ok(None));
    assert_eq!(resource.visible_list(&["spec", "podCIDRs"]).unwrap(), ["10.0.0.0/24", "a1b2"]);
    assert_eq!(resource.visible_name(), Ok("a"));

    let found = node("127.0.0.1", "XXXXXXXX");
    let masked = found.all::<Node<'_>>().next().unwrap();
    let error = masked.visible_addresses("InternalIP").unwrap_err();
    assert_eq!(error.to_string(), "status.addresses of Node/a is masked");
    assert!(masked.visible_addresses("Hostname").is_err());
    let resource = masked.resource();
    let error = resource.visible(&["status", "nodeInfo", "machineID"]).unwrap_err();
    assert_eq!((&*error.what, &*error.path), ("Node/a", "status.nodeInfo.machineID"));
    assert!(resource.visible_list(&["spec", "podCIDRs"]).is_err());
    assert_eq!(masked.addresses("InternalIP").collect::<Vec<_>>(), ["127.0.0.1"]);
}
