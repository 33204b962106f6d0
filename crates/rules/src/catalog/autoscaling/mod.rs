//! Pods by demand: autoscalers of workloads and what they measure.

rules! {
    unable_to_scale,
}
