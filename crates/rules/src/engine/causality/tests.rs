//! Tests of the edges.

use mustknow_cluster::model::snapshot::Searched;
use mustknow_cluster::model::time;

use super::edges;
use super::explain::{explain, matches_any};
use crate::catalog;
use crate::terms::evidence::{Evidence, Subject};
use crate::terms::finding::Finding;

fn finding(rule: &'static str, subject: Subject, keywords: &str) -> Finding {
    let searched = Searched { path: String::new(), objects: 1, sentinels: Vec::new() };
    let evidence = Evidence::missing(subject.clone(), &searched);
    let mut made = Finding::new(subject, "x", evidence).keywords(keywords);
    made.rule = rule;
    made
}

fn operator(name: &str, keywords: &str) -> Finding {
    finding("operators/degraded", Subject::cluster("ClusterOperator", name.to_owned()), keywords)
}

fn steps(findings: &[Finding]) -> Vec<(usize, usize)> {
    let judged: Vec<_> =
        findings.iter().map(|finding| (catalog::find(finding.rule).unwrap(), finding)).collect();
    explain(&judged).into_iter().map(|step| (step.cause, step.effect)).collect()
}

#[test]
fn a_node_explains_the_operator_that_mentions_it() {
    let node = finding("nodes/not-ready", Subject::cluster("Node", "master-1"), "");
    let named = operator("etcd", "The master nodes not ready: node \"master-1\" not ready");
    let other = operator("etcd", "node \"master-11\" not ready");
    assert_eq!(steps(&[node.clone(), named]), [(0, 1)]);
    assert_eq!(steps(&[node, other]), []);
}

#[test]
fn a_common_name_counts_only_with_its_namespace() {
    let subject = Subject::namespaced("Deployment", "openshift-apiserver", "apiserver");
    let pods = finding("pods/not-ready", subject, "");
    let keywords = "no apiserver.openshift-oauth-apiserver pods available";
    assert_eq!(steps(&[pods.clone(), operator("authentication", keywords)]), []);
    let keywords = "no apiserver.openshift-apiserver pods available";
    assert_eq!(steps(&[pods, operator("openshift-apiserver", keywords)]), [(0, 1)]);
}

#[test]
fn a_cause_cannot_begin_long_after_its_effect() {
    let at = |text: &str| time::rfc3339(text);
    let node = finding("nodes/not-ready", Subject::cluster("Node", "master-1"), "");
    let effect = operator("etcd", "node \"master-1\" not ready");
    let late = [
        node.clone().since(at("2024-01-01T02:00:00Z")),
        effect.clone().since(at("2024-01-01T01:00:00Z")),
    ];
    assert_eq!(steps(&late), []);
    let within_inertia =
        [node.since(at("2024-01-01T01:05:00Z")), effect.since(at("2024-01-01T01:00:00Z"))];
    assert_eq!(steps(&within_inertia), [(0, 1)]);
}

#[test]
fn a_symptom_does_not_explain_a_cause() {
    let endpoints = Subject::namespaced("Endpoints", "openshift-apiserver", "api");
    let cause = finding("apiservices/endpoints-not-ready", endpoints, "openshift-apiserver");
    let pod = Subject::namespaced("Pod", "openshift-apiserver", "apiserver-1");
    let symptom = finding("pods/not-ready", pod, "openshift-apiserver");
    assert_eq!(steps(&[symptom, cause]), [(1, 0)]);
}

#[test]
fn pods_explain_their_own_workload_and_none_beside_them() {
    let deployment = |namespace: &str, name: &str| {
        Subject::namespaced("Deployment", namespace.to_owned(), name.to_owned())
    };
    let crash = |namespace: &str, pod: &str| {
        let subject = Subject::namespaced("Pod", String::from(namespace), pod.to_owned());
        finding("pods/crash-looping", subject, &format!("{pod}\nworker-1"))
    };
    let words = "Deployment/team-a/redis\nredis-0 redis-1\nworker-1 worker-2";
    let rollout = finding("workloads/rollout-timed-out", deployment("team-a", "redis"), words);
    let own = crash("team-a", "redis-1");
    // On the same node, and of the same name in another namespace.
    for other in [crash("team-a", "shop-0"), crash("team-b", "redis-1")] {
        explains_only(own.clone(), other, &rollout);
    }
}

fn of(rule: &'static str, keywords: &str) -> Finding {
    finding(rule, Subject::cluster("Network", "cluster"), keywords)
}

/// Asserts that the first finding explains the third, and the second does not.
fn explains_only(good: Finding, bad: Finding, effect: &Finding) {
    assert_eq!(steps(&[good, effect.clone()]), [(0, 1)], "{}", effect.rule);
    assert_eq!(steps(&[bad, effect.clone()]), [], "{}", effect.rule);
}

#[test]
fn the_network_explains_an_unavailable_api() {
    let route = Subject::cluster("APIService", "v1.route.openshift.io");
    let dial = "failing or missing response from https://10.128.0.9:8443/apis: Get \
                \"https://10.128.0.9:8443/apis\": context deadline exceeded";
    let unreached = finding("apiservices/unavailable", route.clone(), dial);
    let ovn = Subject::namespaced("DaemonSet", "openshift-ovn-kubernetes", "ovnkube-node");
    let network = finding("network/node-without-ovn-pod", ovn, "nodes worker-0");
    explains_only(network.clone(), of("network/type-mismatch", ""), &unreached);
    let refused = dial.replace("context deadline exceeded", "connection refused");
    assert_eq!(steps(&[network, finding("apiservices/unavailable", route, &refused)]), []);
}

#[test]
fn the_route_api_explains_routers_login_and_console() {
    let keywords = "namespace openshift-apiserver service api: v1.route.openshift.io";
    let routes = Subject::cluster("APIService", "v1.apps.openshift.io");
    let routes = finding("apiservices/unavailable", routes, keywords);
    let other = Subject::cluster("APIService", "v1beta1.metrics.k8s.io");
    let other = finding("apiservices/unavailable", other, "service metrics-server");
    let words = "the server is currently unable to handle the request (get \
                 routes.route.openshift.io)";
    for rule in ["ingress/route-api-down", "authentication/route-missing"] {
        explains_only(routes.clone(), other.clone(), &of(rule, words));
    }
    explains_only(routes, other, &operator("monitoring", words));
    let none = Subject::namespaced("Deployment", "openshift-ingress", "router-x");
    let none = finding("ingress/no-replicas", none, "DeploymentUnavailable");
    explains_only(of("ingress/route-api-down", words), of("ingress/hairpin-risk", ""), &none);
}

#[test]
fn the_oauth_api_explains_the_oauth_client_of_the_console() {
    let words = "the server is currently unable to handle the request (put \
                 oauthclients.oauth.openshift.io console)";
    let console = Subject::cluster("OAuthClient", "console");
    let console = finding("console/oauth-client-not-synced", console, words);
    let pods = Subject::namespaced("Deployment", "openshift-oauth-apiserver", "apiserver");
    let pods = finding("authentication/no-api-pods", pods, "NoPod");
    explains_only(pods, of("authentication/identity-provider-invalid", ""), &console);
}

#[test]
fn problems_of_pods_explain_problems_of_their_workload() {
    let console = || Subject::namespaced("Deployment", "openshift-console", "console");
    let effect = finding("console/deployment-unavailable", console(), "");
    explains_only(
        finding("pods/crash-looping", console(), "console-1"),
        finding("console/route-unhealthy", console(), "console-1"),
        &effect,
    );
    let endpoints = Subject::namespaced("Endpoints", "openshift-oauth-apiserver", "api");
    let endpoints = finding("apiservices/endpoints-not-ready", endpoints, "");
    let other = Subject::namespaced("Endpoints", "openshift-apiserver", "api");
    let other = finding("apiservices/endpoints-not-ready", other, "");
    explains_only(endpoints, other, &of("authentication/no-api-pods", "NoPod"));
}

#[test]
fn api_servers_explain_the_missing_well_known_endpoint() {
    let effect = Subject::cluster("Endpoint", ".well-known/oauth-authorization-server");
    let effect = finding("authentication/wellknown-not-ready", effect, "not yet served");
    let behind = |name: &str| {
        finding("static-pods/revision-behind", Subject::cluster("KubeAPIServer", "x"), name)
    };
    explains_only(behind("kube-apiserver"), behind("kube-scheduler"), &effect);
}

#[test]
fn routers_explain_only_what_is_reached_through_them() {
    let router = Subject::namespaced("Deployment", "openshift-ingress", "router-default");
    let router = finding("ingress/no-replicas", router, "DeploymentUnavailable");
    let words = "Get \"https://oauth-openshift.apps.example.net/healthz\": EOF";
    let login = Subject::namespaced("Route", "openshift-authentication", "oauth-openshift");
    let login = finding("authentication/route-unreachable", login, words);
    let idle = of("ingress/replicas-partial", "");
    explains_only(router.clone(), idle.clone(), &login);
    let console = Subject::namespaced("Route", "openshift-console", "console");
    let keywords = "FailedGet: failed to GET route (https://c): i/o timeout";
    let console = finding("console/route-unhealthy", console, keywords);
    explains_only(router.clone(), idle, &console);
    let service = Subject::namespaced("Service", "openshift-authentication", "oauth-openshift");
    let keywords = "EndpointUnavailable: Get \"https://10.128.0.5:6443/healthz\": EOF";
    let service = finding("authentication/service-unreachable", service, keywords);
    assert_eq!(steps(&[router, service]), []);
}

#[test]
fn a_node_explains_routers_without_a_node() {
    let node = finding("nodes/not-ready", Subject::cluster("Node", "worker-0"), "");
    let other = finding("nodes/not-ready", Subject::cluster("Node", "worker-9"), "");
    let missing = of("ingress/nodes-missing", "NoReadyIngressNodes: Got 0\nworker-0");
    explains_only(node, other, &missing);
}

#[test]
fn a_dns_record_explains_only_lookups_of_its_name() {
    let record =
        |name: &str| finding("dns/host-resolver-broken", Subject::cluster("DNS name", name), "");
    let keywords = "Get \"https://oauth-openshift.apps.example.net/healthz\": dial tcp: lookup \
                oauth-openshift.apps.example.net on 10.0.0.2:53: no such host";
    let effect = of("authentication/route-unreachable", keywords);
    explains_only(record("*.apps.example.net"), record("api.example.net"), &effect);
}

#[test]
fn cluster_dns_explains_service_names_and_upstream_dns_the_others() {
    let own = || of("dns/pods-unavailable", "NoDNSPodsAvailable");
    let upstream = || of("dns/upstream-failing", "192.168.1.53");
    let keywords =
        |name: &str| format!("dial tcp: lookup {name} on 172.30.0.10:53: read udp: i/o timeout");
    let service = operator("monitoring", &keywords("thanos-querier.openshift-monitoring.svc"));
    explains_only(own(), upstream(), &service);
    explains_only(upstream(), own(), &operator("insights", &keywords("console.redhat.com")));
    assert_eq!(steps(&[upstream(), of("dns/service-missing", "")]), []);
}

#[test]
fn the_network_of_a_node_explains_its_dns_pod_and_its_sandboxes() {
    let ovn = |node: &str| {
        let ovn = Subject::namespaced("DaemonSet", "openshift-ovn-kubernetes", "ovnkube-node");
        finding("network/node-waits-for-ovn", ovn, &format!("pod ovnkube-node-x on node {node}"))
    };
    let keywords = "pod dns-default-x on node worker-0";
    explains_only(ovn("worker-0"), ovn("worker-1"), &of("dns/api-unreachable", keywords));
    let ready = Subject::cluster("Node", "worker-0");
    let ready = finding("nodes/not-ready", ready, "NetworkPluginNotReady: no CNI");
    explains_only(ovn("worker-0"), ovn("worker-1"), &ready);
    let pod = Subject::namespaced("Pod", "shop", "web");
    let pod = finding("pods/sandbox-not-created", pod, "web worker-0\nplugin type=\"ovn-k8s\"");
    explains_only(ovn("worker-0"), ovn("worker-1"), &pod);
    let leak = "whereabouts: Could not allocate IP in range: ip: 10.0.0.1";
    let leak = finding("pods/sandbox-not-created", Subject::cluster("Node", "a"), leak);
    explains_only(of("network/address-range-exhausted", ""), ovn("worker-1"), &leak);
}

#[test]
fn a_proxy_explains_requests_through_it() {
    let pull = "Get \"https://quay.io/v2/\": proxyconnect tcp: dial tcp 10.0.0.9:3128: refused";
    let pull = finding("pods/image-not-pulled", Subject::cluster("image", "quay.io/x"), pull);
    explains_only(of("network/proxy-invalid", ""), of("network/config-invalid", ""), &pull);
    let missing = "failed to reach endpoint(\"https://x\") missing in NO_PROXY(\"\")";
    let neither = "endpoint(\"https://x\") is unreachable with proxy(EOF) and without proxy(EOF)";
    let route = Subject::namespaced("Route", "openshift-authentication", "oauth-openshift");
    let route = finding("authentication/route-unreachable", route, "Forbidden");
    let proxy = |keywords| of("authentication/proxy-blocks-login", keywords);
    explains_only(proxy(missing), proxy(neither), &route);
}

#[test]
fn a_cause_explains_the_operator_that_repeats_its_message() {
    let words = "InsufficientReplicas: 0 replicas available for console deployment";
    let pods = Subject::namespaced("Deployment", "openshift-console", "console");
    let pods = finding("console/deployment-unavailable", pods, words);
    let summary = |keywords| {
        finding("operators/unavailable", Subject::cluster("ClusterOperator", "console"), keywords)
    };
    let keywords = "DeploymentAvailable: 0 replicas available for console deployment";
    assert_eq!(steps(&[pods.clone(), summary(keywords)]), [(0, 1)]);
    assert_eq!(steps(&[pods, summary("RouteHealthAvailable: EOF")]), []);
}

#[test]
fn an_unfinished_installation_explains_the_missing_webhook() {
    let bootstrap = Subject::namespaced("ConfigMap", "kube-system", "bootstrap");
    let missing = finding("apiservices/bootstrap-configmap-missing", bootstrap.clone(), "");
    let later = finding("apiservices/bootstrap-configmap-needed-later", bootstrap, "");
    let webhook = of("network/node-identity-webhook-missing", "");
    explains_only(missing, later, &webhook);
}

#[test]
fn a_rejected_route_explains_what_waits_for_it() {
    let refused = |namespace: &str, name: &str| {
        let route = Subject::namespaced("Route", namespace, name);
        finding("ingress/route-not-admitted", route, &format!("{namespace}/{name}"))
    };
    let console = Subject::namespaced("Route", "openshift-console", "custom");
    let keywords = "RouteNotAdmitted: console route is not admitted";
    let console = finding("console/route-unhealthy", console, keywords);
    let good = refused("openshift-console", "console");
    explains_only(good, refused("openshift-monitoring", "thanos"), &console);
    let controller = |name: &str| {
        let it = Subject::namespaced("IngressController", "openshift-ingress-operator", name);
        finding("ingress/not-admitted", it, "Invalid")
    };
    explains_only(controller("default"), controller("internal"), &console);
}

#[test]
fn a_common_name_links_nothing() {
    let network = of("network/config-invalid", "");
    let update = Subject::cluster("ClusterVersion", "version");
    let update = finding("update/stalled", update, "the cluster waits");
    assert_eq!(steps(&[network, update]), []);
}

#[test]
fn a_static_pod_explains_only_its_operator() {
    let subject = Subject::cluster("KubeAPIServer", "cluster");
    let keywords = "kube-apiserver\nmissing required resources: configmaps: etcd-serving-ca-12";
    let pods = finding("static-pods/installer-resources-missing", subject, keywords);
    assert_eq!(steps(&[pods.clone(), operator("kube-apiserver", "")]), [(0, 1)]);
    assert_eq!(steps(&[pods, operator("etcd", "the cluster operator etcd")]), []);
}

#[test]
fn a_note_about_etcd_explains_no_operator() {
    let subject = Subject::cluster("Etcd", "cluster");
    let noted = finding("etcd/fragmented", subject.clone(), "etcd database fragmented");
    let slow = finding("etcd/slow-disk", subject, "slow fdatasync");
    let effect = operator("authentication", "etcdserver: request timed out");
    assert_eq!(steps(&[noted, effect.clone()]), []);
    assert_eq!(steps(&[slow, effect]), [(0, 1)]);
}

#[test]
fn an_api_explains_the_namespace_that_waits_for_it() {
    let api = finding(
        "apiservices/unavailable",
        Subject::cluster("APIService", "v1beta1.metrics.example.io"),
        "namespace x service y: v1beta1.metrics.example.io",
    );
    let waiting = |group: &str| {
        let keywords = format!("the complete list of server APIs: {group}: is unable to handle");
        finding("namespaces/terminating-stuck", Subject::cluster("Namespace", "shop"), &keywords)
    };
    assert_eq!(steps(&[api.clone(), waiting("metrics.example.io/v1beta1")]), [(0, 1)]);
    assert_eq!(steps(&[api, waiting("other.example.io/v1beta1")]), []);
}

#[test]
fn a_webhook_explains_failed_calls_to_it() {
    let subject = Subject::cluster("ValidatingWebhookConfiguration", "policy");
    let webhook =
        finding("webhooks/without-endpoints", subject, "webhook check.example.com policy svc");
    let call = |name: &str| {
        let keywords = format!("failed calling webhook \"{name}\": no endpoints available");
        operator("dns", &keywords)
    };
    assert_eq!(steps(&[webhook.clone(), call("check.example.com")]), [(0, 1)]);
    assert_eq!(steps(&[webhook, call("other.example.com")]), []);
}

#[test]
fn a_pending_claim_explains_the_rollout_of_monitoring() {
    let claim = |namespace: &str| {
        let subject = Subject::namespaced("PersistentVolumeClaim", namespace, "db-k8s-0");
        finding("storage/claim-pending", subject, "")
    };
    let prometheus = Subject::namespaced("Prometheus", "openshift-monitoring", "k8s");
    let keywords = "UpdatingPrometheusFailed: pod has unbound immediate PersistentVolumeClaims";
    let rollout = finding("monitoring/rollout-failed", prometheus, keywords);
    explains_only(claim("openshift-monitoring"), claim("shop"), &rollout);
    let reports = |name: &str| operator(name, keywords);
    assert_eq!(steps(&[rollout.clone(), reports("monitoring")]), [(0, 1)]);
    assert_eq!(steps(&[rollout, reports("insights")]), []);
}

#[test]
fn a_credentials_request_explains_the_missing_secret() {
    let request = |secret: &str| {
        let subject = Subject::namespaced("CredentialsRequest", "openshift-cco", "x");
        let keywords = format!("{secret}\nInsufficientCloudCreds: : denied");
        finding("credentials/request-failing", subject, &keywords)
    };
    let effect = operator("storage", "secrets \"ebs-cloud-credentials\" not found");
    explains_only(request("ebs-cloud-credentials"), request("cloud-credentials"), &effect);
}

#[test]
fn the_cloud_controller_manager_explains_uninitialized_nodes() {
    let pods = |namespace: &str| {
        let subject = Subject::namespaced("Deployment", namespace, "cloud-controller-manager");
        finding("pods/crash-looping", subject, "")
    };
    let node = finding("nodes/uninitialized", Subject::cluster("Node", "worker-0"), "worker-0");
    explains_only(pods("openshift-cloud-controller-manager"), pods("shop"), &node);
}

#[test]
fn a_failed_machine_explains_missing_workers() {
    let machine = |name: &str| {
        let subject = Subject::namespaced("Machine", "openshift-machine-api", name.to_owned());
        finding("machines/failed", subject, "InsufficientResources: quota")
    };
    let keywords = "minimum worker replica count (2) not yet met: current running replicas 1, waiting for \
                [lab-worker-b]";
    let subject = Subject::cluster("Namespace", "openshift-machine-api");
    let effect = finding("machines/workers-not-met", subject, keywords);
    explains_only(machine("lab-worker-b"), machine("lab-worker-c"), &effect);
}

#[test]
fn monitoring_explains_unmonitored_garbage_collection() {
    let subject = Subject::namespaced("Prometheus", "openshift-monitoring", "k8s");
    let rollout = finding("monitoring/rollout-failed", subject, "UpdatingThanosQuerierFailed: x");
    let collector = |keywords: &str| {
        let subject = Subject::cluster("KubeControllerManager", "cluster");
        finding("kube-controller-manager/garbage-not-collected", subject, keywords)
    };
    let unmonitored =
        collector("GarbageCollectorDegraded Error: error fetching rules: thanos-querier");
    assert_eq!(steps(&[rollout.clone(), unmonitored]), [(0, 1)]);
    let alerted = collector("GarbageCollectorDegraded AlertsFiring: alerts firing: x");
    assert_eq!(steps(&[rollout, alerted]), []);
}

#[test]
fn the_pods_of_a_catalog_explain_failed_resolution_and_no_update() {
    let catalog = |name: &str| {
        let subject =
            Subject::namespaced("CatalogSource", "openshift-marketplace", name.to_owned());
        finding("pods/image-not-pulled", subject, "")
    };
    let subject = Subject::cluster("Namespace", "shop");
    let keywords = "ErrorPreventedResolution: failed to list bundles of source redhat-operators/x";
    let resolution = finding("olm/resolution-failed", subject, keywords);
    explains_only(catalog("redhat-operators"), catalog("redhat-marketplace"), &resolution);
    let version = Subject::cluster("ClusterVersion", "version");
    let update = finding("update/stalled", version, "redhat-operators machine-config");
    assert_eq!(steps(&[resolution, update]), []);
}

#[test]
fn a_catalog_and_two_operator_groups_explain_a_failed_installation() {
    let about = |rule, kind, namespace: &str, name: &str, keywords| {
        finding(rule, Subject::namespaced(kind, namespace, name), keywords)
    };
    let market = "openshift-marketplace";
    let pod = |name| about("pods/image-not-pulled", "Pod", market, name, "");
    let catalog = about("olm/catalog-unhealthy", "CatalogSource", market, "shop", "");
    explains_only(pod("shop-x7k2p"), pod("other-x7k2p"), &catalog);
    let groups =
        |name| finding("olm/operator-groups-conflict", Subject::cluster("Namespace", name), "");
    let failed = about(
        "olm/csv-failed",
        "ClusterServiceVersion",
        "till",
        "till.v1",
        "TooManyOperatorGroups: csv",
    );
    explains_only(groups("till"), groups("shop"), &failed);
}

#[test]
fn a_clock_that_is_ahead_explains_not_yet_valid_certificates() {
    let early = finding("certificates/not-yet-valid", Subject::namespaced("Secret", "x", "y"), "");
    explains_only(of("nodes/clock-ahead", ""), of("nodes/disk-pressure", ""), &early);
}

#[test]
fn pods_of_monitoring_explain_alerts_that_are_not_sent() {
    let pod = |namespace: &str| {
        finding(
            "pods/crash-looping",
            Subject::namespaced("Pod", namespace, "alertmanager-main-0"),
            "",
        )
    };
    let unsent = of("monitoring/alerts-not-sent", "AlertmanagerFailedToSendAlerts: x");
    explains_only(pod("openshift-monitoring"), pod("shop"), &unsent);
}

#[test]
fn a_blocked_minor_version_is_linked_by_its_reason() {
    let subject = Subject::cluster("CloudCredential", "cluster");
    let keywords = "MissingUpgradeableAnnotation: Upgradeable annotation needs updating";
    let cause = finding("credentials/upgrade-annotation-missing", subject, keywords);
    let blocked = |reason: &str| {
        let version = Subject::cluster("ClusterVersion", "version");
        finding("update/minor-version-blocked", version, &format!("cloud-credential: {reason}: x"))
    };
    assert_eq!(steps(&[cause.clone(), blocked("MissingUpgradeableAnnotation")]), [(0, 1)]);
    assert_eq!(steps(&[cause, blocked("MissingRootCredential")]), []);
}

#[test]
fn every_edge_names_rules_that_exist() {
    let exists =
        |pattern: &str| catalog::all().iter().any(|rule| matches_any(&[pattern], rule.meta.id));
    for edge in edges::all() {
        for pattern in edge.cause.iter().chain(edge.effect) {
            assert!(exists(pattern), "{pattern} is no rule and no area");
        }
    }
}
