//! Cluster-wide configuration that causes problems later.

rules! {
    audit_disabled,
    default_node_selector_unmatched,
    feature_set_blocks_updates,
    reference_dangling,
    registry_not_allowed,
}
