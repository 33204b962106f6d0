//! Which ClusterOperators depend on which others.
//!
//! This is not the update order and not a verdict: it is for the diagram of operators in a report.
//!
//! Sources: the controllers of each operator, named above each row.

/// An operator, the operator that it depends on, and why.
type Dependency = (&'static str, &'static str, &'static str);

const DEPENDENCIES: &[Dependency] = &[
    // library-go `pkg/operator/configobserver/etcd/observe_etcd_endpoints.go`.
    ("kube-apiserver", "etcd", "it stores all objects in etcd"),
    ("openshift-apiserver", "etcd", "it stores its objects in etcd"),
    ("authentication", "etcd", "the OAuth API server stores its objects in etcd"),
    // kube-aggregator `pkg/controllers/status/remote/remote_available_controller.go`.
    ("openshift-apiserver", "kube-apiserver", "its APIs are reached through kube-apiserver"),
    ("openshift-apiserver", "network", "kube-apiserver reaches its pods through the pod network"),
    ("kube-controller-manager", "kube-apiserver", "its controllers are clients of kube-apiserver"),
    ("kube-scheduler", "kube-apiserver", "it is a client of kube-apiserver"),
    // cluster-authentication-operator `pkg/controllers/readiness/wellknown_ready_controller.go`.
    ("authentication", "kube-apiserver", "kube-apiserver serves its well-known endpoint"),
    // cluster-authentication-operator `pkg/controllers/oauthendpoints`,
    // `pkg/controllers/ingressstate`.
    ("authentication", "ingress", "logins arrive through its route"),
    ("authentication", "openshift-apiserver", "its route is an object of openshift-apiserver"),
    ("ingress", "openshift-apiserver", "routes are objects of openshift-apiserver"),
    ("monitoring", "openshift-apiserver", "it creates routes"),
    // console-operator `pkg/console/controllers/healthcheck`,
    // `pkg/console/controllers/oauthclients`.
    ("console", "ingress", "it is reached through its route"),
    ("console", "authentication", "users log in to it"),
    // CoreDNS of dns-default is a client of the API through the pod network.
    ("dns", "network", "its pods reach the API through the pod network"),
    // The annotation `service.beta.openshift.io/serving-cert-secret-name` of their Services.
    ("openshift-apiserver", "service-ca", "it serves with a certificate of service-ca"),
    ("authentication", "service-ca", "it serves with a certificate of service-ca"),
    ("console", "service-ca", "it serves with a certificate of service-ca"),
    ("monitoring", "service-ca", "it serves with certificates of service-ca"),
    // cluster-monitoring-operator `pkg/tasks/prometheus.go`; cluster-image-registry-operator
    // `pkg/storage/pvc`.
    ("monitoring", "storage", "Prometheus and Alertmanager can store their data on volumes"),
    ("image-registry", "storage", "it can store images on a volume"),
    // cloud-credential-operator `pkg/apis/cloudcredential/v1/types_credentialsrequest.go`.
    ("storage", "cloud-credential", "it uses credentials for the cloud provider"),
    ("image-registry", "cloud-credential", "it uses credentials for the cloud provider"),
    ("ingress", "cloud-credential", "it uses credentials for the cloud provider"),
    ("machine-api", "cloud-credential", "it uses credentials for the cloud provider"),
    // cluster-kube-controller-manager-operator
    // `pkg/operator/gcwatchercontroller/gcwatcher_controller.go`.
    ("kube-controller-manager", "monitoring", "it reads alerts about the garbage collector"),
];

/// The operators that the operator of that name depends on, and why.
pub fn operator_dependencies(operator: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let all = DEPENDENCIES.iter().filter(move |(dependent, ..)| *dependent == operator);
    all.map(|(_, dependency, why)| (*dependency, *why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_have_no_cycle() {
        for (start, ..) in DEPENDENCIES {
            let mut next: Vec<_> =
                operator_dependencies(start).map(|(dependency, _)| dependency).collect();
            let mut steps = 0;
            while let Some(at) = next.pop() {
                assert_ne!(at, *start);
                next.extend(operator_dependencies(at).map(|(dependency, _)| dependency));
                steps += 1;
                assert!(steps < 1000, "dependencies of {start} have a cycle");
            }
        }
    }
}
