//! The controllers that connect the cluster to the cloud provider.

rules! {
    controller_manager_degraded,
}
