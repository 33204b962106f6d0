//! The logs of the components, and which of them a cluster has.

use mustknow_cluster::Snapshot;
use mustknow_cluster::model::log::{LogPattern, LogSource};
use mustknow_cluster::model::platform::{PlainDistribution, Platform};

use crate::domain::components::{Component, ComponentHost};

/// The logs of etcd. k3s contains it, and Talos runs it as a service.
pub const ETCD_LOGS: &[LogSource] = &[
    LogSource::container("openshift-etcd", "etcd"),
    LogSource::container("kube-system", "etcd"),
    LogSource::service("etcd"),
    LogSource::service("k3s"),
];
/// The logs of kube-apiserver.
pub const KUBE_API_SERVER_LOGS: &[LogSource] = &[
    LogSource::container("openshift-kube-apiserver", "kube-apiserver"),
    LogSource::container("kube-system", "kube-apiserver"),
    LogSource::service("k3s"),
];
/// The logs of kube-controller-manager.
pub const KUBE_CONTROLLER_MANAGER_LOGS: &[LogSource] = &[
    LogSource::container("openshift-kube-controller-manager", "kube-controller-manager"),
    LogSource::container("kube-system", "kube-controller-manager"),
    LogSource::service("k3s"),
];
/// The logs of kube-scheduler.
pub const KUBE_SCHEDULER_LOGS: &[LogSource] = &[
    LogSource::container("openshift-kube-scheduler", "kube-scheduler"),
    LogSource::container("kube-system", "kube-scheduler"),
    LogSource::service("k3s"),
];
/// The logs of the cluster's DNS.
pub const DNS_LOGS: &[LogSource] = &[
    LogSource::container("openshift-dns", "dns"),
    LogSource::container("kube-system", "coredns"),
    LogSource::container("kube-system", "kubedns"),
];
/// The logs of kube-proxy.
pub const KUBE_PROXY_LOGS: &[LogSource] = &[
    LogSource::container("openshift-kube-proxy", "kube-proxy"),
    LogSource::container("openshift-sdn", "sdn"),
    LogSource::container("kube-system", "kube-proxy"),
    LogSource::service("k3s"),
    LogSource::service("k3s-agent"),
];
/// The logs of the server of `metrics.k8s.io`.
pub const METRICS_SERVER_LOGS: &[LogSource] = &[
    LogSource::container("openshift-monitoring", "metrics-server"),
    LogSource::container("openshift-monitoring", "prometheus-adapter"),
    LogSource::container("kube-system", "metrics-server"),
];
/// The journals of the kubelet, which k3s and RKE2 contain.
pub const KUBELET_LOGS: &[LogSource] = &[
    LogSource::service("kubelet"),
    LogSource::service("k3s"),
    LogSource::service("k3s-agent"),
    LogSource::service("rke2-server"),
    LogSource::service("rke2-agent"),
];

/// The journals of one distribution alone.
const JOURNALS: [(&str, PlainDistribution); 2] =
    [("k3s", PlainDistribution::K3s), ("rke2-", PlainDistribution::Rke2)];

/// Why a cluster has no log of a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoLog {
    /// Only OpenShift has what writes it.
    OnlyOpenShift,
    /// The cloud provider runs it.
    OfProvider(Component),
}

/// The logs of a pattern that a cluster has, whether or not they were collected.
pub(crate) fn logs_on(snapshot: &Snapshot, pattern: &LogPattern) -> Result<Vec<LogSource>, NoLog> {
    let is_of_openshift = |log: &LogSource| log.namespace.starts_with("openshift-");
    let all = || pattern.sources();
    match (snapshot.platform(), snapshot.distribution()) {
        (Platform::OpenShift, _) if all().any(|log| is_of_openshift(&log)) => {
            Ok(all().filter(is_of_openshift).collect())
        }
        (Platform::Kubernetes, Some(distribution)) => {
            let component = all().find_map(Component::of_log);
            let host = component.map(|component| component.host(distribution));
            if let (Some(ComponentHost::Provider), Some(component)) = (host, component) {
                return Err(NoLog::OfProvider(component));
            }
            let exists = |log: &LogSource| !is_of_openshift(log) && is_on(*log, host, distribution);
            let logs: Vec<_> = all().filter(exists).collect();
            if logs.is_empty() { Err(NoLog::OnlyOpenShift) } else { Ok(logs) }
        }
        _ => Ok(all().collect()),
    }
}

/// Whether a plain cluster has a log of a component that `host` runs.
fn is_on(log: LogSource, host: Option<ComponentHost>, distribution: PlainDistribution) -> bool {
    let is_journal = log.namespace.is_empty();
    match host {
        Some(ComponentHost::Program(unit) | ComponentHost::Service(unit)) => {
            is_journal && log.container.starts_with(unit)
        }
        Some(ComponentHost::Pods | ComponentHost::Provider) => !is_journal,
        None => {
            let own = JOURNALS.into_iter().find(|(unit, _)| log.container.starts_with(unit));
            let contains_kubelet = JOURNALS.iter().any(|(_, of)| *of == distribution);
            match own {
                _ if !is_journal => true,
                Some((_, of)) => of == distribution,
                None => !(contains_kubelet && log.container == "kubelet"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use mustknow_archive::Limits;
    use mustknow_cluster::{Interest, open_stream};

    use super::*;

    const ETCD: LogPattern = LogPattern::in_any("slow", ETCD_LOGS);
    const KUBELET: LogPattern = LogPattern::in_any("slow", KUBELET_LOGS);
    const DNS: LogPattern = LogPattern::in_any("slow", DNS_LOGS);
    const OAUTH: LogPattern = LogPattern::new("slow", "openshift-authentication", "oauth");

    fn on(distribution: PlainDistribution, pattern: &LogPattern) -> Result<Vec<LogSource>, NoLog> {
        let object: &[u8] = b"apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n";
        let interest = Interest::everything();
        let archive = open_stream("x.yaml", object, &interest, Limits::default(), &|_| {});
        let snapshot = archive.unwrap().snapshots.remove(0).with_distribution(distribution);
        logs_on(&snapshot, pattern)
    }

    #[test]
    fn a_log_is_where_the_distribution_runs_its_component() {
        let pod = Ok(vec![LogSource::container("kube-system", "etcd")]);
        assert_eq!(on(PlainDistribution::Kubeadm, &ETCD), pod);
        assert_eq!(on(PlainDistribution::Rke2, &ETCD), pod);
        assert_eq!(on(PlainDistribution::Talos, &ETCD), Ok(vec![LogSource::service("etcd")]));
        assert_eq!(on(PlainDistribution::K3s, &ETCD), Ok(vec![LogSource::service("k3s")]));
        let kubelet = |of| on(of, &KUBELET).unwrap().len();
        assert_eq!(kubelet(PlainDistribution::Kubeadm), 1);
        assert_eq!(kubelet(PlainDistribution::Rke2), 2);
    }

    #[test]
    fn a_provider_keeps_the_logs_of_the_control_plane_alone() {
        for provider in [PlainDistribution::Eks, PlainDistribution::Aks, PlainDistribution::Gke] {
            assert_eq!(on(provider, &ETCD), Err(NoLog::OfProvider(Component::Etcd)));
            assert!(on(provider, &DNS).is_ok() && on(provider, &KUBELET).is_ok());
        }
        assert_eq!(on(PlainDistribution::Eks, &OAUTH), Err(NoLog::OnlyOpenShift));
    }
}
