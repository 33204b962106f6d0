//! The ClusterVersion: updates that do not begin, do not end, or may not be begun.

rules! {
    admin_ack_required,
    control_plane_unreachable,
    failing_for_another_reason,
    minor_version_blocked,
    operators_degraded,
    operators_not_available,
    operators_slow,
    overrides_set,
    payload_not_loaded,
    preconditions_failed,
    release_not_verified,
    resource_rejected,
    spec_invalid,
    stale_condition,
    stalled,
    superseded_partial,
    updates_not_retrieved,
    workload_not_available,
}
