//! Machines, the sets that make them, and the operators that look after both.

rules! {
    autoscaler_dependency_missing,
    bare_metal_degraded,
    control_plane_set_degraded,
    deletion_stuck,
    failed,
    remediation_halted,
    set_short,
    without_node,
    workers_not_met,
}
