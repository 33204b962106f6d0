//! The APIs that other servers than the kube-apiserver answer.

rules! {
    bootstrap_configmap_missing,
    orphaned,
    unavailable,
}
