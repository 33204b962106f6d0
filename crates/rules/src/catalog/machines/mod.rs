//! Machines, the MachineSets that create them, and the operators that manage both.

rules! {
    approver_overwhelmed,
    autoscaler_dependency_missing,
    autoscaler_unsafe,
    bare_metal_degraded,
    bare_metal_host_failing,
    control_plane_set_degraded,
    deletion_stuck,
    failed,
    remediation_halted,
    set_short,
    without_node,
    workers_not_met,
}
