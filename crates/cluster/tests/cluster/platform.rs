//! Which Kubernetes it is, by what an archive shows.

use mustknow_cluster::Snapshot;
use mustknow_cluster::model::platform::{PlainDistribution, Platform};

use crate::support::snapshot;

/// The cluster of one file with that object or list.
fn alone(object: &str) -> Snapshot {
    snapshot(&[("object.yaml", object)])
}

fn node(metadata: &str, spec: &str, info: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Node\nmetadata: {{name: a{metadata}}}\nspec: {{{spec}}}\n\
         status: {{nodeInfo: {{{info}}}}}\n"
    )
}

fn pod(namespace: &str, metadata: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: p, namespace: {namespace}{metadata}}}\n\
         status: {{phase: Running}}\n"
    )
}

#[test]
fn one_object_of_the_platform_is_enough() {
    for (version, kind) in [
        ("machineconfiguration.openshift.io/v1", "MachineConfigPool"),
        ("config.openshift.io/v1", "ClusterOperator"),
        ("operator.openshift.io/v1", "KubeAPIServer"),
        ("tuned.openshift.io/v1", "Profile"),
        ("route.openshift.io/v1", "Route"),
    ] {
        let found = alone(&format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a}}\n"));
        assert_eq!(found.platform(), Platform::OpenShift, "{kind}");
        assert!(found.is_openshift() && found.distribution().is_none());
    }
}

#[test]
fn kinds_of_the_platform_that_no_rule_reads_count_as_well() {
    let pods = pod("shop", "");
    let object = "apiVersion: cloud.network.openshift.io/v1\nkind: CloudPrivateIPConfig\nmetadata: {name: a}\n";
    let both = format!("{pods}---\n{object}");
    assert_eq!(alone(&both).platform(), Platform::OpenShift);
    let list = "apiVersion: user.openshift.io/v1\nkind: UserList\nitems:\n- metadata: {name: a}\n";
    assert_eq!(alone(&format!("{pods}---\n{list}")).platform(), Platform::OpenShift);
    let by_path = "cluster-scoped-resources/samples.operator.openshift.io/others/a.yaml";
    assert_eq!(snapshot(&[(by_path, "kind: X\n")]).platform(), Platform::OpenShift);
}

#[test]
fn products_that_run_anywhere_prove_nothing() {
    let pods = pod("shop", "");
    for (version, kind) in [
        ("csiaddons.openshift.io/v1alpha1", "CSIAddonsNode"),
        ("sriovnetwork.openshift.io/v1", "SriovNetwork"),
        ("nfd.openshift.io/v1", "NodeFeatureDiscovery"),
        ("hypershift.openshift.io/v1beta1", "HostedCluster"),
        ("monitoring.coreos.com/v1", "PrometheusRule"),
        ("operators.coreos.com/v1alpha1", "Subscription"),
        ("snapshot.storage.k8s.io/v1", "VolumeSnapshot"),
    ] {
        let object = format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a}}\n");
        assert_eq!(alone(&format!("{pods}---\n{object}")).platform(), Platform::Unknown, "{kind}");
    }
}

#[test]
fn a_node_shows_the_platform_by_its_labels_its_annotations_or_its_operating_system() {
    let label = |key: &str| format!(", labels: {{{key}: x}}");
    let annotation = |key: &str| format!(", annotations: {{{key}: x}}");
    for (metadata, info) in [
        (label("node.openshift.io/os_id"), ""),
        (annotation("machineconfiguration.openshift.io/currentConfig"), ""),
        (annotation("machine.openshift.io/machine"), ""),
        (String::new(), "osImage: Red Hat Enterprise Linux CoreOS 416.94.202410"),
        (String::new(), "osImage: CentOS Stream CoreOS 9.0.20250411-0 (Plow)"),
    ] {
        let found = alone(&node(&metadata, "", info));
        assert_eq!(found.platform(), Platform::OpenShift, "{metadata} {info}");
    }
    // An operator for any Kubernetes annotates nodes as well.
    let found = alone(&node(
        &annotation("sriovnetwork.openshift.io/state"),
        "",
        "osImage: Ubuntu 22.04.4 LTS, kubeletVersion: v1.30.2",
    ));
    assert_eq!(found.platform(), Platform::Kubernetes);
}

#[test]
fn a_node_shows_its_distribution() {
    use PlainDistribution::{Aks, Eks, Gke, K3s, Kind, Kubeadm, Minikube, Other, Rke2, Talos};
    for (metadata, spec, info, expected) in [
        ("", "providerID: 'kind://docker/kind/a'", "kubeletVersion: v1.31.0", Kind),
        (", labels: {minikube.k8s.io/name: m}", "", "kubeletVersion: v1.31.0", Minikube),
        ("", "", "kubeletVersion: v1.30.4+rke2r1", Rke2),
        ("", "", "kubeletVersion: v1.30.4+k3s1", K3s),
        ("", "", "osImage: Talos (v1.7.6)", Talos),
        ("", "providerID: 'aws:///us-east-1a/i-0'", "kubeletVersion: v1.29.3-eks-ae9a62a", Eks),
        ("", "", "kubeletVersion: v1.29.6-gke.1038001", Gke),
        (
            ", labels: {kubernetes.azure.com/cluster: MC_a}",
            "providerID: 'azure:///subscriptions/x'",
            "kubeletVersion: v1.29.7",
            Aks,
        ),
        (
            ", annotations: {kubeadm.alpha.kubernetes.io/cri-socket: 'unix:///x'}",
            "",
            "kubeletVersion: v1.31.0",
            Kubeadm,
        ),
        ("", "", "osImage: Ubuntu 22.04.4 LTS, kubeletVersion: v1.31.0", Other),
    ] {
        let found = alone(&node(metadata, spec, info));
        assert_eq!(found.platform(), Platform::Kubernetes, "{expected}");
        assert_eq!(found.distribution(), Some(expected));
    }
}

#[test]
fn a_product_for_openshift_does_not_make_a_managed_cluster_openshift() {
    let nodes = node("", "", "kubeletVersion: v1.29.3-eks-ae9a62a");
    let storage = pod("openshift-storage", "");
    let route =
        "apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {name: a, namespace: s}\n";
    let found = alone(&format!("{nodes}---\n{storage}---\n{route}"));
    assert_eq!(found.distribution(), Some(PlainDistribution::Eks));
    // Without nodes the namespace is the best that there is.
    assert_eq!(alone(&storage).platform(), Platform::OpenShift);
}

#[test]
fn what_the_platform_writes_on_pods_and_namespaces_counts_where_no_node_contradicts() {
    let admitted = pod("shop", ", annotations: {openshift.io/scc: restricted-v2}");
    assert_eq!(alone(&admitted).platform(), Platform::OpenShift);
    let config_map = "apiVersion: v1\nkind: ConfigMap\n\
                      metadata: {name: openshift-service-ca.crt, namespace: shop}\n";
    assert_eq!(alone(config_map).platform(), Platform::OpenShift);
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  annotations:\n    \
                     openshift.io/sa.scc.uid-range: 1000/1000\n";
    assert_eq!(alone(namespace).platform(), Platform::OpenShift);
}

#[test]
fn the_system_pods_of_a_plain_cluster_show_it() {
    for metadata in [
        ", labels: {k8s-app: kube-dns}",
        ", labels: {k8s-app: kube-proxy}",
        ", labels: {component: etcd, tier: control-plane}",
    ] {
        let found = alone(&pod("kube-system", metadata));
        assert_eq!(found.distribution(), Some(PlainDistribution::Other), "{metadata}");
        assert_eq!(alone(&pod("shop", metadata)).platform(), Platform::Unknown, "{metadata}");
    }
    let of_kubeadm = ", annotations: {kubeadm.kubernetes.io/etcd.advertise-client-urls: x}";
    let found = alone(&pod("kube-system", of_kubeadm));
    assert_eq!(found.distribution(), Some(PlainDistribution::Kubeadm));
}

#[test]
fn where_nothing_shows_it_the_platform_is_unknown() {
    for object in [
        pod("shop", ""),
        // OpenShift has a namespace of that name, too.
        pod("kube-system", ""),
        // A node whose status was removed may have lost its labels as well.
        "apiVersion: v1\nkind: Node\nmetadata: {name: a}\n".to_owned(),
    ] {
        let found = alone(&object);
        assert_eq!((found.platform(), found.distribution()), (Platform::Unknown, None));
        assert!(!found.is_openshift());
    }
}
