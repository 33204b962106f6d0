//! Autoscalers of workloads and their metrics.

rules! {
    unable_to_scale,
}
