//! Aggregated APIs, which are served by API servers other than the kube-apiserver.

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
