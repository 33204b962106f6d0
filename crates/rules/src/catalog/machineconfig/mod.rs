//! Machine config pools and the nodes in them.

rules! {
    drain_blocked,
    on_disk_mismatch,
    os_image_mismatch,
    pool_degraded,
    pool_paused,
    render_failed,
    rendered_config_missing,
    rpm_ostree_failed,
    unreconcilable,
    update_stuck,
}
