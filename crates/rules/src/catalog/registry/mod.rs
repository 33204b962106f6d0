//! The internal image registry.

rules! {
    node_ca_unavailable,
    pruner_failed,
    removed,
    resources_not_applied,
    storage_full,
    storage_not_configured,
    unavailable,
}
