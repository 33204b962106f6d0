//! The controllers that speak to the cloud for the cluster.

rules! {
    controller_manager_degraded,
}
