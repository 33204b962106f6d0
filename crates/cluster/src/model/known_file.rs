//! Files of a dump that hold one known thing each and no objects.

/// Files that hold one known thing each.
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
    /// `monitoring/prometheus/rules.stderr`, in 4.7 and 4.8 `monitoring/alert.stderr`: what went wrong
    /// when the alerts were asked for, as text.
    AlertsComplaint,
    /// `monitoring/prometheus/prometheus-k8s-<replica>/active-targets.json`
    Targets(u8),
    /// `monitoring/prometheus/prometheus-k8s-<replica>/status/tsdb.json`
    Series(u8),
}

impl KnownFile {
    /// Whether it is text that is neither YAML nor JSON.
    pub(crate) fn is_text(self) -> bool {
        self == Self::AlertsComplaint
    }

    /// Where a must-gather has it, for the reader who looks for it.
    pub const fn usual_path(self) -> &'static str {
        match self {
            Self::EtcdMembers => "etcd_info/member_list.json",
            Self::EtcdHealth => "etcd_info/endpoint_health.json",
            Self::EtcdStatus => "etcd_info/endpoint_status.json",
            Self::EtcdAlarms => "etcd_info/alarm_list.json",
            Self::EtcdObjects => "etcd_info/object_count.json",
            Self::Alerts => "monitoring/prometheus/rules.json",
            Self::AlertsComplaint => "monitoring/prometheus/rules.stderr",
            Self::Targets(0) => "monitoring/prometheus/prometheus-k8s-0/active-targets.json",
            Self::Targets(_) => "monitoring/prometheus/prometheus-k8s-1/active-targets.json",
            Self::Series(0) => "monitoring/prometheus/prometheus-k8s-0/status/tsdb.json",
            Self::Series(_) => "monitoring/prometheus/prometheus-k8s-1/status/tsdb.json",
        }
    }
}
