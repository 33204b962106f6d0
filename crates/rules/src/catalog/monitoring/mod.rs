//! What monitoring reports about the cluster, and the health of monitoring itself.

rules! {
    alerts_firing,
    alerts_not_collected,
    alerts_not_sent,
    alerts_older_than_update,
    config_invalid,
    config_outdated,
    no_persistence,
    prometheus_disk_full,
    remote_write_failing,
    rollout_failed,
    rules_failing,
    series_dominated,
    targets_down,
    user_alertmanager_misconfigured,
    user_workload_config_invalid,
    watchdog_missing,
}
