//! Pods that do not run.

rules! {
    container_not_created,
    crash_looping,
    creation_refused,
    evicted,
    image_not_pulled,
    not_ready,
    out_of_memory,
    sandbox_not_created,
    unschedulable,
    volume_not_mounted,
}
