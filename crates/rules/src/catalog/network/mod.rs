//! The cluster network and its operator.

rules! {
    node_without_ovn_pod,
    rollout_hung,
}
