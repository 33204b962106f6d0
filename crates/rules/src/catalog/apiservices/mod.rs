//! The APIs that other servers than the kube-apiserver answer.

rules! {
    bootstrap_configmap_incomplete,
    bootstrap_configmap_missing,
    bootstrap_configmap_needed_later,
    deployment_withheld,
    endpoints_not_ready,
    precondition_unreadable,
    orphaned,
    unavailable,
}
