//! Which ClusterOperator needs which other to work: what a failure of the one can take from the other.
//!
//! No order of updates and no verdict: it is for drawing operators beside one another.
//!
//! Sources: the controllers of each operator, named beside each row.

/// An operator, one that it needs, and what for.
type Row = (&'static str, &'static str, &'static str);

const NEEDS: &[Row] = &[
    // library-go `pkg/operator/configobserver/etcd/observe_etcd_endpoints.go`.
    ("kube-apiserver", "etcd", "it keeps every object in etcd"),
    ("openshift-apiserver", "etcd", "it keeps its objects in etcd"),
    ("authentication", "etcd", "the OAuth API server keeps its objects in etcd"),
    // kube-aggregator `pkg/controllers/status/remote/remote_available_controller.go`.
    ("openshift-apiserver", "kube-apiserver", "its APIs are reached through kube-apiserver"),
    ("openshift-apiserver", "network", "kube-apiserver reaches its pods through the pod network"),
    ("kube-controller-manager", "kube-apiserver", "its controllers are clients of kube-apiserver"),
    ("kube-scheduler", "kube-apiserver", "it is a client of kube-apiserver"),
    // cluster-authentication-operator `pkg/controllers/readiness/wellknown_ready_controller.go`.
    ("authentication", "kube-apiserver", "kube-apiserver serves its well-known endpoint"),
    // cluster-authentication-operator `pkg/controllers/oauthendpoints`, `pkg/controllers/ingressstate`.
    ("authentication", "ingress", "logins arrive through its route"),
    ("authentication", "openshift-apiserver", "its route is an object of openshift-apiserver"),
    ("ingress", "openshift-apiserver", "routes are objects of openshift-apiserver"),
    ("monitoring", "openshift-apiserver", "it makes routes"),
    // console-operator `pkg/console/controllers/healthcheck`, `pkg/console/controllers/oauthclients`.
    ("console", "ingress", "it is reached through its route"),
    ("console", "authentication", "people log in to it"),
    // CoreDNS of dns-default is a client of the API through the pod network.
    ("dns", "network", "its pods reach the API through the pod network"),
    // The annotation `service.beta.openshift.io/serving-cert-secret-name` of their Services.
    ("openshift-apiserver", "service-ca", "it serves with a certificate of service-ca"),
    ("authentication", "service-ca", "it serves with a certificate of service-ca"),
    ("console", "service-ca", "it serves with a certificate of service-ca"),
    ("monitoring", "service-ca", "it serves with certificates of service-ca"),
    // cluster-monitoring-operator `pkg/tasks/prometheus.go`; cluster-image-registry-operator `pkg/storage/pvc`.
    ("monitoring", "storage", "Prometheus and Alertmanager may keep their data on volumes"),
    ("image-registry", "storage", "it may keep images on a volume"),
    // cloud-credential-operator `pkg/apis/cloudcredential/v1/types_credentialsrequest.go`.
    ("storage", "cloud-credential", "it asks the cloud with credentials made for it"),
    ("image-registry", "cloud-credential", "it asks the cloud with credentials made for it"),
    ("ingress", "cloud-credential", "it asks the cloud with credentials made for it"),
    ("machine-api", "cloud-credential", "it asks the cloud with credentials made for it"),
    // cluster-kube-controller-manager-operator `pkg/operator/gcwatchercontroller/gcwatcher_controller.go`.
    ("kube-controller-manager", "monitoring", "it asks for alerts about the garbage collector"),
];

/// What the operator of that name needs: the other, and what for.
pub fn needs(operator: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let rows = NEEDS.iter().filter(move |(needing, ..)| *needing == operator);
    rows.map(|(_, needed, why)| (*needed, *why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_needs_itself_however_long_the_way_round() {
        for (start, ..) in NEEDS {
            let mut next: Vec<_> = needs(start).map(|(needed, _)| needed).collect();
            let mut steps = 0;
            while let Some(at) = next.pop() {
                assert_ne!(at, *start);
                next.extend(needs(at).map(|(needed, _)| needed));
                steps += 1;
                assert!(steps < 1000, "{start} never ends");
            }
        }
    }
}
