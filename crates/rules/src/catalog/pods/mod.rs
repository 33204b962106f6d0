//! Pods that do not run or do not become ready.

rules! {
    container_not_created,
    control_plane_only,
    crash_looping,
    creation_refused,
    evicted,
    image_not_pulled,
    init_container_stuck,
    leader_election_lost,
    lease_refused,
    liveness_failing,
    not_ready,
    out_of_memory,
    rejected_by_node,
    restarting,
    sandbox_not_created,
    terminating_stuck,
    unschedulable,
    volume_not_mounted,
    wrong_architecture,
}
