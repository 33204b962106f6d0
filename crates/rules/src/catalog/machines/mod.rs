//! Machines, the sets that make them, and the operators that look after both.

rules! {
    autoscaler_dependency_missing,
    bare_metal_degraded,
    control_plane_set_degraded,
    deletion_stuck,
    failed,
    health_check_short_circuited,
    set_short,
    without_node,
    workers_not_met,
}
