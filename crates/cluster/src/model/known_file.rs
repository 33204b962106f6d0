//! Files of a dump with a known content other than Kubernetes objects.

/// A file of a dump with a known content other than Kubernetes objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KnownFile {
    /// `etcd_info/member_list.json`
    EtcdMembers,
    /// `etcd_info/endpoint_health.json`
    EtcdHealth,
    /// `etcd_info/endpoint_status.json`
    EtcdStatus,
    /// `etcd_info/alarm_list.json`
    EtcdAlarms,
    /// `etcd_info/object_count.json`
    EtcdObjects,
    /// `monitoring/prometheus/rules.json`, in 4.7 and 4.8 `monitoring/alerts.json`
    Alerts,
    /// `monitoring/prometheus/rules.stderr`, in 4.7 and 4.8 `monitoring/alert.stderr`: the error of
    /// the request for the alerts, as text.
    AlertsStderr,
    /// `monitoring/prometheus/prometheus-k8s-<replica>/active-targets.json`
    Targets(u8),
    /// `monitoring/prometheus/prometheus-k8s-<replica>/status/tsdb.json`
    Series(u8),
}

impl KnownFile {
    /// Whether it is plain text.
    pub(crate) fn is_text(self) -> bool {
        self == Self::AlertsStderr
    }

    /// What it contains, in the plural.
    pub const fn content(self) -> &'static str {
        match self {
            Self::EtcdMembers
            | Self::EtcdHealth
            | Self::EtcdStatus
            | Self::EtcdAlarms
            | Self::EtcdObjects => "answers of etcd",
            Self::Alerts | Self::AlertsStderr => "alerts",
            Self::Targets(_) | Self::Series(_) => "answers of Prometheus",
        }
    }

    /// Its usual path in a must-gather.
    pub const fn usual_path(self) -> &'static str {
        match self {
            Self::EtcdMembers => "etcd_info/member_list.json",
            Self::EtcdHealth => "etcd_info/endpoint_health.json",
            Self::EtcdStatus => "etcd_info/endpoint_status.json",
            Self::EtcdAlarms => "etcd_info/alarm_list.json",
            Self::EtcdObjects => "etcd_info/object_count.json",
            Self::Alerts => "monitoring/prometheus/rules.json",
            Self::AlertsStderr => "monitoring/prometheus/rules.stderr",
            Self::Targets(0) => "monitoring/prometheus/prometheus-k8s-0/active-targets.json",
            Self::Targets(_) => "monitoring/prometheus/prometheus-k8s-1/active-targets.json",
            Self::Series(0) => "monitoring/prometheus/prometheus-k8s-0/status/tsdb.json",
            Self::Series(_) => "monitoring/prometheus/prometheus-k8s-1/status/tsdb.json",
        }
    }
}
