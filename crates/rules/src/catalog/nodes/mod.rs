//! Nodes and their kubelets.

rules! {
    cordoned,
    disk_pressure,
    kubelet_silent,
    memory_pressure,
    network_unavailable,
    not_ready,
    pid_pressure,
    reported_not_ready,
    uninitialized,
}
