//! The cluster network and its operator.

rules! {
    address_range_exhausted,
    apply_failed,
    changes_not_applied,
    config_invalid,
    connectivity_outage,
    migration_stuck,
    mtu_probe_failed,
    mtu_too_small,
    node_identity_webhook_missing,
    node_waits_for_ovn,
    node_without_ovn_pod,
    ovn_control_plane_down,
    ovn_database_stale,
    pod_setup_failing,
    proxy_invalid,
    render_failed,
    rollout_hung,
    sdn_blocks_update,
    subnets_exhausted,
    type_mismatch,
}
