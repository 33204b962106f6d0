//! Settings of the whole cluster that have consequences later.

rules! {
    audit_disabled,
    default_node_selector_unmatched,
    feature_set_blocks_updates,
    reference_dangling,
    registry_not_allowed,
}
