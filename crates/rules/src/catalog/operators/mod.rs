//! ClusterOperators: what they report, and whether the status is current.

rules! {
    degraded,
    flapping,
    missing,
    rollout_stuck,
    status_stale,
    unavailable,
    unmanaged,
    unsupported_overrides,
    waiting_their_turn,
}
